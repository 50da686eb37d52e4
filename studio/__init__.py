"""The studio composes: text, styles and paper -> pages -> files and windows."""
