"""The recorder: lines in the user's own hand, the styles made of them, and teaching."""
