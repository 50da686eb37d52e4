import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import FileError, SettingError
from engine.ink.ink import Ink
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.pdf_exporter import export
from studio.exporting.png_exporter import draw

POINT = 72 / 25.4

poppler = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")


def rendered(path, dpi, folder):
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", path, folder / "page"], check=True)
    return [Image.open(p).convert("RGB") for p in sorted(folder.glob("page*.png"))]


def with_words(pages: Pages, *lines) -> Pages:
    """The first page with other words at the places of its own."""
    page = pages.pages[0]
    placed = [
        replace(
            line,
            text=" ".join(words),
            words=tuple(
                replace(word, text=text) for word, text in zip(line.words, words, strict=False)
            ),
        )
        for line, words in zip(page.lines, lines, strict=False)
    ]
    return replace(pages, pages=(replace(page, lines=tuple(placed)),))


def test_pages_have_their_real_sizes(pages_of, tmp_path):
    pages = pages_of(2, paper="A5")
    wide = replace(pages.pages[1], paper=PAPERS["Letter"].landscape)
    export(replace(pages, pages=(pages.pages[0], wide)), tmp_path / "note.pdf")
    boxes = [page.mediabox for page in pypdf.PdfReader(tmp_path / "note.pdf").pages]
    sizes = [(float(box.width) / POINT, float(box.height) / POINT) for box in boxes]
    np.testing.assert_allclose(sizes, [(148, 210), (279.4, 215.9)], atol=0.01)


def test_the_text_is_found_line_by_line(pages_of, tmp_path):
    pages = pages_of(2)
    export(pages, tmp_path / "note.pdf")
    reader = pypdf.PdfReader(tmp_path / "note.pdf")
    for page, written in zip(reader.pages, pages, strict=True):
        found = [line.strip() for line in page.extract_text().splitlines()]
        assert found == [line.text for line in written.lines]


@poppler
def test_each_word_lies_behind_its_ink(pages_of, tmp_path):
    pages = pages_of()
    export(pages, tmp_path / "note.pdf")
    html = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "note.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', html
    )
    words = [(line.baseline, word) for line in pages.lines for word in line.words]
    assert [text for *_, text in found] == [word.text for _, word in words]
    for (left, top, right, bottom, _), (baseline, word) in zip(found, words, strict=True):
        assert float(left) == pytest.approx(word.box[0] * POINT, abs=0.1)
        assert float(right) == pytest.approx(word.box[2] * POINT, abs=0.3)
        assert float(top) < baseline * POINT < float(bottom)
        assert float(top) < word.box[1] * POINT + 3


@poppler
@pytest.mark.parametrize("gap", [1.0, 0.2, 0.0, -0.3])
def test_words_that_nearly_touch_are_still_words(gap, pages_of, tmp_path):
    pages = pages_of(texts=["a fine day by the sea"])
    (line,) = pages.lines
    left, placed = 20.0, []
    for word in line.words:
        (_, top, _, bottom), width = word.box, word.box[2] - word.box[0]
        placed.append(replace(word, box=(left, top, left + width, bottom)))
        left += width + gap
    page = replace(pages.pages[0], lines=(replace(line, words=tuple(placed)),))
    export(replace(pages, pages=(page,)), tmp_path / "note.pdf")
    assert pypdf.PdfReader(tmp_path / "note.pdf").pages[0].extract_text().strip() == line.text
    for way in ((), ("-layout",), ("-raw",)):
        copied = subprocess.run(
            ["pdftotext", *way, tmp_path / "note.pdf", "-"], capture_output=True, check=True
        )
        assert copied.stdout.decode().strip() == line.text


@poppler
def test_the_page_looks_as_its_picture(pages_of, tmp_path):
    for pen in ("ballpoint", "fountain", "felt", "pencil"):
        pages = pages_of(pen=pen, printed=True, ruling=RulingKind.LINED)
        export(pages, tmp_path / f"{pen}.pdf")
        (tmp_path / pen).mkdir()
        (image,) = rendered(tmp_path / f"{pen}.pdf", 200, tmp_path / pen)
        expected = np.asarray(draw(pages.pages[0], dpi=200), float)
        got = np.asarray(image, float)[: expected.shape[0], : expected.shape[1]]
        expected = expected[: got.shape[0], : got.shape[1]]
        assert (expected < 200).any(axis=2).mean() > 0.005
        assert np.abs(got - expected).mean() < 0.6
        # What is inked in one is inked in the other; a pencil's grain is light and dark.
        level = 190 if pen == "pencil" else 90
        dark, darker = got.min(axis=2) < level, expected.min(axis=2) < level
        assert (dark & darker).sum() > 0.88 * (dark | darker).sum()


