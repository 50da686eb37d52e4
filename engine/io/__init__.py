"""Files: written whole, read within limits."""
