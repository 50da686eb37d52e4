"""The inspector's actions, as data: its buttons, the menus and the palette are made from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from studio.desk.actions import Action

BUTTONS = (
    "inspector.force",
    "inspector.corpus",
    "inspector.steer",
    "inspector.compare",
    "inspector.keep",
    "inspector.notebook",
    "inspector.export",
)
"""Those that the inspector's bar shows."""


class InspectorDialogs(Protocol):
    """What the inspector's pane asks for, and does with the answer."""

    def ask_ink(self) -> None:
        """Ask for ink with its text, and feed it to the network."""

    def open_corpus(self) -> None:
        """Show figures of many lines of a corpus, to find one."""

    def ask_steering(self) -> None:
        """Ask how the window is to be steered at the cursor, and write on."""

    def ask_other(self) -> None:
        """Ask for another run, and set it beside this one."""

    def keep(self) -> None:
        """Keep the line for comparison."""

    def ask_notebook(self) -> None:
        """Ask for a file, and save a notebook that repeats the run."""

    def ask_export(self) -> None:
        """Ask which figure, and save it or its numbers."""


def inspector_actions(pane: Callable[[], InspectorDialogs]) -> tuple[Action, ...]:
    """What can be done with the line that the inspector shows.

    Parameters
    ----------
    pane : callable
        The pane, opened where it is not.
    """
    menu = "Inspector"
    return (
        Action("inspector.force", "Teacher forcing …", lambda: pane().ask_ink(), menu, "", "eye",
               "Feed ink with its text to the network"),
        Action("inspector.corpus", "Lines of a corpus …", lambda: pane().open_corpus(), menu, "",
               "rows-3", "Feed many lines to the network, sort them by a figure, and look at one"),
        Action("inspector.steer", "Steer …", lambda: pane().ask_steering(), menu, "",
               "move-horizontal", "Move or hold the window at the cursor, and continue writing"),
        Action("inspector.compare", "Another run …", lambda: pane().ask_other(), menu, "",
               "columns-2", "With another bias, seed, style or hand, beside this"),
        Action("inspector.keep", "Keep for comparison", lambda: pane().keep(), menu, "", "layers",
               "The next line is compared to this one"),
        Action("inspector.notebook", "Open as notebook …", lambda: pane().ask_notebook(), menu,
               "", "notebook-pen", "A Jupyter notebook that repeats the run", group=1),
        Action("inspector.export", "Save figure or numbers …", lambda: pane().ask_export(), menu,
               "", "download", "PDF, SVG, PNG, npz or CSV", group=1),
    )  # fmt: skip
