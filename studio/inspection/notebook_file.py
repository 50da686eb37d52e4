"""A Jupyter notebook that repeats a run, as text."""

from __future__ import annotations

import json

from studio.inspection.run_recording import RunSettings
from studio.inspection.runs import Run


def notebook(run: Run, settings: RunSettings) -> str:
    """A notebook (nbformat 4) that writes the line again, and shows window, density and numbers.

    The style, where there is one, stands in it by name: it is looked up among those that ship with
    the program and the user's own.
    """
    said = settings.caption(run.text)
    cells = [
        _words(f"# A run of Scriptorium\n\n{said}\n\nHand: `{settings.hand_sha256 or 'unknown'}`"),
        _code(
            "import numpy as np\n"
            "from IPython.display import display\n\n"
            "from engine.hand import Hand\n"
            "from engine.rendering import figures\n"
            "from engine.sampling import step_metrics\n"
            "from engine.sampling.policy import ONCE\n"
            f"{STEERING if run.steering else ''}"
            "from engine.style.style import find\n\n"
            "hand = Hand.load()  # or Hand.load('another.safetensors')\n"
            f"wanted = {settings.hand_sha256!r}\n"
            "if wanted and hand.sha256 != wanted:\n"
            "    print('This is another hand than the one that wrote the line.')"
        ),
        _code(
            f"text = {run.text!r}\n"
            f"style = {f'find({run.style.name!r})' if run.style else 'None'}\n"
            f"{_writing(run)}"
            "steps = written.steps\n"
            "len(steps), steps.phi.shape"
        ),
        _words("The window over the text, above the ink (figure 13 of Graves 2013)."),
        _code("display(figures.attention(written))"),
        _words("The densities that the points were drawn from (figure 10)."),
        _code("display(figures.mixture(written))"),
        _words("Numbers of each step."),
        _code(
            "for trace in step_metrics.STEP_METRICS:\n"
            "    values = trace.values(steps)\n"
            "    print(f'{trace.title:20} mean {values.mean():8.3f} {trace.unit}')"
        ),
    ]
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


STEERING = "from engine.sampling.steering import Steering\n"


def _writing(run: Run) -> str:
    """The lines that write the line, steered as it was."""
    same = f"style=style, bias={run.bias!r}, seed={run.seed!r}"
    if run.steering is None:
        return f"written = hand.write(text, {same}, policy=ONCE, record=True)\n"
    return (
        f"steering = {run.steering!r}\n"
        "overrides = steering.overrides(hand.network.config.mixture)\n"
        f"stream = list(hand.stream(text, {same}, overrides=overrides))\n"
        f"written = hand.finished(text, stream, {same})\n"
    )


def _words(text: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text,
    }
