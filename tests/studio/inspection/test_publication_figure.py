"""Figures and files of a run: their sizes, what they say, and that bad ones are refused."""

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
from engine.sampling.trace import SampleTrace
from studio.inspection.numbers_file import save_numbers
from studio.inspection.publication_figure import VIEWS as KINDS
from studio.inspection.publication_figure import PublicationFigure, Scene, save
from studio.inspection.run_recording import RunRecording, RunSettings

TEXT = "a figure"
VIEWS = ("line", "window", "traces")


@pytest.fixture(scope="module")
def recording(untaught_hand) -> RunRecording:
    made = RunRecording(TEXT, RunSettings("untaught", "0123456789", None, 0.5, 3))
    made.append(list(untaught_hand.stream(TEXT, bias=0.5, seed=3)))
    return made


def drawn(recording: RunRecording, path: Path, **settings) -> Path:
    save(Scene(recording), PublicationFigure(**{"views": VIEWS, "dpi": 100, **settings}), path)
    return path


@pytest.mark.parametrize("width", [85.0, 178.0])
def test_png_has_the_size_and_the_dots_asked_for(recording, tmp_path, width):
    picture = Image.open(drawn(recording, tmp_path / "figure.png", width=width))
    assert picture.width == pytest.approx(width / 25.4 * 100, abs=1)
    assert picture.info["dpi"][0] == pytest.approx(100, abs=0.1)
    pixels = np.asarray(picture.convert("RGB"))
    # White ground, whatever the theme; and something on it in each third.
    assert (pixels[0] == 255).all()
    for third in np.array_split(pixels, 3):
        assert (third < 200).any()


def test_pdf_has_the_size_and_says_its_settings(recording, tmp_path):
    page = pypdf.PdfReader(drawn(recording, tmp_path / "figure.pdf", width=120.0)).pages[0]
    assert float(page.mediabox.width) / 72 * 25.4 == pytest.approx(120, abs=0.6)
    text = " ".join(page.extract_text().split())
    for word in ("Window", "Traces", "pen point", "bias 0.5", "seed 3", "untaught"):
        assert word in text


def test_svg_has_the_size_and_its_letters_as_text(recording, tmp_path):
    path = drawn(recording, tmp_path / "figure.svg", width=100.0)
    root = ElementTree.parse(path).getroot()
    width = float(root.get("width").removesuffix("pt"))
    assert width / 72 * 25.4 == pytest.approx(100, abs=0.5)
    said = "".join(root.itertext())
    for word in ("Window", "pen point", "seed 3"):
        assert word in said
    # Nothing that is drawn lies far beyond the sheet.
    _, _, wide, high = map(float, root.get("viewBox").split())
    body = path.read_text("utf-8").partition("</defs>")[2]
    curve = max(re.findall(r' d="(M[^"]*)"', body), key=len)
    xy = np.array(re.findall(r"-?[\d.]+", curve), dtype=float).reshape(-1, 2)
    assert (xy >= -1).all()
    assert (xy <= (wide + 1, high + 1)).all()


def test_the_same_run_makes_the_same_file(recording, tmp_path):
    for suffix in (".pdf", ".png"):
        one = drawn(recording, tmp_path / f"one{suffix}").read_bytes()
        assert drawn(recording, tmp_path / f"two{suffix}").read_bytes() == one


def test_signs_of_formulas_are_only_signs(tmp_path):
    run = RunRecording("$a_b$", RunSettings("untaught", remark="\\frac"))
    steps = SampleTrace(
        text="$a_b$", offsets=np.ones((4, 3), np.float32), phi=np.ones((4, 6), np.float32),
        alpha=np.ones((4, 2), np.float32), beta=np.ones((4, 2), np.float32),
        kappa=np.ones((4, 2), np.float32), pi=np.full((4, 2), 0.5, np.float32),
        mu=np.ones((4, 2, 2), np.float32), sigma=np.ones((4, 2, 2), np.float32),
        rho=np.zeros((4, 2), np.float32), eos=np.zeros(4, np.float32), component=np.zeros(4, int),
    )  # fmt: skip
    run = RunRecording.of(steps, run.settings)
    text = drawn(run, tmp_path / "signs.svg").read_text("utf-8")
    assert "$a_b$" in text
    assert "\\frac" in text


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_view_makes_a_figure(recording, tmp_path, name):
    path = tmp_path / f"{name}.png"
    save(Scene(recording, 5, recording), PublicationFigure((name,), 85.0, 100), path)
    picture = np.asarray(Image.open(path).convert("L"))
    assert np.ptp(picture) > 150


def test_caption_can_be_left_out(recording, tmp_path):
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
        PublicationFigure(**settings)


def test_what_cannot_be_drawn_is_refused(recording, tmp_path):
    with pytest.raises(SettingError, match="no point 999"):
        save(Scene(recording, 999), PublicationFigure(), tmp_path / "figure.png")
    with pytest.raises(SettingError, match=r"figure\.gif"):
        save(Scene(recording), PublicationFigure(), tmp_path / "figure.gif")
    with pytest.raises(SettingError, match="no line"):
        save(Scene(RunRecording(TEXT)), PublicationFigure(), tmp_path / "figure.png")
    with pytest.raises(FileError, match="folder"):
        save(Scene(recording), PublicationFigure(dpi=72), tmp_path / "nowhere" / "figure.png")
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
