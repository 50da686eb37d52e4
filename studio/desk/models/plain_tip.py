"""Tool tips that show text as it is, whatever it looks like."""

from __future__ import annotations

from PySide6.QtGui import Qt as TextQt


def plain_tip(text: str) -> str:
    """A tool tip that shows this text as it is; an item of a list can have it, too."""
    return TextQt.convertFromPlainText(text) if TextQt.mightBeRichText(text) else text
