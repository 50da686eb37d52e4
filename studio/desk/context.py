"""What the controllers of a window share: its models, and the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.sampling.policy import DEFAULT_POLICY, Policy
from engine.style.style import all_bundled
from studio.desk.actions import ActionModel
from studio.desk.models.hand_model import HandModel, Loader, load_hand
from studio.desk.models.notices import NoticeModel
from studio.desk.models.style_list import StyleList
from studio.desk.models.user_settings import SettingsModel
from studio.desk.widgets.file_dialogs import FOLDERS
from studio.desk.widgets.theme import Theme
from studio.desk.worker import Worker
from studio.document.document_model import DocumentModel
from studio.document.selection import SelectionModel
from studio.writing.look_changes import LookChanges
from studio.writing.note_tabs import NoteTabs
from studio.writing.session import WritingSession


@dataclass(frozen=True, eq=False)
class StudioContext:
    """One window's models; no view is among them.

    Parameters
    ----------
    document : DocumentModel
        The open note and its history.
    selection : SelectionModel
    session : WritingSession
        What of the note is written.
    tabs : NoteTabs
        The other notes that are open.
    looks : LookChanges
        What the user chooses of looks.
    actions : ActionModel
        All that the user can ask for.
    notices : NoticeModel
        What is said above the page.
    hands : HandModel
    styles : StyleList
    settings : SettingsModel
    theme : Theme
    worker : Worker
    """

    document: DocumentModel
    selection: SelectionModel
    session: WritingSession
    tabs: NoteTabs
    looks: LookChanges
    actions: ActionModel
    notices: NoticeModel
    hands: HandModel
    styles: StyleList
    settings: SettingsModel
    theme: Theme
    worker: Worker

    def hand_over_styles(self) -> None:
        """Let the session write in the styles that there are."""
        self.session.styles = self.styles.all

    def hand_over_hand(self) -> None:
        """Let the session write with the hand that there is."""
        hand = self.hands.hand
        if hand is not None:
            self.styles.show_hand(hand.sha256)
        self.session.hand = hand


def make_context(
    settings_path: Path | None = None,
    loader: Loader = load_hand,
    policy: Policy = DEFAULT_POLICY,
) -> StudioContext:
    """Make the models of a window, joined with each other.

    Parameters
    ----------
    settings_path : Path or None
        Where settings are kept; None keeps none.
    loader : callable
        Loads the hand, in the worker.
    policy : Policy
        How lines are sampled and chosen.
    """
    settings = SettingsModel(settings_path)
    FOLDERS.keep_in(settings)
    theme = Theme(settings.value.appearance, settings.value.interface_scale)
    theme.apply_palette()
    worker, document, styles = Worker(), DocumentModel(), StyleList()
    session = WritingSession(document, worker, policy)
    hands = HandModel(worker, loader)
    context = StudioContext(
        document,
        SelectionModel(),
        session,
        NoteTabs(document, session, worker),
        LookChanges(document, session),
        ActionModel(settings),
        NoticeModel(),
        hands,
        styles,
        settings,
        theme,
        worker,
    )
    # Qt holds what a signal calls as long as the signal's object is there, and Python does not see
    # that: a function that holds the models in turn would keep all of the window for good. Of a
    # method Qt holds nothing.
    styles.changed.connect(context.hand_over_styles)
    hands.changed.connect(context.hand_over_hand)
    # The first draft guesses the width of lines from their style.
    styles.offer("bundled", all_bundled())
    return context