@poppler
@pytest.mark.parametrize("kind", RulingKind)
def test_the_ruling_is_printed_where_it_is_wanted(kind, pages_of, tmp_path):
    for printed in (True, False):
        pages = pages_of(ruling=kind, printed=printed, texts=())
        export(pages, tmp_path / f"{printed}.pdf")
        (tmp_path / str(printed)).mkdir()
        (image,) = rendered(tmp_path / f"{printed}.pdf", 150, tmp_path / str(printed))
        marked = np.asarray(image.convert("L")).min() < 245
        assert marked == (printed and kind is not RulingKind.PLAIN)


def test_metadata_say_how_it_was_written(pages_of, tmp_path):
    pages = replace(pages_of(), title="Œuvre: ein Brief — 手紙", author="Ž. Щ.")
    export(pages, tmp_path / "note.pdf")
    reader = pypdf.PdfReader(tmp_path / "note.pdf")
    told, source = reader.metadata, reader.xmp_metadata.dc_source
    assert told.title == "Œuvre: ein Brief — 手紙"
    assert told.author == "Ž. Щ."
    assert told.creator.startswith("Scriptorium")
    assert told.producer.startswith("Scriptorium")
    for part in ("hand: default", "0123abcd" * 8, "style: amber", "bias: 0.75", "seed: 0-4"):
        assert part in source
    # Who gets the letter sees these in the properties of the file.
    assert told.subject is None
    assert told.keywords is None


