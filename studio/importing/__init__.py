"""Importing: strokes from other programs' files, within bounds."""
