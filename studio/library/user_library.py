"""All that is the user's own: styles, hands and symbols, and what of them cannot be read."""

from __future__ import annotations

from psygnal import Signal

from studio.library.damaged_files import DamagedFiles
from studio.library.hand_library import HandLibrary
from studio.library.style_library import StyleLibrary
from studio.library.symbol_library import SymbolLibrary


class UserLibrary:
    """The folders of the user, read through one list of damaged files."""

    changed = Signal()
    """Something was added, renamed or taken away; told by whoever did it."""

    def __init__(self) -> None:
        self.damaged = DamagedFiles()
        self.styles = StyleLibrary(damaged=self.damaged)
        self.hands = HandLibrary(damaged=self.damaged)
        self.symbols = SymbolLibrary(damaged=self.damaged)

    def hand_style(self, hand: str) -> str | None:
        """The style of a taught hand's owner: the one whose file has the hand's name."""
        own = (e.name for e in self.styles.own() if e.path is not None and e.path.stem == hand)
        return next(own, None)
