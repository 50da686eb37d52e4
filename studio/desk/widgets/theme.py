"""The look of the studio: named colours and sizes, and the style sheet made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio.desk.models.user_settings import Appearance

GRID = 8
"""Everything stands on multiples of this many pixels, or of half of it."""


@dataclass(frozen=True)
class Tokens:
    """The named colours of one theme: a desk, its surfaces, two greys and one accent."""

    name: str
    desk: str
    shadow: str
    panel: str
    surface: str
    hover: str
    line: str
    muted: str
    text: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    danger: str
    danger_soft: str

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return QColor(self.panel).lightness() < 128


LIGHT = Tokens(
    name="light",
    desk="#e7e5e0",
    shadow="#3a342a",
    panel="#f8f7f4",
    surface="#ffffff",
    hover="#edebe6",
    line="#dcd9d2",
    muted="#66666e",
    text="#1f2128",
    accent="#2d55c9",
    accent_hover="#2448b0",
    accent_soft="#e3e9fa",
    on_accent="#ffffff",
    danger="#b3261e",
    danger_soft="#fbeae8",
)
DARK = Tokens(
    name="dark",
    desk="#17181b",
    shadow="#000000",
    panel="#212327",
    surface="#2a2c31",
    hover="#33363c",
    line="#3b3e45",
    muted="#a0a2ab",
    text="#ececef",
    accent="#86a3ff",
    accent_hover="#9db5ff",
    accent_soft="#2c3657",
    on_accent="#10152a",
    danger="#ff9a90",
    danger_soft="#46282a",
)


class Theme(QObject):
    """Which tokens hold now: the system's choice or the user's; tells when they change."""

    changed = Signal()

    def __init__(self, appearance: Appearance = Appearance.SYSTEM, scale: float = 1.0) -> None:
        super().__init__()
        self._appearance = appearance
        self._scale = scale
        self._folder = QTemporaryDir()
        self._base_font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        told = QGuiApplication.styleHints().colorSchemeChanged
        self._told = told.connect(self._system_changed)

    @property
    def tokens(self) -> Tokens:
        """The tokens that hold now."""
        if self._appearance is Appearance.DARK:
            return DARK
        if self._appearance is Appearance.LIGHT:
            return LIGHT
        system = QGuiApplication.styleHints().colorScheme()
        return DARK if system == Qt.ColorScheme.Dark else LIGHT

    def colour(self, name: str) -> QColor:
        """The colour of that token."""
        return QColor(getattr(self.tokens, name))

    def px(self, steps: float) -> int:
        """So many steps of the grid in pixels, at the interface's scale."""
        return round(GRID * steps * self._scale)

    def choose(self, appearance: Appearance, scale: float) -> None:
        """Take another appearance or interface scale and apply it."""
        if (appearance, scale) == (self._appearance, self._scale):
            return
        self._appearance, self._scale = appearance, scale
        self.apply()

    def apply(self) -> None:
        """Dress the whole application."""
        self.apply_palette()
        self.apply_style_sheet()
        self.changed.emit()

    def apply_palette(self) -> None:
        """Take the font and the palette, and no style sheet.

        A window is built in half the time without one: Qt applies it anew to each widget that is
        put into another. `apply_style_sheet` follows when all is in its place.
        """
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        font = QFont(self._base_font)
        font.setPointSizeF(max(6.0, 10.0 * self._scale))
        app.setStyleSheet("")
        app.setFont(font)
        app.setPalette(palette(self.tokens))

    def apply_style_sheet(self) -> None:
        """Dress what there is, and what is made from now on."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setStyleSheet(style_sheet(self.tokens, self.px, self._tick()))

    def rest(self) -> None:
        """Dress nothing more when the system changes: the window is closed."""
        QObject.disconnect(self._told)

    def _tick(self) -> str:
        """The file of a tick in this theme's colour; empty where none can be written."""
        path = Path(self._folder.path()) / f"tick-{self.tokens.name}.svg"
        source = (files("resources") / "icons" / "check.svg").read_text(encoding="utf-8")
        source = source.replace("currentColor", self.tokens.on_accent)
        try:
            path.write_text(source.replace('stroke-width="2"', 'stroke-width="3.5"'), "utf-8")
        except OSError:
            return ""
        return path.as_posix()

    def _system_changed(self) -> None:
        if self._appearance is Appearance.SYSTEM:
            self.apply()


def palette(tokens: Tokens) -> QPalette:
    """Qt's palette from the tokens, for what the style sheet does not reach."""
    result = QPalette()
    role = QPalette.ColorRole
    for name, colour in {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.Button: tokens.panel,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Link: tokens.accent,
        role.Mid: tokens.line,
        role.Light: tokens.surface,
        role.Dark: tokens.line,
        role.Accent: tokens.accent,
    }.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        faint = QColor(tokens.muted)
        faint.setAlpha(140)
        result.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return result


