"""Ink: pen strokes, their files, and the way from them to offsets and back."""
