"""Writing: lines sampled ahead, written anew, or joined with recorded symbols."""
