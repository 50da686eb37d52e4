"""Corpora: where lines come from, and the one prepared file that all of training reads."""
