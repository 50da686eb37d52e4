"""Training teaches: corpora, preparation, objective, trainer and evaluation."""
