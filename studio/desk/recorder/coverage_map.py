"""The map of what a recording shows of a hand: letters, digits and common pairs."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.theme import Theme
from studio.recording.prompts import Coverage, coverage


class CoverageMap(QWidget):
    """Every letter and digit as a small tile, lit where it has been written; pairs as a share."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._coverage = coverage(())
        self.setAccessibleName("Letters recorded so far")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_coverage(self, found: Coverage) -> None:
        """Show what is covered now."""
        self._coverage = found
        missing = found.missing
        tip = f"Not yet written: {' '.join(missing)}" if missing else "All are there."
        self.setToolTip(plain_tip(tip))
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def sizeHint(self) -> QSize:
        """Three rows of tiles."""
        return QSize(self._theme.px(62), self._theme.px(8.5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, found = self._theme, self._coverage
        rows: tuple[dict[str, int], ...] = (found.lower, found.upper, found.digits)
        side = min((self.width() - 2) / 26, theme.px(2.5))
        for row, counts in enumerate(rows):
            for column, (key, count) in enumerate(counts.items()):
                tile = QRectF(column * side, row * (side + 4), side - 3, side)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent_soft" if count else "hover"))
                painter.drawRoundedRect(tile, 4, 4)
                painter.setPen(theme.colour("accent" if count else "muted"))
                painter.drawText(tile, Qt.AlignmentFlag.AlignCenter, key)
        shown = sum(count > 0 for count in found.pairs.values())
        words = f"{shown} of {len(found.pairs)} common pairs"
        left = 11 * side
        height = QFontMetricsF(self.font()).height()
        line = QRectF(left, 2 * (side + 4), self.width() - left, side)
        painter.setPen(theme.colour("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        width = QFontMetricsF(self.font()).horizontalAdvance(words) + 12
        bar = QRectF(
            left + width, line.center().y() - height / 8, 15 * side - width - 3, height / 4
        )
        if bar.width() > 20:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("line"))
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
            bar.setWidth(bar.width() * shown / max(1, len(found.pairs)))
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        painter.end()
