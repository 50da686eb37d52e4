"""The pen at work: what has the hand write, in the worker, and keeps the pages in step."""
