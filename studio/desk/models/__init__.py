"""Models of the window: the hand, styles, notices, settings, and processes in the background."""
