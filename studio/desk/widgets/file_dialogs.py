"""Asking for files: each kind of file is asked for where it was last found or put."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.desk.models.user_settings import SettingsModel


class FolderMemory:
    """The folder that each kind of file was last taken from or put in.

    It is one for the whole program; the settings of the window that was made last keep it.
    """

    def __init__(self) -> None:
        self._settings: SettingsModel | None = None
        self._folders: dict[str, str] = {}

    def keep_in(self, settings: SettingsModel) -> None:
        """Begin with what the settings know, and keep there what comes."""
        self._settings, self._folders = settings, dict(settings.value.folders)

    def let_go(self, settings: SettingsModel) -> None:
        """These settings are about to go: nothing more is kept in them."""
        if self._settings is settings:
            self._settings = None

    def start(self, kind: str, name: str = "", otherwise: Path | None = None) -> str:
        """Where a dialog begins: a folder that is there, and the name in it."""
        folder = otherwise or Path.home()
        if kind in self._folders:
            # A folder may be gone, or on a disk that is.
            with suppress(OSError):
                known = Path(self._folders[kind])
                folder = known if known.is_dir() else folder
        return str(folder / name) if name else str(folder)

    def took(self, kind: str, path: Path) -> None:
        """A file of that kind was chosen."""
        folder = str(path.absolute() if path.is_dir() else path.absolute().parent)
        if self._folders.get(kind) != folder:
            self._folders[kind] = folder
            if self._settings is not None:
                self._settings.change(folders=dict(self._folders))


FOLDERS = FolderMemory()


def ask_open(
    parent: QWidget | None, kind: str, title: str, forms: str = "", otherwise: Path | None = None
) -> Path | None:
    """Ask for a file to open.

    Parameters
    ----------
    parent : QWidget or None
    kind : str
        Of file ("ink"): its folder is remembered by this.
    title : str
    forms : str
        As Qt's dialogs take them: "Ink (*.svg *.inkml)".
    otherwise : Path, optional
        The folder to begin in where none is remembered; the user's own where not given.
    """
    name, _ = QFileDialog.getOpenFileName(parent, title, FOLDERS.start(kind, "", otherwise), forms)
    return _taken(kind, name)


def ask_open_several(
    parent: QWidget | None, kind: str, title: str, forms: str, otherwise: Path | None = None
) -> list[Path]:
    """Ask for files to open; as `ask_open`."""
    start = FOLDERS.start(kind, "", otherwise)
    names, _ = QFileDialog.getOpenFileNames(parent, title, start, forms)
    return [path for name in names if (path := _taken(kind, name)) is not None]


def ask_save(
    parent: QWidget | None,
    kind: str,
    title: str,
    name: str,
    forms: str,
    otherwise: Path | None = None,
) -> tuple[Path | None, str]:
    """Ask where to save; as `ask_open`.

    Returns
    -------
    Path or None
    str
        Which of the forms was chosen.
    """
    start = FOLDERS.start(kind, name, otherwise)
    chosen, form = QFileDialog.getSaveFileName(parent, title, start, forms)
    return _taken(kind, chosen), form


def ask_folder(parent: QWidget | None, kind: str, title: str) -> Path | None:
    """Ask for a folder; as `ask_open`."""
    return _taken(kind, QFileDialog.getExistingDirectory(parent, title, FOLDERS.start(kind)))


def _taken(kind: str, name: str) -> Path | None:
    if not name:
        return None
    FOLDERS.took(kind, Path(name))
    return Path(name)
