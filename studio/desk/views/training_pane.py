"""The training pane: shows a run of the training package from its folder, live."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.teaching.run_watch import RunWatch

#: Milliseconds between two looks into the folder.
EVERY = 1000
#: Points of a curve at most; a longer one is drawn by the means of its parts.
MOST = 400


class TrainingPane(QDialog):
    """Curves of the loss, pace, time left and the newest sample of a run."""

    def __init__(self, folder: Path, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Training: {folder.name}")
        px = theme.px
        self.watch = RunWatch(folder)
        self.curves = _Curves(self.watch, theme)
        self.curves.setMinimumSize(px(70), px(22))
        self.sample = PlainLabel("A sample appears here after each epoch.")
        self.sample.setObjectName("muted")
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sample.setMinimumHeight(px(24))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.told = PlainLabel("Waiting for the first step …")
        self.told.setObjectName("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(3), px(3), px(2.5))
        column.setSpacing(px(2))
        column.addWidget(self.curves, 1)
        column.addWidget(self.sample, 1)
        column.addWidget(self.bar)
        column.addWidget(self.told)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(EVERY)
        self.look()

    def look(self) -> None:
        """Show what the run has written since the last look."""
        watch = self.watch
        if not watch.look():
            return
        self.curves.update()
        self.bar.setValue(round(1000 * watch.share))
        self.told.setText(_told(watch))
        if watch.sample is not None:
            self._show_sample(watch.sample)

    def _show_sample(self, path: Path) -> None:
        picture = QPixmap(str(path))
        if picture.isNull():
            return
        ratio = self.devicePixelRatioF()
        picture = picture.scaled(
            self.sample.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        picture.setDevicePixelRatio(ratio)
        self.sample.setPixmap(picture)


class _Curves(QWidget):
    """Loss of the batches, and of the held-out lines, over the steps."""

    def __init__(self, watch: RunWatch, theme: Theme) -> None:
        super().__init__()
        self._watch, self._theme = watch, theme
        self.setAccessibleName("Curves of the loss")
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the curves with the range of their values at the left."""
        training, held = thinned(self._watch.losses), self._watch.validations
        values = [value for _, value in (*training, *held)]
        if not values:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self._theme.px(7)
        area = QRectF(self.rect()).adjusted(edge, self._theme.px(1), -edge / 2, -self._theme.px(3))
        low, high = min(values), max(values)
        last = max(step for step, _ in (*training, *held))

        def place(step: float, value: float) -> QPointF:
            up = (value - low) / ((high - low) or 1.0)
            return QPointF(
                area.left() + area.width() * step / last, area.bottom() - area.height() * up
            )

        for points, colour in ((training, "muted"), (held, "accent")):
            painter.setPen(QPen(self._theme.colour(colour), 1.5))
            painter.drawPolyline(QPolygonF([place(*point) for point in points]))
        painter.setBrush(self._theme.colour("accent"))
        for point in held:
            painter.drawEllipse(place(*point), 2.5, 2.5)
        painter.setPen(self._theme.colour("muted"))
        left, below = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignBottom
        painter.drawText(self.rect(), left | Qt.AlignmentFlag.AlignTop, f"{high:.2f}")
        lowest = self.rect().adjusted(0, 0, 0, -self._theme.px(3))
        painter.drawText(lowest, left | below, f"{low:.2f}")
        words = f"nats a point over {last:,.0f} steps; in colour, of held-out lines"
        painter.drawText(self.rect().adjusted(edge, 0, 0, 0), left | below, words)


def thinned(points: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """A curve of `MOST` points at most, each the mean of as many as it stands for."""
    per = max(1, -(-len(points) // MOST))
    parts = [points[start : start + per] for start in range(0, len(points), per)]
    return [(sum(s for s, _ in p) / len(p), sum(v for _, v in p) / len(p)) for p in parts]


def _told(watch: RunWatch) -> str:
    """Where the run is, in words."""
    words = [f"{100 * watch.share:.0f} %"]
    if watch.losses:
        step, loss = watch.losses[-1]
        words.append(f"step {step:,}, {loss:.3f} nats a point")
    if watch.validations:
        best = min(value for _, value in watch.validations)
        words.append(f"held-out lines {watch.validations[-1][1]:.3f} (best {best:.3f})")
    if watch.points_a_second:
        words.append(f"{watch.points_a_second:,.0f} points a second")
    if watch.left is not None and watch.share < 1:
        hours, minutes = divmod(round(watch.left / 60), 60)
        words.append(f"{hours} h {minutes:02d} min left" if hours else f"{minutes} min left")
    return "  ·  ".join(words)
