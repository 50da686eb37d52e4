"""The export dialog: format, pages and ground on the left, what comes of it on the right."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ScriptoriumError
from studio.desk.ink_picture import picture
from studio.desk.segmented import Choice, Segmented
from studio.desk.theme import Theme
from studio.desk.tiles import paint_ruling
from studio.desk.worker import Urgency, Worker
from studio.export.formats import ExportOptions, export
from studio.note.page import Page, Pages

FORMATS = (
    Choice("pdf", "PDF"),
    Choice("svg", "SVG lines"),
    Choice("outlines", "SVG outlines"),
    Choice("png", "PNG"),
    Choice("inkml", "InkML"),
)
WORDS = {
    "pdf": "All pages in one file, to print and to send; its text can be found and copied.",
    "svg": "A file a page: each stroke a single line in millimetres, for plotters.",
    "outlines": "A file a page: the pen's varying width as filled shapes, for designers.",
    "png": "A picture a page.",
    "inkml": "All points with their times, for programs that read ink.",
}


def pages_meant(text: str, count: int) -> list[int]:
    """The pages, from 0, that "1-3, 5" means; all where it says nothing.

    Raises
    ------
    ValueError
        If it names a page that there is not, or is no such list.
    """
    if not text.strip():
        return list(range(count))
    meant: list[int] = []
    for part in text.replace("–", "-").split(","):
        first, dash, last = part.strip().partition("-")
        start, stop = int(first), int(last) if dash else int(first)
        if not 1 <= start <= stop <= count:
            raise ValueError(f"There are pages 1 to {count}.")
        meant += [n - 1 for n in range(start, stop + 1) if n - 1 not in meant]
    return meant


@dataclass(frozen=True)
class Choices:
    """What is to be exported and how.

    Parameters
    ----------
    form : str
        One of `FORMATS`.
    pages : tuple of int
        From 0.
    ruling, transparent : bool
    dpi : int
    """

    form: str
    pages: tuple[int, ...]
    ruling: bool = False
    transparent: bool = False
    dpi: int = 300

    @property
    def suffix(self) -> str:
        """Of the file."""
        return ".svg" if self.form == "outlines" else f".{self.form}"

    @property
    def options(self) -> ExportOptions:
        """As the exporters take them."""
        return ExportOptions(self.dpi, self.transparent, self.form == "outlines")

    def of(self, pages: Pages) -> Pages:
        """The pages as they are to be exported."""
        chosen = (replace(pages.pages[n], ruling_printed=self.ruling) for n in self.pages)
        return replace(pages, pages=tuple(chosen))


class Preview(QWidget):
    """One page as it will come out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page: Page | None = None
        self._transparent = False
        self.setMinimumSize(theme.px(42), theme.px(52))
        self.setAccessibleName("Preview")

    def show_page(self, page: Page | None, transparent: bool) -> None:
        """Show another page."""
        self._page, self._transparent = page, transparent
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet, or a chequered ground where there is no paper."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.colour("desk"))
        if self._page is None:
            painter.end()
            return
        paper, room = self._page.paper, self._theme.px(3)
        scale = min((self.width() - room) / paper.width, (self.height() - room) / paper.height)
        left = (self.width() - paper.width * scale) / 2
        top = (self.height() - paper.height * scale) / 2
        sheet = QRectF(left, top, paper.width * scale, paper.height * scale)
        shadow = self._theme.colour("shadow")
        shadow.setAlpha(28)
        painter.fillRect(sheet.adjusted(-1, 0, 1, 3), shadow)
        painter.fillRect(sheet, QColor(self._page.paper.colour))
        if self._transparent:
            self._paint_chequers(painter, sheet)
        painter.setClipRect(sheet)
        painter.translate(left, top)
        painter.scale(scale, scale)
        if self._page.ruling_printed:
            paint_ruling(painter, self._page)
        area = QRectF(0, 0, paper.width, paper.height)
        for line in self._page.inked:
            picture(line).paint(painter, area)
        painter.end()

    def _paint_chequers(self, painter: QPainter, sheet: QRectF) -> None:
        size, grey = self._theme.px(1), QColor("#e4e4e6")
        for row in range(int(sheet.height() / size) + 1):
            for column in range(row % 2, int(sheet.width() / size) + 1, 2):
                square = QRectF(sheet.left() + column * size, sheet.top() + row * size, size, size)
                painter.fillRect(square.intersected(sheet), grey)


