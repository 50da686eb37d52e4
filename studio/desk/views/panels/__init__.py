"""The settings on the right: of what is selected, and of the sheet."""
