"""The traps of IAM-OnDB, each set in a drawn folder, and the real one where it lies."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from engine.errors import CorpusError
from engine.ink.preparation import Preparation
from training.corpora.iam import IAMOnDB, Line, Report, _ink, split_by_form


def read(root: Path, **options: object) -> tuple[list[Line], Report]:
    report = Report()
    return list(IAMOnDB(root, **options).lines(report)), report  # type: ignore[arg-type]


def test_texts_come_from_below_csr_and_in_order(drawn_iam, line_xml: Callable[[str], str]) -> None:
    drawn_iam.form("a01-000", ["rain near", "an inn", "rare era"])
    lines, report = read(drawn_iam.root)
    assert [(line.number, line.text) for line in lines] == [
        (1, "rain near"),
        (2, "an inn"),
        (3, "rare era"),
    ]
    assert report.read == 3
    assert not report.dropped


def test_points_carry_place_and_time(drawn_iam) -> None:
    xml = (
        "<W><StrokeSet><Stroke><Point x='10' y='20' time='1.5'/><Point x='12' y='18' time='1.6'/>"
        "</Stroke><Stroke><Point x='30' y='21' time='2.0'/></Stroke></StrokeSet></W>"
    )
    drawn_iam.form("a01-000", ["an"], strokes={1: xml})
    (line,), _ = read(drawn_iam.root)
    np.testing.assert_array_equal(line.ink.xy, [[10, 20], [12, 18], [30, 21]])
    assert line.ink.strokes[0].time is not None
    np.testing.assert_array_equal(line.ink.strokes[0].time, [1.5, 1.6])


@pytest.mark.parametrize(("texts", "strokes"), [(1, 3), (3, 1)])
def test_a_form_whose_counts_differ_is_left_out_whole(
    drawn_iam, line_xml: Callable[[str], str], texts: int, strokes: int
) -> None:
    files = {k: line_xml("rain") for k in range(1, strokes + 1)}
    drawn_iam.form("z01-000z", ["rain"] * texts, strokes=files)
    drawn_iam.form("a01-000", ["an inn"])
    lines, report = read(drawn_iam.root)
    assert [line.form for line in lines] == ["a01-000"]
    assert report.dropped == {f"{texts} lines of text against {strokes} of strokes": ["z01-000z"]}


def test_a_missing_stroke_file_shifts_no_text(drawn_iam, line_xml: Callable[[str], str]) -> None:
    files = {1: line_xml("rain"), 3: line_xml("era")}
    drawn_iam.form("a01-000", ["rain", "an", "era"], strokes=files)
    lines, _ = read(drawn_iam.root)
    assert [(line.number, line.text) for line in lines] == [(1, "rain"), (3, "era")]


def test_percent_signs_for_a_line_break(drawn_iam, line_xml: Callable[[str], str]) -> None:
    files = {k: line_xml("rain") for k in (1, 2, 3)}
    drawn_iam.form(
        "a01-000", [], strokes=files, transcript="OCR:\n\nx\n\nCSR:\n\nrain%%%%near an\nera\n"
    )
    lines, _ = read(drawn_iam.root)
    assert [line.text for line in lines] == ["rain", "near an", "era"]


def test_missing_halves_are_named(drawn_iam, line_xml: Callable[[str], str]) -> None:
    drawn_iam.form("a01-000", ["rain"], transcript="")
    drawn_iam.form("a01-001", ["rain"], strokes={})
    drawn_iam.form("a01-002", ["rain"], transcript="OCR:\n\nrain\n")
    drawn_iam.form("a01-003", ["rain"])
    lines, report = read(drawn_iam.root)
    assert [line.form for line in lines] == ["a01-003"]
    assert report.dropped["form without transcript"] == ["a01-000"]
    assert report.dropped["form without strokes"] == ["a01-001"]
    assert report.dropped["0 lines of text against 1 of strokes"] == ["a01-002"]


@pytest.mark.parametrize(
    "content",
    [
        "<W><StrokeSet/></W>",
        "<W><StrokeSet><Stroke></Stroke></StrokeSet></W>",
        "<W><StrokeSet><Stroke><Point x='1' y='nan' time='0'/></Stroke></StrokeSet></W>",
        "<W><StrokeSet><Stroke><Point x='1' y='a' time='0'/></Stroke></StrokeSet></W>",
        "<W><StrokeSet><Stroke><Point x='1' time='0'/></Stroke></StrokeSet></W>",
        "<W><StrokeSet><Stroke><Point x='1' y=",
        "",
    ],
)
def test_ink_that_cannot_be_read_is_one_line_less(
    drawn_iam, line_xml: Callable[[str], str], content: str
) -> None:
    drawn_iam.form("a01-000", ["rain", "an"], strokes={1: content, 2: line_xml("an")})
    lines, report = read(drawn_iam.root)
    assert [line.text for line in lines] == ["an"]
    assert report.dropped == {"strokes that cannot be read": ["a01-000-01"]}


def test_the_official_lists_split_and_the_rest_is_named(drawn_iam) -> None:
    for k, split in enumerate(("trainset", "testset_v", "testset_t", "testset_f", "unlisted")):
        drawn_iam.form(f"a01-00{k}", ["rain"], split)
    lines, report = read(drawn_iam.root)
    assert [line.split for line in lines] == ["train", "v", "t", "f"]
    assert report.dropped == {"form in none of the official lists": ["a01-004"]}


def test_one_list_alone_can_be_read(drawn_iam) -> None:
    drawn_iam.form("a01-000", ["rain"])
    drawn_iam.form("a01-001", ["an", "era"], "testset_v")
    report = Report()
    lines = list(IAMOnDB(drawn_iam.root).lines(report, only="v"))
    assert [line.text for line in lines] == ["an", "era"]
    assert not report.dropped


@pytest.mark.parametrize("asked", [True, False])
def test_without_lists_forms_are_split_ninety_to_ten(drawn_iam, asked: bool) -> None:
    for k in range(30):
        drawn_iam.form(f"a01-{k:03d}", ["an", "era"])
    if not asked:
        for path in (drawn_iam.root / "task1").iterdir():
            path.unlink()
    lines, _ = read(drawn_iam.root, by_form=asked)
    by_form = {line.form: {line.split} for line in lines}
    for line in lines:
        by_form[line.form].add(line.split)
    assert all(len(splits) == 1 for splits in by_form.values())
    many = split_by_form(f"a{k // 1000:02d}-{k % 1000:03d}" for k in range(5000))
    assert 0.08 < sum(split == "v" for split in many.values()) / 5000 < 0.12


def test_writers_are_told_where_they_are_known(drawn_iam) -> None:
    for k in range(3):
        drawn_iam.form(f"a01-00{k}", ["rain"])
    (drawn_iam.root / "writers.tsv").write_text("form\twriter\na01-000\t7\na01-001\t7\n")
    lines, _ = read(drawn_iam.root)
    assert [line.writer for line in lines] == ["7", "7", "a01-002"]


def test_archives_are_read_like_folders(drawn_iam, tmp_path: Path) -> None:
    drawn_iam.form("a01-000", ["rain near", "an inn"])
    packed = tmp_path / "packed"
    packed.mkdir()
    (drawn_iam.root / "task1").rename(packed / "task1")
    unpacked, _ = read(drawn_iam.root, by_form=True)
    for name in ("ascii", "lineStrokes"):
        with tarfile.open(packed / f"{name}-all.tar.gz", "w:gz") as archive:
            archive.add(drawn_iam.root / name, name)
    lines, _ = read(packed, by_form=True)
    assert lines == unpacked
    assert len(lines) == 2


def test_a_cut_archive_is_refused(drawn_iam, tmp_path: Path) -> None:
    drawn_iam.form("a01-000", ["rain near", "an inn"])
    archive = drawn_iam.root / "lineStrokes-all.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(drawn_iam.root / "lineStrokes", "lineStrokes")
    archive.write_bytes(archive.read_bytes()[:300])
    (drawn_iam.root / "lineStrokes").rename(tmp_path / "elsewhere")
    with pytest.raises(CorpusError, match="cannot be read"):
        read(drawn_iam.root)


def packed_strokes(drawn_iam, extra: tarfile.TarInfo | None = None) -> Path:
    """The archive of the strokes of twenty forms, in place of their folder."""
    for k in range(20):
        drawn_iam.form(f"a01-{k:03d}", ["rain near", "an inn"])
    archive = drawn_iam.root / "lineStrokes-all.tar.gz"
    with tarfile.open(archive, "w:gz") as file:
        file.add(drawn_iam.root / "lineStrokes", "lineStrokes")
        if extra is not None:
            file.addfile(extra)
    (drawn_iam.root / "lineStrokes").rename(drawn_iam.root / "elsewhere")
    return archive


def test_an_archive_damaged_in_the_middle_is_refused(drawn_iam) -> None:
    """A damaged header looks like the archive's end: what is behind it would be missed."""
    archive = packed_strokes(drawn_iam)
    content = bytearray(gzip.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=io.BytesIO(content)) as file:
        headers = [member.offset for member in file]
    whole = archive.read_bytes()
    content[headers[len(headers) // 2] + 150] ^= 0xFF
    damaged = gzip.compress(bytes(content))
    # The sum at the end is still that of what was packed.
    archive.write_bytes(damaged[:-8] + whole[-8:])
    with pytest.raises(CorpusError, match="cannot be read"):
        read(drawn_iam.root)


def test_an_archive_with_a_link_to_nothing_is_refused(drawn_iam) -> None:
    link = tarfile.TarInfo("lineStrokes/a01-999-01.xml")
    link.type, link.linkname = tarfile.SYMTYPE, "nowhere.xml"
    packed_strokes(drawn_iam, link)
    with pytest.raises(CorpusError, match=r"cannot be read .*nowhere"):
        read(drawn_iam.root)


def test_foreign_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="There is no folder"):
        IAMOnDB(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="neither lineStrokes/ nor"):
        IAMOnDB(tmp_path)
    for name in ("lineStrokes", "ascii"):
        (tmp_path / name).mkdir()
    (tmp_path / "lineStrokes" / "note.xml").write_text("<x/>")
    report = Report()
    with pytest.raises(CorpusError, match="holds no lines"):
        list(IAMOnDB(tmp_path).lines(report))


def test_the_real_lists_and_transcripts(real_iam: Path) -> None:
    corpus = IAMOnDB(real_iam)
    texts = {form for form, _ in corpus._files(corpus._texts, ".txt")}
    forms = Counter(corpus.splits.values())
    assert set(forms) == {"train", "v", "t", "f"}
    assert min(forms.values()) > 100
    assert len(texts & set(corpus.splits)) > 0.98 * len(corpus.splits)
    if corpus.writers:
        split = {corpus.writers[form]: split for form, split in corpus.splits.items()}
        assert all(split[corpus.writers[form]] == s for form, s in corpus.splits.items())


def test_the_real_ink_is_as_described(real_iam: Path) -> None:
    corpus = IAMOnDB(real_iam)
    files = islice(corpus._files(corpus._strokes, ".xml"), 60)
    inks = [_ink(data) for _, data in files]
    steps = np.concatenate([np.diff(ink.xy, axis=0) for ink in inks])
    assert steps[:, 0].mean() == pytest.approx(8.18, rel=0.4)
    # Stamps are rounded to 10 ms, so that a stroke alone may look like one of 50 or 100 Hz; the
    # preparation must take it as it is (half of the first forms were really recorded slower).
    plain = Preparation(thin=1, deskew=0.0, line_scale=0.0)
    assert np.mean([plain.prepare(ink).points == ink.points for ink in inks]) > 0.4