def test_a_file_says_when_it_was_made(pages_of, tmp_path, monkeypatch):
    before = datetime.now(UTC).replace(microsecond=0)
    export(pages_of(), tmp_path / "now.pdf")
    made = pypdf.PdfReader(tmp_path / "now.pdf").metadata.creation_date
    assert before <= made <= datetime.now(UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    export(pages_of(), tmp_path / "then.pdf")
    then = pypdf.PdfReader(tmp_path / "then.pdf").metadata
    moment = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
    assert then.creation_date == then.modification_date == moment


def test_the_same_pages_make_the_same_bytes(pages_of, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    export(pages_of(2), tmp_path / "a.pdf")
    export(pages_of(2), tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_all_text_has_one_font_of_our_own(pages_of, tmp_path):
    pages = with_words(pages_of(), ["“naïve”", "café", "–", "don’t", "€5"])
    export(pages, tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert page.extract_text().strip() == "“naïve” café – don’t €5"
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert [font["/BaseFont"] for font in fonts] == ["/ScriptoriumInvisible"]


@poppler
@pytest.mark.parametrize(
    "words",
    [
        ["Žižek", "plain", "łódź", "Ωμέγα"],
        ["漢字", "と", "ひらがな"],
        ["𝔘nicode", "🖋", "a"],
        ["one", "(two)", "back\\slash", "100%", "<&>"],
    ],
)
def test_text_of_any_script_is_found(words, pages_of, tmp_path):
    export(with_words(pages_of(), words), tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert page.extract_text().split() == words
    copied = subprocess.run(
        ["pdftotext", tmp_path / "note.pdf", "-"], capture_output=True, check=True
    )
    assert copied.stdout.decode().split() == words


def test_more_characters_than_one_font_holds(pages_of, tmp_path):
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 700)))
    export(with_words(pages_of(), [letters[:400]], [letters[300:]]), tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert page.extract_text().split() == [letters[:400], letters[300:]]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.text(st.characters(codec="cp1252", categories=["L", "N", "P", "S"]), min_size=1, max_size=9)
)
def test_any_western_word_survives(pages_of, tmp_path, word):
    export(with_words(pages_of(texts=["one"]), [word]), tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert page.extract_text().strip() == word


def test_the_ink_is_drawn_as_curves_not_pixels(pages_of, tmp_path):
    for pen, paint in (("ballpoint", b"S"), ("fountain", b"f")):
        export(pages_of(pen=pen), tmp_path / "note.pdf")
        (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
        operators = page.get_contents().get_data().split()
        assert operators.count(b"c") > 500
        assert operators.count(paint) == 5
        assert "/XObject" not in page["/Resources"]


def test_curves_pass_through_the_points(pages_of, tmp_path):
    pages = pages_of(pen="ballpoint", texts=["a quiet pen"])
    export(pages, tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    matrix, ends = np.eye(3), []
    for operands, operator in page.get_contents().operations:
        if operator == b"cm":
            a, b, c, d, e, f = map(float, operands)
            matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
        elif operator in (b"m", b"c"):
            ends.append(np.array([*map(float, operands[-2:]), 1]) @ matrix)
    got = np.array(ends)[:, :2] / POINT
    got[:, 1] = pages.pages[0].paper.height - got[:, 1]
    (line,) = pages.lines
    np.testing.assert_allclose(got, line.ink.xy, atol=0.005)


def test_a_line_without_words_is_found_as_a_whole(pages_of, tmp_path):
    pages = pages_of(texts=["the quick brown fox"])
    (line,) = pages.lines
    bare = replace(pages.pages[0], lines=(replace(line, words=()),))
    export(replace(pages, pages=(bare,)), tmp_path / "note.pdf")
    (page,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert page.extract_text().strip() == "the quick brown fox"


def test_an_empty_page_is_a_page(tmp_path):
    export(Pages((Page(PAPERS["A6"], lines=(PlacedLine("", Ink()),)),)), tmp_path / "note.pdf")
    assert len(pypdf.PdfReader(tmp_path / "note.pdf").pages) == 1


def test_the_folio_is_drawn_and_found(pages_of, tmp_path):
    pages = pages_of(texts=["one"])
    (line,) = pages_of(texts=["two"]).lines
    folio = replace(line, ink=line.ink.moved(0, 150), baseline=line.baseline + 150, words=())
    page = replace(pages.pages[0], folio=folio)
    export(replace(pages, pages=(page,)), tmp_path / "note.pdf")
    (found,) = pypdf.PdfReader(tmp_path / "note.pdf").pages
    assert found.extract_text().split() == ["one", "two"]


def test_a_failure_leaves_the_old_file(pages_of, tmp_path):
    path = tmp_path / "note.pdf"
    path.write_bytes(b"old")
    broken = replace(pages_of().pages[0], lines=(replace(next(pages_of().lines), colour="?"),))
    with pytest.raises(SettingError, match="colour"):
        export(replace(pages_of(), pages=(broken,)), path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["note.pdf"]


def test_a_folder_that_is_not_there_is_told(pages_of, tmp_path):
    with pytest.raises(FileError, match="folder"):
        export(pages_of(), tmp_path / "nowhere" / "note.pdf")


def test_pages_come_in_order(pages_of, tmp_path):
    pages = pages_of(12, texts=["one"])
    pages = replace(
        pages,
        pages=tuple(
            replace(with_words(pages_of(texts=["one"]), [f"word{k}"]).pages[0], number=k)
            for k in range(12)
        ),
    )
    export(pages, tmp_path / "note.pdf")
    found = [page.extract_text().strip() for page in pypdf.PdfReader(tmp_path / "note.pdf").pages]
    numbers = [int(text.removeprefix("word")) for text in found]
    assert all(b - a == 1 for a, b in pairwise(numbers))
    assert len(numbers) == 12


@pytest.mark.parametrize("angle", [np.pi, np.pi / 2, -np.pi, 1e-7, 3e-5])
def test_numbers_of_turned_lines_are_those_of_pdf(angle, pages_of, tmp_path):
    # PDF knows no exponents: the sine of pi is no "1.2246e-16" there.
    pages = pages_of(texts=["upside down"])
    line = replace(pages.pages[0].lines[0], turned=angle)
    (path,) = export(Pages((replace(pages.pages[0], lines=(line,)),)), tmp_path / "n.pdf")
    content = pypdf.PdfReader(path).pages[0].get_contents().get_data()
    assert not re.search(rb"\de[-+]\d", content)
    if shutil.which("pdftotext"):
        ran = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
        assert ran.stderr == b""
