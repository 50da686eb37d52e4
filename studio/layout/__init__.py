"""Layout: a note's text broken into lines, the lines placed on pages."""
