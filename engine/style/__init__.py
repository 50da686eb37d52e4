"""Styles: named primers, and how similar a line is to one."""
