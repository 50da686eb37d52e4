"""The verbs of `python -m training`, in files by what they make."""
