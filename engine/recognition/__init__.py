"""Recognition: what a line of ink says."""
