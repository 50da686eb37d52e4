"""The library: what the user keeps beside the notes, in files of the user's own."""
