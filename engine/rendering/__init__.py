"""Rendering: pens, rasters, density maps and figures."""
