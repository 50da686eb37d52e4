"""Inspection: runs of a hand recorded, compared and saved; free of Qt."""
