"""Draws the pictures of the inspector that stand in its manual, with the hand that ships.

Run it in a checkout: `.venv/bin/python docs/pictures/inspector.py`; no display is needed.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from engine.hand import Hand
from engine.style.style import bundled
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import InspectorPane
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import Theme
from studio.inspection.runs import Run, sampled

FOLDER = Path(__file__).parent
TEXT = "The quick brown fox jumps"
SEED, BIAS = 3, 0.75
VIEWS = {
    "": (("line", "window", "traces", "mixture", "numbers"), (1500, 880)),
    "-state": (("state",), (1500, 460)),
    "-compare": (("compare",), (1500, 620)),
}
"""What each picture shows, and its size in pixels."""


def main() -> None:
    """Write a picture of each kind in the light and in the dark theme."""
    app = QApplication([])
    app.setStyle("Fusion")
    hand, theme = Hand.load(), Theme(Appearance.LIGHT)
    style = next(iter(bundled().values()))
    pane = InspectorPane(InspectorModel(), theme)
    pane.model.hand = hand
    pane.model.show(sampled(hand, Run(TEXT, style, BIAS, SEED)))
    pane.model.compare(sampled(hand, Run(TEXT, style, 0.0, SEED)))
    pane.model.hold(pane.model.count * 2 // 5)
    pane.panels["state"].choose("layer", 1)
    pane.panels["state"].choose("against", "pen_up")
    pane.panels["state"].choose("order", "correlation")
    pane.show()
    app.processEvents()
    if (focused := app.focusWidget()) is not None:
        focused.clearFocus()
    for appearance in (Appearance.LIGHT, Appearance.DARK):
        theme.choose(appearance, 1.0)
        theme.apply()
        for name, (views, size) in VIEWS.items():
            pane.resize(*size)
            pane.show_views(views)
            # Once laid out, once drawn, and a unit's trace once the units have their order.
            for _ in range(3):
                app.processEvents()
                pane.refresh_all()
            if name == "-state":
                state = pane.panels["state"].view
                state.choose_unit(int(state.ranks[0]))
                pane.refresh_all()
            app.processEvents()
            pane.grab().save(str(FOLDER / f"inspector{name}-{appearance.value}.png"))
    pane.close()


if __name__ == "__main__":
    main()
