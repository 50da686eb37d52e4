"""Judging a hand: held-out lines, what it writes, how it reads and looks."""
