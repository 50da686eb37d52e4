"""Fonts made of a hand's own ink."""
