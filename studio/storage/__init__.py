"""A note's file: how it is read and written, and what older versions held."""
