"""Which hand writes: one that ships, or one that was taught; it is remembered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.bundled_hands import DEFAULT, path_of, title_of
from studio.desk.models.hand_model import HandModel
from studio.desk.models.hand_setting import setting_of, shipped_by_setting
from studio.desk.models.user_settings import SettingsModel
from studio.library.hand_library import SHIPPED, HandLibrary


class HandChoice(QObject):
    """Loads the hand that is chosen, and the one that ships where that one cannot be loaded."""

    told = Signal(str)
    """Why another hand writes than the one chosen."""
    refused = Signal(object, object)
    """The `Path` of the chosen hand, and the error that says why it cannot be loaded."""

    def __init__(self, models: HandModel, hands: HandLibrary, settings: SettingsModel) -> None:
        super().__init__()
        self._models, self._hands, self._settings = models, hands, settings
        self._ran_on = self._runs_on
        models.changed.connect(self._look)
        settings.changed.connect(self._settings_changed)

    @property
    def _runs_on(self) -> tuple[str, str, str, str]:
        """The device and the precision that are set, and the service's address and token."""
        value = self._settings.value
        return value.device, value.precision, value.remote, value.remote_token

    def _settings_changed(self) -> None:
        if self._ran_on != self._runs_on:
            self.load()

    def load(self) -> None:
        """Load the chosen hand as the settings have it."""
        self._ran_on = self._runs_on
        self._models.load(self.path, *self._ran_on)

    @property
    def name(self) -> str:
        """What the chosen hand is called in lists."""
        shipped = self.shipped
        return self._settings.value.hand if shipped is None else title_of(shipped)

    @property
    def shipped(self) -> str | None:
        """The name of the chosen hand where it is one that ships."""
        return shipped_by_setting(self._settings.value.hand)

    @property
    def path(self) -> Path | None:
        """The chosen hand's file; None for the one that writes where none is chosen.

        Where the file is gone, that one is chosen.
        """
        shipped = self.shipped
        if shipped == DEFAULT:
            return None
        path = self._hands.path(self.name) if shipped is None else path_of(shipped)
        if path.exists():
            return path
        self.told.emit(f"The hand “{self.name}” is gone; the one that ships writes instead.")
        self._settings.change(hand="")
        return None

    def choose(self, name: str) -> None:
        """Write with this hand from now on."""
        self._settings.change(hand=setting_of(name))
        self._models.load(self.path)

    def _look(self) -> None:
        """Go back to the hand that ships where the chosen one is damaged."""
        failure = self._models.failure
        path = self._models.path
        if failure is not None and self.name != SHIPPED and path is not None:
            self.choose(SHIPPED)
            self.told.emit(f"{failure} The hand that ships writes instead.")
            self.refused.emit(path, failure)
