"""What the window shows: the open note, what is selected of it, and the user's settings."""
