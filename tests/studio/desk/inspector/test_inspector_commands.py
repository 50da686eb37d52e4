"""What the inspector's buttons do, and that what cannot be done is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.sampling.request import further_seed
from engine.sampling.steering import Steering
from engine.style.style import Style
from studio.desk.inspector import inspector_pane
from studio.desk.inspector.corpus_list import HEADS, ORDER
from studio.desk.inspector.inspector_commands import Other
from studio.desk.inspector.inspector_dialogs import (
    CompareDialog,
    FeedDialog,
    FigureDialog,
    SteerDialog,
)
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import InspectorPane
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import Theme
from studio.inspection.corpus_figures import FIGURES
from studio.inspection.runs import Run, recalled, refed, sampled

TEXT = "asked for"


def wave(points: int = 150) -> Ink:
    t = np.linspace(0, 1, points)
    xy = np.stack([300 * t + 5 * np.sin(130 * t), 20 * np.sin(100 * t)], axis=1)
    halves = np.array_split(np.column_stack([xy, t * points / 77]), 2)
    return Ink(tuple(Stroke(half[:, :2], half[:, 2]) for half in halves))


@pytest.fixture
def pane(qtbot, untaught_hand) -> InspectorPane:
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    pane.model.hand = untaught_hand
    pane.around.styles = lambda: {"Wavy": Style("Wavy", "wavy line", wave())}
    pane.model.show(sampled(untaught_hand, Run(TEXT, bias=0.5, seed=2)))
    return pane


def test_steering_keeps_what_was_and_writes_on(pane, qtbot):
    before = pane.model.recording
    pane.bench.steer(Steering(12, move=2.0))
    after = pane.model.recording
    assert pane.model.other is before
    assert (pane.model.cursor, pane.model.held) == (12, True)
    np.testing.assert_array_equal(after["offsets"][:12], before["offsets"][:12])
    np.testing.assert_allclose(after["kappa"][12], before["kappa"][11] + 2, atol=1e-5)
    assert "moved by +2.0 characters at point 12" in after.settings.remark
    # A steered line is steered anew from what it was at first.
    pane.bench.steer(Steering(5, component=1))
    assert pane.model.recording["component"][5] == 1
    np.testing.assert_array_equal(pane.model.recording["offsets"][:5], before["offsets"][:5])


def test_the_window_is_pulled_on_its_map(pane):
    box = pane.panels["window"].view.main.getViewBox()
    box.pulled.emit(QPointF(8.2, 3.0), QPointF(9.0, 4.52))
    assert "window moved by +1.5 characters at point 8" in pane.model.recording.settings.remark
    remark = pane.model.recording.settings.remark
    box.pulled.emit(QPointF(8.2, 3.0), QPointF(9.0, 3.05))
    assert pane.model.recording.settings.remark == remark


def test_feeding_shows_how_likely_ink_is(pane):
    pane.bench.feed(wave(), "wavy line", "wave.inkml")
    shown = pane.model.recording
    assert shown.text == "wavy line"
    assert "teacher forcing on wave.inkml" in shown.settings.remark
    mean = -shown["log_likelihood"].mean()
    assert f"{mean:.3f} nats a point" in shown.settings.remark
    assert shown.layers is not None


@pytest.mark.parametrize(
    ("ink", "text", "says"),
    [
        (Ink(), "wavy line", "fewer than two points"),
        (wave(400), "w", "points a character"),
        (wave(100_000), "wavy line", "too many"),
        (wave(), "Wäsche", "cannot write"),
    ],
)
def test_what_cannot_be_fed_is_said_and_the_pane_stays(pane, qtbot, ink, text, says):
    before = pane.model.recording
    with qtbot.waitSignal(pane.bench.failed) as told:
        pane.bench.feed(ink, text, "")
    assert says in told.args[0]
    assert pane.model.recording is before
    assert pane.notice.label.text() == told.args[0]
    assert not pane.notice.isHidden()
    pane.bench.feed(wave(), "wavy line", "")
    assert pane.model.recording is not before
    assert pane.notice.isHidden()


@pytest.mark.parametrize(
    ("steering", "says"),
    [(Steering(10_000, freeze=True), "no point 10000"), (Steering(0, component=9), "0 to 4")],
)
def test_bad_steering_is_said(pane, qtbot, steering, says):
    with qtbot.waitSignal(pane.bench.failed) as told:
        pane.bench.steer(steering)
    assert says in told.args[0]


def test_given_ink_is_not_steered_and_not_repeated(pane, qtbot, tmp_path):
    pane.bench.feed(wave(), "wavy line", "")
    with qtbot.waitSignal(pane.bench.failed, check_params_cb=lambda s: "repeated" in s):
        pane.bench.save_notebook(tmp_path / "run.ipynb")
    assert not list(tmp_path.iterdir())
    with qtbot.waitSignal(pane.bench.failed, check_params_cb=lambda s: "given" in s):
        pane.bench.steer(Steering(3, freeze=True))


def test_without_a_line_or_a_hand_a_sentence(qtbot):
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    for act in (
        lambda: pane.bench.feed(wave(), "a", ""),
        lambda: pane.bench.steer(Steering(0, freeze=True)),
        pane.bench.keep,
        lambda: pane.bench.save_numbers(Path("a.npz")),
        lambda: pane.bench.save_notebook(Path("a.ipynb")),
    ):
        with qtbot.waitSignal(pane.bench.failed) as told:
            act()
        assert told.args[0].endswith(".")


def test_kept_for_comparison(pane):
    kept = pane.model.recording
    pane.bar.buttons["keep"].click()
    assert pane.model.other is kept
    assert "compare" in pane.shown


def test_another_run_is_set_beside(pane, qtbot):
    first = pane.model.recording
    dialog = CompareDialog(first, pane.around.styles(), pane._theme, pane)
    dialog.take()
    assert "the line itself" in dialog.wrong.text()
    dialog.bias.setValue(0.0)
    dialog.seed.setText("9")
    dialog.chosen.connect(pane._set_beside)
    dialog.take()
    other = pane.model.other
    assert pane.model.recording is first
    assert (other.settings.bias, other.settings.seed, other.text) == (0.0, 9, TEXT)
    assert "compare" in pane.shown


def test_another_run_is_offered_beside_one_with_a_large_seed(pane):
    # As a further sample of a line has.
    seed = further_seed(2, 1)
    assert seed >= 2**31
    pane.model.show(sampled(pane.model.hand, Run(TEXT, bias=0.5, seed=seed)))
    dialog = CompareDialog(pane.model.recording, {}, pane._theme, pane)
    dialog.take()
    assert "the line itself" in dialog.wrong.text()
    asked = []
    dialog.chosen.connect(asked.append)
    dialog.bias.setValue(0.25)
    dialog.take()
    assert asked[0].seed == seed
    dialog.seed.setText(str(2**63))
    dialog.take()
    assert len(asked) == 1
    assert "whole number" in dialog.wrong.text()


def test_another_hand_is_set_beside(pane, qtbot, tiny_hand_path):
    dialog = CompareDialog(pane.model.recording, pane.around.styles(), pane._theme, pane)
    dialog.open_file(tiny_hand_path)
    dialog.chosen.connect(pane._set_beside)
    dialog.take()
    assert pane.model.other.settings.hand == "Tiny"
    assert pane.model.other["pi"].shape[1] == 3
    # Ink that was given is fed to the other hand, point by point.
    pane.bench.feed(wave(), "wavy line", "wave.inkml")
    given = pane.model.recording
    dialog = CompareDialog(given, {}, pane._theme, pane)
    assert not dialog.bias.isEnabled()
    dialog.take()
    assert "another hand" in dialog.wrong.text()
    pane.bench.compare(Other(tiny_hand_path))
    np.testing.assert_array_equal(pane.model.other["offsets"], given["offsets"])
    assert not np.allclose(pane.model.other["log_likelihood"], given["log_likelihood"])
    # The hand itself finds in it what it found before.
    again = refed(pane.model.hand, given)
    np.testing.assert_allclose(again["log_likelihood"], given["log_likelihood"], atol=1e-4)
    with qtbot.waitSignal(pane.bench.failed) as told:
        pane.bench.compare(Other(tiny_hand_path.with_name("none.safetensors")))
    assert told.args[0].endswith(".")
    with qtbot.waitSignal(pane.bench.failed, check_params_cb=lambda s: "no line" in s):
        pane.model.show(None)
        pane.bench.compare(Other())


def test_files_are_saved_by_their_endings(pane, qtbot, tmp_path, monkeypatch):
    for name in ("figure.png", "steps.npz", "steps.csv"):
        path = tmp_path / name
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_, p=path: (str(p), "PDF (*.pdf)")
        )
        pane._ask_figure(["window"])
        dialog = pane.findChild(FigureDialog)
        dialog.dpi.setValue(72)
        dialog.take()
        dialog.deleteLater()
        qtbot.waitUntil(path.exists)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "bare"), "SVG (*.svg)")
    )
    pane._ask_figure(["traces"])
    dialog = [d for d in pane.findChildren(FigureDialog) if d.isVisible()][-1]
    dialog.take()
    assert (tmp_path / "bare.svg").exists()


def test_figure_dialog_says_what_is_missing(pane):
    dialog = FigureDialog((), {}, pane._theme, pane)
    dialog.take()
    assert "needs a view" in dialog.wrong.text()
    dialog.column.setCurrentIndex(0)
    assert dialog.width_mm.value() == 85
    assert not dialog.width_mm.isEnabled()


def test_steer_dialog_asks_for_something(pane, qtbot):
    dialog = SteerDialog(pane.model.recording, 4, pane._theme, pane)
    dialog.take()
    assert "Nothing is steered" in dialog.wrong.text()
    dialog.freeze.setChecked(True)
    dialog.points.setValue(6)
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.take()
    assert told.args[0] == Steering(4, 6, freeze=True)


def test_feed_dialog_takes_a_style_or_a_file(pane, qtbot, tmp_path):
    style = pane.around.styles()["Wavy"]
    dialog = FeedDialog({"Wavy": style}, pane._theme, pane)
    assert dialog.text.text() == "wavy line"
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.take()
    assert told.args[0] == style.ink
    table = tmp_path / "pen.csv"
    rows = [f"{x:.3f},{y:.3f},1,{0.013 * n:.3f}" for n, (x, y) in enumerate(wave().xy)]
    table.write_text("x,y,pen,time\n" + "\n".join(rows), encoding="utf-8")
    dialog.open_file(table)
    dialog.text.clear()
    dialog.take()
    assert "text is missing" in dialog.wrong.text()
    dialog.open_file(tmp_path / "none.inkml")
    assert "cannot be read" in dialog.wrong.text()
    dialog.text.setText("wavy line")
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.take()
    assert told.args[0].points == wave().points
    assert told.args[2] == "pen.csv"


@pytest.mark.parametrize("steering", [None, Steering(12, 3, move=2.0, component=1)])
def test_notebook_repeats_the_run(pane, tmp_path, tiny_hand_path, run_notebook, steering):
    hand = Hand.load(tiny_hand_path)
    pane.model.show(sampled(hand, Run(TEXT, bias=0.5, seed=2, steering=steering)))
    path = tmp_path / "run.ipynb"
    pane.bench.save_notebook(path)
    notebook = nbformat.read(path, as_version=4)
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    # As its own comment says, for a line of another hand than the one that ships.
    assert "Hand.load()" in first.source
    first.source = first.source.replace("Hand.load()", f"Hand.load({str(tiny_hand_path)!r})")
    told = "print(repr(steps.offsets.tolist()), hand.sha256 == wanted)"
    notebook.cells.append(nbformat.v4.new_code_cell(told))
    run_notebook(notebook)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert sum("image/png" in out.get("data", {}) for out in outputs) == 2
    offsets, _, same = notebook.cells[-1].outputs[0].text.rpartition(" ")
    assert json.loads(offsets) == pane.model.recording["offsets"].tolist()
    assert same.strip() == "True"


def test_what_no_single_run_wrote_is_refused_before_a_file_is_asked_for(pane, monkeypatch):
    pane.model.show(recalled(pane.model.hand, None, wave(), TEXT))
    asked, told = [], []
    monkeypatch.setattr(inspector_pane, "ask_save", lambda *words: asked.append(words))
    pane.bench.failed.connect(told.append)
    pane.ask_notebook()
    pane.ask_steering()
    assert not asked
    assert len(told) == 2
    assert all("put together of pieces" in sentence for sentence in told)


def test_lines_of_a_corpus_are_sorted_by_a_click_and_one_is_shown(
    pane, qtbot, small_corpus, tmp_path, monkeypatch
):
    pane.resize(600, 300)
    pane.show()
    pane.bar.buttons["corpus"].click()
    window = pane.corpus_window
    window.move(pane.pos())
    assert window.isVisible()
    assert not window.go.isEnabled()
    window.open_corpus(small_corpus)
    assert [window.split.itemData(k) for k in range(3)] == ["", "train", "v"]
    window.go.click()
    table, head = window.table, window.table.horizontalHeader()
    assert window.sorted.rowCount() == 6
    assert "1 of 6 lines could not be fed" in window.wrong.text()

    def column(number: int) -> list:
        return [window.sorted.index(row, number).data(ORDER) for row in range(6)]

    figures = [figure.key for figure in FIGURES]
    losses = column(len(HEADS) + figures.index("loss"))
    assert losses[:5] == sorted(losses[:5], reverse=True), "the highest loss stands first"
    jump = len(HEADS) + figures.index("jump")
    head.setVisible(True)
    x = head.sectionViewportPosition(jump) + head.sectionSize(jump) // 2
    for order in (False, True):
        place = QPoint(x, head.height() // 2)
        if not head.viewport().rect().contains(place):
            table.horizontalScrollBar().setValue(jump)
            x = head.sectionViewportPosition(jump) + head.sectionSize(jump) // 2
            place = QPoint(x, head.height() // 2)
        QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        jumps = column(jump)
        down = head.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        assert jumps[:5] == sorted(jumps[:5], reverse=down)
        assert jumps[5] is None, "what could not be fed stands last"
        del order
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_Return)
    chosen = window.lines.lines[window.sorted.mapToSource(window.sorted.index(2, 0)).row()]
    assert pane.model.recording.text == chosen.text
    assert chosen.place.name in pane.model.recording.settings.remark
    shown = pane.model.recording
    # It hid the views, and comes back as it was.
    assert not window.isVisible()
    pane.bar.buttons["corpus"].click()
    assert window.isVisible()
    assert table.currentIndex().row() == 2
    assert -shown["log_likelihood"].mean() == pytest.approx(chosen.values["loss"], rel=1e-5)
    table.selectRow(5)
    window.show_line.click()
    assert "7" in window.wrong.text()
    assert pane.model.recording is shown
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved"), "Table (*.csv)")
    )
    window.save.click()
    assert len((tmp_path / "saved.csv").read_text().splitlines()) == 7
    window.open_corpus(tmp_path / "none.safetensors")
    assert "There is no prepared corpus" in window.wrong.text()
    window.close()
