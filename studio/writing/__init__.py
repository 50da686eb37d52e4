"""Writing: lines sampled ahead, rewritten, or joined with recorded symbols."""
