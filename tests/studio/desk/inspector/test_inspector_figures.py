"""Figures and files of the inspector: their sizes, what they say, and that bad ones are refused."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pypdf
import pytest
from PIL import Image

from engine.errors import FileError, SettingError
from engine.sampling import step_metrics
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.paper_figure import PaperFigure, save
from studio.desk.inspector.render_headless import draw
from studio.desk.inspector.svg_lines import settle
from studio.desk.inspector.view_options import KINDS
from studio.desk.widgets.theme import DARK
from studio.inspection.numbers_file import save_numbers
from studio.inspection.run_recording import RunRecording, RunSettings

TEXT = "a figure"
VIEWS = ("line", "window", "traces")


@pytest.fixture(scope="module")
def recording(untaught_hand) -> RunRecording:
    made = RunRecording(TEXT, RunSettings("untaught", "0123456789", None, 0.5, 3))
    made.append(list(untaught_hand.stream(TEXT, bias=0.5, seed=3)))
    return made


def drawn(recording: RunRecording, path: Path, **settings) -> Path:
    draw(recording, PaperFigure(**{"views": VIEWS, "dpi": 100, **settings}), [path])
    return path


@pytest.mark.parametrize("width", [85.0, 178.0])
def test_png_has_the_size_and_the_dots_asked_for(qapp, recording, tmp_path, width):
    picture = Image.open(drawn(recording, tmp_path / "figure.png", width=width))
    assert picture.width == pytest.approx(width / 25.4 * 100, abs=1)
    assert picture.info["dpi"][0] == pytest.approx(100, abs=0.1)
    pixels = np.asarray(picture.convert("RGB"))
    # White ground, whatever the theme; and something on it in each third.
    assert (pixels[0] == 255).all()
    for third in np.array_split(pixels, 3):
        assert (third < 200).any()


def test_pdf_has_the_size_and_says_its_settings(qapp, recording, tmp_path):
    page = pypdf.PdfReader(drawn(recording, tmp_path / "figure.pdf", width=120.0)).pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(120, abs=0.6)
    text = " ".join(page.extract_text().split())
    for word in ("Window", "Traces", "pen point", "bias 0.5", "seed 3", "untaught"):
        assert word in text


def test_svg_has_the_size_and_lines_of_one_width(qapp, recording, tmp_path):
    path = drawn(recording, tmp_path / "figure.svg", width=100.0)
    root = ElementTree.parse(path).getroot()
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(100, abs=0.5)
    content = path.read_text("utf-8")
    body = content[content.index("</defs>") :]
    assert "non-scaling-stroke" not in body
    assert "seed 3" in content
    # Nothing that is drawn lies far beyond the sheet.
    _, _, width, height = map(float, root.get("viewBox").split())
    curve = max(re.findall(r'points="([^"]*)"', body), key=len)
    numbers = np.array(re.split(r"[ ,]+", curve.strip()), dtype=float).reshape(-1, 2)
    assert (numbers >= 0).all()
    assert (numbers <= (width, height)).all()


def test_svg_lines_are_moved_as_their_group_was(tmp_path):
    path = tmp_path / "one.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><g transform="matrix(2,0,0,-3,10,20)">'
        '<polyline vector-effect="non-scaling-stroke" points="1,2 3,4"/>'
        '<path vector-effect="non-scaling-stroke" d="M1,2 L3,4 C0,0 1,1 -1e0,.5 Z"/>'
        '<rect vector-effect="non-scaling-stroke" x="0" y="0" width="1" height="2"/>'
        '<text x="5">kept</text></g></svg>',
        encoding="utf-8",
    )
    settle(path)
    group = ElementTree.parse(path).getroot()[0]
    line, curve, rect, text = group
    assert group.get("transform") is None
    assert line.get("points") == "12.000 14.000 16.000 8.000"
    assert curve.get("d") == (
        "M 12.000 14.000 L 16.000 8.000 C 10.000 20.000 12.000 17.000 8.000 18.500 Z"
    )
    assert rect.get("points") == "10.000 20.000 12.000 20.000 12.000 14.000 10.000 14.000"
    assert text.get("transform") == "matrix(2,0,0,-3,10,20)"


def test_figures_are_light_whatever_the_theme(qapp, recording, tmp_path, monkeypatch):
    light = drawn(recording, tmp_path / "light.png").read_bytes()
    qapp.setStyleSheet(f"* {{ background: {DARK.panel}; color: {DARK.text}; }}")
    try:
        assert drawn(recording, tmp_path / "dark.png").read_bytes() == light
    finally:
        qapp.setStyleSheet("")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_view_makes_a_figure(qapp, recording, tmp_path, name):
    path = tmp_path / f"{name}.png"
    draw(recording, PaperFigure((name,), 85.0, 100), [path], point=5, other=recording)
    picture = np.asarray(Image.open(path).convert("L"))
    assert np.ptp(picture) > 150


def test_caption_can_be_left_out(qapp, recording, tmp_path):
    tall = Image.open(drawn(recording, tmp_path / "with.png"))
    low = Image.open(drawn(recording, tmp_path / "without.png", caption=False))
    assert low.height < tall.height


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"views": ()}, "needs a view"),
        ({"views": ("portrait",)}, "no view 'portrait'"),
        ({"width": 3.0}, "3.0 mm"),
        ({"width": float("nan")}, "mm"),
        ({"dpi": 5}, "72 to 1200"),
    ],
)
def test_bad_figures_are_refused(settings, says):
    with pytest.raises(SettingError, match=says):
        PaperFigure(**settings)


def test_what_cannot_be_drawn_is_refused(qapp, recording, tmp_path):
    with pytest.raises(SettingError, match="no point 999"):
        draw(recording, PaperFigure(), [tmp_path / "figure.png"], point=999)
    with pytest.raises(SettingError, match=r"figure\.gif"):
        draw(recording, PaperFigure(), [tmp_path / "figure.gif"])
    with pytest.raises(SettingError, match="no line"):
        save(InspectorModel(), PaperFigure(), tmp_path / "figure.png")
    with pytest.raises(FileError, match="folder"):
        draw(recording, PaperFigure(dpi=72), [tmp_path / "nowhere" / "figure.png"])
    assert list(tmp_path.iterdir()) == []


# Numbers -------------------------------------------------------------------------------------


def test_npz_holds_all_that_the_steps_do(recording, tmp_path):
    save_numbers(recording, tmp_path / "steps.npz")
    with np.load(tmp_path / "steps.npz", allow_pickle=False) as file:
        steps = recording.steps
        for name in ("offsets", "phi", "alpha", "beta", "kappa", "pi", "mu", "sigma", "rho", "eos"):
            np.testing.assert_array_equal(file[name], getattr(steps, name))
        np.testing.assert_array_equal(file["layers"], recording.layers)
        np.testing.assert_array_equal(file["entropy"], step_metrics.entropy(steps))
        about = json.loads(str(file["about"]))
    assert about["text"] == TEXT
    assert (about["bias"], about["seed"], about["hand_sha256"]) == (0.5, 3, "0123456789")


def test_csv_tells_every_number_to_the_digit(recording, tmp_path):
    save_numbers(recording, tmp_path / "steps.csv")
    with (tmp_path / "steps.csv").open(encoding="utf-8", newline="") as file:
        assert json.loads(file.readline().removeprefix("# "))["text"] == TEXT
        rows = list(csv.DictReader(file))
    steps = recording.steps
    assert len(rows) == len(steps)
    for t in (0, len(steps) - 1):
        row = rows[t]
        assert np.float32(row["dx"]) == steps.offsets[t, 0]
        assert np.float32(row["mu_y_3"]) == steps.mu[t, 3, 1]
        assert np.float32(row["sigma_x_0"]) == steps.sigma[t, 0, 0]
        assert np.float32(row["kappa_2"]) == steps.kappa[t, 2]
        assert np.float32(row[f"phi_{len(TEXT)}"]) == steps.phi[t, -1]
        assert TEXT[int(row["character"])] == row["letter"]
        assert int(row["component"]) == steps.component[t]


def test_other_endings_are_refused(recording, tmp_path):
    with pytest.raises(FileError, match=r"\.npz or \.csv"):
        save_numbers(recording, tmp_path / "steps.xlsx")
    with pytest.raises(SettingError, match="no line"):
        save_numbers(RunRecording(TEXT), tmp_path / "steps.npz")
