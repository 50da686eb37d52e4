"""The pages on the desk: paper, ink, the pen, and what is pressed and pulled there."""
