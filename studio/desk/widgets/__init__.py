"""Controls that know nothing of notes, and the look that all of the window shares."""
