"""Ink on its way out: exported, printed, copied; shown before it goes."""