def style_sheet(t: Tokens, px: Callable[[float], int], tick: str) -> str:
    """Qt's style sheet from the tokens.

    Parameters
    ----------
    t : Tokens
    px : callable
        Turns steps of the grid into pixels.
    tick : str
        The file of the tick in a check box: Qt takes it from nowhere else.
    """
    r = px(0.75)
    return f"""
* {{ outline: none; }}
QMainWindow, QDialog {{ background: {t.panel}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QToolTip {{ background: {t.text}; color: {t.panel}; border: none; padding: {px(0.5)}px {px(1)}px; }}
QMenuBar {{ background: {t.panel}; color: {t.text}; padding: {px(0.25)}px {px(1)}px; }}
QMenuBar::item {{ padding: {px(0.5)}px {px(1.25)}px;
  border-radius: {r}px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.surface}; color: {t.text};
  border: 1px solid {t.line}; padding: {px(0.5)}px; }}
QMenu::item {{ padding: {px(0.75)}px {px(3)}px {px(0.75)}px {px(1)}px; border-radius: {r}px; }}
QMenu::icon {{ padding-left: {px(1)}px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: {px(0.5)}px; }}
QToolBar {{ background: {t.panel}; border: none; border-bottom: 1px solid {t.line};
  padding: {px(0.5)}px {px(1)}px; spacing: {px(0.5)}px; }}
QToolBar::separator {{ width: 1px; background: {t.line}; margin: {px(0.75)}px {px(0.5)}px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {r}px;
  padding: {px(0.75)}px; color: {t.text}; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {t.accent_soft}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
  border-radius: {r}px; padding: {px(0.75)}px {px(2)}px; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.accent_soft}; }}
QPushButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton:disabled {{ color: {t.muted}; background: {t.panel}; }}
QPushButton:default, QPushButton#primary {{ background: {t.accent}; color: {t.on_accent};
  border: 1px solid {t.accent}; }}
QPushButton#primary {{ font-weight: 600; }}
QPushButton:default:hover, QPushButton#primary:hover {{ background: {t.accent_hover};
  border-color: {t.accent_hover}; }}
QPushButton#primary:focus, QPushButton:default:focus {{ border: 2px solid {t.text}; }}
QPushButton#primary:disabled, QPushButton:default:disabled {{ background: {t.line};
  border-color: {t.line}; color: {t.muted}; }}
QPushButton#write {{ background: {t.accent}; color: {t.on_accent}; border: 2px solid {t.accent};
  border-radius: {px(1)}px; font-size: {px(1.875)}px; font-weight: 600;
  min-height: {px(4.5)}px; }}
QPushButton#write:hover {{ background: {t.accent_hover}; border-color: {t.accent_hover}; }}
QPushButton#write:focus {{ border-color: {t.text}; }}
QPushButton#write:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.muted}; }}
QPushButton#write[busy="true"] {{ background: {t.surface}; color: {t.text};
  border-color: {t.line}; }}
QPushButton#write[busy="true"]:focus {{ border-color: {t.accent}; }}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QListView, QListWidget,
QTextBrowser {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line};
  border-radius: {r}px; padding: {px(0.5)}px {px(0.75)}px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
QListView:focus, QListWidget:focus, QTableView:focus {{ border: 1px solid {t.accent}; }}
QPlainTextEdit#text {{ border: 1px solid {t.line}; padding: {px(1)}px {px(1)}px; }}
QPlainTextEdit#text:focus {{ border: 1px solid {t.accent}; }}
QComboBox::drop-down {{ border: none; width: {px(3)}px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.line};
  padding: {px(0.5)}px; selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
QListView::item, QListWidget::item {{ padding: {px(0.75)}px; border-radius: {r}px; }}
QListView::item:selected, QListWidget::item:selected {{ background: {t.accent_soft};
  color: {t.text}; }}
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled {{
  background: {t.panel}; color: {t.muted}; border-color: {t.line}; }}
QCheckBox:disabled {{ color: {t.muted}; }}
QCheckBox::indicator:disabled {{ border-color: {t.line}; background: {t.panel}; }}
QTabBar {{ qproperty-drawBase: 0; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button {{ width: 0; border: none; }}
QCheckBox, QRadioButton {{ spacing: {px(1)}px; color: {t.text}; padding: {px(0.25)}px; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: {px(2)}px; height: {px(2)}px;
  border: 1px solid {t.muted}; background: {t.surface}; }}
QCheckBox::indicator {{ border-radius: {px(0.5)}px; }}
QRadioButton::indicator {{ border-radius: {px(1)}px; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {t.accent};
  border: 1px solid {t.accent}; }}
QCheckBox::indicator:checked {{ image: url({tick}); }}
QCheckBox:focus, QRadioButton:focus {{ color: {t.accent}; }}
QLabel {{ color: {t.text}; background: transparent; }}
QLabel#muted {{ color: {t.muted}; }}
QLabel#heading {{ font-size: {px(1.875)}px; font-weight: 600; }}
QLabel#section {{ color: {t.muted}; font-weight: 600; }}
QLabel#error {{ color: {t.danger}; }}
QFrame#notice {{ background: {t.danger_soft}; border: 1px solid {t.danger};
  border-radius: {r}px; }}
QFrame#notice QLabel {{ color: {t.danger}; }}
QFrame#hint {{ background: {t.accent_soft}; border: none; border-radius: {r}px; }}
QFrame#column {{ background: {t.panel}; border: none; }}
QFrame#rule {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame#floating {{ background: {t.surface}; border: 1px solid {t.line};
  border-radius: {px(1)}px; }}
QScrollArea {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QSplitter::handle {{ background: {t.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QSplitter::handle:hover {{ background: {t.accent}; }}
QScrollBar:vertical {{ background: transparent; width: {px(1.25)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(1.25)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: {px(0.5)}px; margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: {px(4)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(4)}px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.line}; color: {t.muted}; }}
QStatusBar QLabel {{ color: {t.muted}; padding: 0 {px(1)}px; }}
QStatusBar::item {{ border: none; }}
QProgressBar {{ background: {t.line}; border: none; border-radius: {px(0.25)}px;
  max-height: {px(0.5)}px; text-align: center; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: {px(0.25)}px; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; padding: {px(1)}px {px(1.5)}px;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ color: {t.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {t.line}; }}
QTableView {{ background: {t.surface}; border: 1px solid {t.line}; gridline-color: {t.line}; }}
QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none;
  border-bottom: 1px solid {t.line}; padding: {px(0.75)}px; }}
"""