class ExportDialog(QDialog):
    """Asks how, shows what, and has it written in the worker."""

    exported = Signal(list)
    """The paths written."""

    def __init__(
        self,
        pages: Pages,
        start: Path,
        theme: Theme,
        worker: Worker,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._pages, self._start, self._worker = pages, start, worker
        self._shown = 0
        px = theme.px
        self.form = Segmented("Format", FORMATS, theme)
        self.words = QLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(px(5))
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.range = QLineEdit()
        self.range.setPlaceholderText(f"all {len(pages)} pages" if len(pages) > 1 else "the page")
        self.range.setAccessibleName("Pages, such as 1-3, 5")
        self.range.setToolTip("Such as 1-3, 5")
        self.ruling = QCheckBox("With the ruling")
        self.ruling.setChecked(pages.pages[0].ruling_printed)
        self.transparent = QCheckBox("Without the paper (transparent)")
        self.dpi = QSpinBox()
        self.dpi.setRange(50, 1200)
        self.dpi.setValue(300)
        self.dpi.setSuffix(" dpi")
        self.dpi.setAccessibleName("Resolution")
        self.preview = Preview(theme)
        self.error = QLabel()
        self.error.setObjectName("error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.cancel = QPushButton("Cancel")
        self.go = QPushButton("Export …")
        self.go.setDefault(True)
        self._build(theme)
        self.form.show_value("pdf")
        self._form = "pdf"
        self.form.chosen.connect(self._form_chosen)
        self.range.textChanged.connect(self._refresh)
        for box in (self.ruling, self.transparent):
            box.toggled.connect(self._refresh)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._ask)
        self._form_chosen("pdf")

    def _build(self, theme: Theme) -> None:
        px = theme.px
        left = QVBoxLayout()
        left.setSpacing(px(1.5))
        heading = QLabel("Export")
        heading.setObjectName("heading")
        left.addWidget(heading)
        left.addWidget(self.form)
        left.addWidget(self.words)
        for title, control in (("Pages", self.range), ("Resolution", self.dpi)):
            row = QHBoxLayout()
            label = QLabel(title)
            label.setBuddy(control)
            label.setMinimumWidth(px(10))
            row.addWidget(label)
            row.addWidget(control, 1)
            left.addLayout(row)
        left.addWidget(self.ruling)
        left.addWidget(self.transparent)
        left.addStretch()
        left.addWidget(self.error)
        left.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        left.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(3), px(3), px(3), px(3))
        row.setSpacing(px(3))
        row.addLayout(left, 1)
        row.addWidget(self.preview, 1)
        self.resize(px(104), px(70))

    # What is chosen --------------------------------------------------------------------------

    def choices(self) -> Choices:
        """What is chosen now.

        Raises
        ------
        ValueError
            If the pages are none that there are.
        """
        pages = pages_meant(self.range.text(), len(self._pages))
        return Choices(
            self._form,
            tuple(pages),
            self.ruling.isChecked() and self._form != "inkml",
            self.transparent.isChecked() and self._form == "png",
            self.dpi.value(),
        )

    def _form_chosen(self, form: str) -> None:
        self._form = form
        self.words.setText(WORDS[form])
        self.dpi.setEnabled(form == "png")
        self.transparent.setEnabled(form == "png")
        self.ruling.setEnabled(form != "inkml")
        self._refresh()

    def _refresh(self) -> None:
        try:
            choices = self.choices()
        except ValueError as error:
            sentence = str(error)
            known = sentence.startswith("There are")
            self._refuse(sentence if known else "Name pages as in 1-3, 5.")
            return
        self.error.hide()
        self.go.setEnabled(True)
        page = choices.of(self._pages).pages[0]
        self.preview.show_page(page, choices.transparent)

    def _refuse(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.show()
        self.go.setEnabled(False)

    # Writing ---------------------------------------------------------------------------------

    def _ask(self) -> None:
        choices = self.choices()
        name, _ = QFileDialog.getSaveFileName(
            self, "Export", str(self._start.with_suffix(choices.suffix)), f"*{choices.suffix}"
        )
        if name:
            path = Path(name)
            self.write(path if path.suffix else path.with_suffix(choices.suffix))

    def write(self, path: Path) -> None:
        """Write the files in the worker."""
        choices = self.choices()
        pages = choices.of(self._pages)
        alone = choices.form in ("pdf", "inkml")
        parts = [pages] if alone else [replace(pages, pages=(page,)) for page in pages]
        names = [path] if len(parts) == 1 else numbered(path, choices.pages)
        self.progress.setRange(0, 0 if alone else len(parts))
        self.progress.show()
        self.go.setEnabled(False)

        def work() -> Generator[int, None, list[Path]]:
            written: list[Path] = []
            for done, (part, name) in enumerate(zip(parts, names, strict=True)):
                yield done
                written += export(part, name, choices.options)
            return written

        self._worker.request(
            "export", Urgency.SAMPLE, work, self._written, self._failed, self.progress.setValue
        )

    def _written(self, paths: list[Path]) -> None:
        self.exported.emit(paths)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.progress.hide()
        self.go.setEnabled(True)
        if not isinstance(error, ScriptoriumError):
            raise error
        self.error.setText(str(error))
        self.error.show()

    def reject(self) -> None:
        """Stop what is being written, and close."""
        self._worker.cancel("export")
        super().reject()


def numbered(path: Path, pages: Iterable[int]) -> list[Path]:
    """note-1.png, note-2.png, ... for pages from 0."""
    return [path.with_name(f"{path.stem}-{n + 1}{path.suffix}") for n in pages]
