from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingError
from studio.document.paper import PAPERS, Margins, Ruling, RulingKind, length_named, paper_named

A4 = PAPERS["A4"]


@pytest.mark.parametrize("name", PAPERS)
def test_a_sheet_is_found_by_its_name(name):
    assert paper_named(f" {name.lower()} ") == PAPERS[name]


@pytest.mark.parametrize("names", [("A3", "A4", "A5", "A6", "A7"), ("C5", "C6")])
def test_a_sheet_of_iso_is_half_of_the_one_before(names):
    for name, half in pairwise(names):
        whole, folded = PAPERS[name], PAPERS[half]
        assert (folded.width, folded.height) == (whole.height // 2, whole.width)


def test_an_envelope_takes_the_sheet_of_its_number():
    for envelope, sheet in (("C5", "A5"), ("C6", "A6")):
        assert 4 <= PAPERS[envelope].width - PAPERS[sheet].width <= 16
        assert 4 <= PAPERS[envelope].height - PAPERS[sheet].height <= 20
    # A4 in three, and Letter in three.
    for envelope, sheet in (("DL", "A4"), ("#10", "Letter")):
        assert 5 <= PAPERS[envelope].width - PAPERS[sheet].height / 3 <= 15
        assert 5 <= PAPERS[envelope].height - PAPERS[sheet].width <= 30


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("120x180", (120, 180)),
        ("99.5 x 210mm", (99.5, 210)),
        ("50X20", (50, 20)),
        ("148×210", (148, 210)),
        ("4x6in", (101.6, 152.4)),
        ("8.5x11in", (215.9, 279.4)),
        ("11inx14in", (279.4, 355.6)),
        ('5" x 7"', (127, 177.8)),
        ("10,5 × 14,8 cm", (105, 148)),
        ("10cm x 150mm", (100, 150)),
        ("72x144pt", (25.4, 50.8)),
        ("A3", (297, 420)),
        ("a7", (74, 105)),
        ("B5", (176, 250)),
        ("letter", (215.9, 279.4)),
        ("Legal", (215.9, 355.6)),
        ("tabloid", (279.4, 431.8)),
        ("Executive", (184.15, 266.7)),
        ("card-4x6", (101.6, 152.4)),
        ("business card", (55, 85)),
        ("dl", (110, 220)),
        ("C6", (114, 162)),
        ("#10", (104.775, 241.3)),
    ],
)
def test_a_name_or_a_size_makes_a_sheet(name, size):
    sheet = paper_named(name)
    assert (sheet.width, sheet.height) == pytest.approx(size)


@pytest.mark.parametrize(
    "name",
    ["", "A9", "leter", "x", "120x", "nanx50", "10x10", "1e9x50", "4x6ft", "99999x50", "-5x90"],
)
def test_an_unknown_sheet_is_refused(name):
    with pytest.raises(SettingError, match=r"mm|Letter"):
        paper_named(name)


def test_all_names_are_told():
    with pytest.raises(SettingError, match=r"A3, A4, .*Tabloid, .*#10, or a size such as .*4x6in"):
        paper_named("A9")


def test_inches_without_their_unit_are_recognised():
    with pytest.raises(SettingError, match="for inches write 4x6in"):
        paper_named("4x6")


@pytest.mark.parametrize(
    ("text", "length"), [("12", 12), ("1.2 cm", 12), (".5in", 12.7), ("36pt", 12.7), ("-3mm", -3)]
)
def test_a_length_is_read_in_any_unit(text, length):
    assert length_named(text) == pytest.approx(length)


@pytest.mark.parametrize("text", ["", "mm", "1.2.3", "nan", "4ft", "1e3"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(SettingError, match=r"0\.5in"):
        length_named(text)


def test_sheets_turn():
    assert (A4.landscape.width, A4.landscape.height) == (297, 210)
    assert A4.landscape.landscape == A4.landscape
    assert A4.landscape.portrait == A4


@pytest.mark.parametrize("side", [-1, float("nan"), float("inf")])
def test_impossible_margins_are_refused(side):
    with pytest.raises(SettingError, match="margin"):
        Margins(left=side)


@pytest.mark.parametrize("spacing", [0, 0.5, float("nan"), -4])
def test_impossible_rulings_are_refused(spacing):
    with pytest.raises(SettingError, match="Ruling"):
        Ruling(RulingKind.LINED, spacing)


rulings = st.builds(Ruling, st.sampled_from(RulingKind), st.floats(3, 40), st.floats(-50, 350))


@given(rulings)
def test_a_ruling_lies_on_its_sheet_at_its_spacing(ruling):
    margins = Margins()
    lines, dots = ruling.lines(A4, margins), ruling.dots(A4)
    assert lines.shape[1:] == (4,)
    places = np.concatenate([lines[:, :2], lines[:, 2:], dots])
    assert (places >= -1e-6).all()
    assert (places <= np.array([A4.width, A4.height]) + 1e-6).all()
    level = lines[lines[:, 1] == lines[:, 3], 1]
    for rows in (level, np.unique(dots[:, 1])):
        np.testing.assert_allclose(np.diff(rows), ruling.spacing)
        steps = (rows - ruling.first) / ruling.spacing
        np.testing.assert_allclose(steps, np.rint(steps), atol=1e-6)


def test_a_baseline_stands_on_a_line():
    ruling = Ruling(RulingKind.LINED, 9.0, first=31.5)
    rows = ruling.lines(A4, Margins())[:, 1]
    assert 31.5 in rows
    assert 31.5 + 9 * 9.0 in rows


@pytest.mark.parametrize(
    ("kind", "lined", "dotted"),
    [
        (RulingKind.PLAIN, False, False),
        (RulingKind.LINED, True, False),
        (RulingKind.SQUARED, True, False),
        (RulingKind.DOTTED, False, True),
    ],
)
def test_a_kind_of_ruling_has_what_it_says(kind, lined, dotted):
    ruling = Ruling(kind)
    assert bool(len(ruling.lines(A4, Margins()))) == lined
    assert bool(len(ruling.dots(A4))) == dotted


def test_lines_for_writing_keep_to_the_margins():
    rows = Ruling(RulingKind.LINED).lines(A4, Margins(top=40, bottom=60))[:, 1]
    assert rows.min() >= 40
    assert rows.max() <= A4.height - 60


def test_an_unknown_ruling_is_refused():
    with pytest.raises(ValueError, match="wavy"):
        Ruling("wavy")
