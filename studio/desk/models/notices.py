"""What there is to say to the user: by topics, until each matter is settled or closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

OF_A_NOTE = (
    *("text", "file", "export", "paste", "drawing", "remarks", "markdown", "salvage"),
    *("elsewhere", "read-only", "claim", "reroll", "versions"),
)
"""What is told of a note, and is past with it."""


@dataclass(frozen=True)
class Notice:
    """A sentence with what it is about, and what can be done at once."""

    topic: str
    sentence: str
    choices: tuple[tuple[str, Callable[[], object] | None], ...]
    error: bool


class NoticeModel(QObject):
    """Keeps what is said; of several things errors come first, then the latest."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._notices: list[Notice] = []

    def say(
        self,
        sentence: str,
        topic: str,
        button: str = "",
        act: Callable[[], object] | None = None,
        error: bool = True,
        other: tuple[str, Callable[[], object]] | None = None,
        third: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Say something, in place of what was said of the same topic.

        `button` does `act`; `other` is a second button with what it does, `third` one more.

        `clear(topic)` takes it away when the matter is settled.
        """
        kept = [notice for notice in self._notices if notice.topic != topic]
        choices = (*([(button, act)] if button else []), *(more for more in (other, third) if more))
        self._notices = [*kept, Notice(topic, sentence, choices, error)]
        self.changed.emit()

    def clear(self, *topics: str) -> None:
        """The matter is settled; without a topic, all are."""
        self._notices = [n for n in self._notices if topics and n.topic not in topics]
        self.changed.emit()

    def park(self) -> tuple[Notice, ...]:
        """Take what is said of the note away, and give it back: another one comes."""
        parked = tuple(n for n in self._notices if n.topic in OF_A_NOTE)
        self.clear(*OF_A_NOTE)
        return parked

    def resume(self, parked: tuple[Notice, ...]) -> None:
        """Say again what was said of the note."""
        said = {notice.topic for notice in self._notices}
        self._notices = [*(n for n in parked if n.topic not in said), *self._notices]
        self.changed.emit()

    @property
    def urgent(self) -> Notice | None:
        """What is to be shown."""
        errors = [notice for notice in self._notices if notice.error]
        found = errors or self._notices
        return found[-1] if found else None
