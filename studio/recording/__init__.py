"""Recording: lines of the user's own hand, kept as they are drawn, and checked."""
