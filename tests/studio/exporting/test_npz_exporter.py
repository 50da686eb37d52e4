import json
from dataclasses import fields, replace

import numpy as np
import pytest

from engine.errors import SettingError
from studio.document.page import LineKey
from studio.exporting.formats import export as write
from studio.exporting.npz_exporter import export


@pytest.fixture
def pages_with_steps(pages_of):
    """Two lines with a record of their steps and one without."""
    from engine.sampling.trace import SampleTrace

    pages = pages_of(texts=["a quiet pen", "by the sea", "one"])
    rng = np.random.default_rng(1)

    def steps(line):
        n, u, k, m = line.ink.points, len(line.text) + 1, 10, 20
        shapes = {
            "offsets": (n, 3),
            "phi": (n, u),
            "alpha": (n, k),
            "beta": (n, k),
            "kappa": (n, k),
            "pi": (n, m),
            "mu": (n, m, 2),
            "sigma": (n, m, 2),
            "rho": (n, m),
            "eos": (n,),
        }
        arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
        return SampleTrace(text=line.text, component=rng.integers(0, m, n), **arrays)

    first, second, third = pages.lines
    lines = (replace(first, steps=steps(first)), replace(second, steps=steps(second)), third)
    return replace(pages, pages=(replace(pages.pages[0], lines=lines),))


def test_all_that_the_network_did_comes_back(pages_with_steps, tmp_path):
    export(pages_with_steps, tmp_path / "note.npz")
    with np.load(tmp_path / "note.npz", allow_pickle=False) as arrays:
        for k, line in enumerate(pages_with_steps.lines):
            ink = arrays[f"line{k:04d}/ink"]
            np.testing.assert_array_equal(ink[:, :2], line.ink.xy)
            assert ink[-1, 2] == len(line.ink.strokes) - 1
            if line.steps is None:
                assert f"line{k:04d}/offsets" not in arrays
                continue
            for field in fields(line.steps):
                got = arrays[f"line{k:04d}/{field.name}"]
                np.testing.assert_array_equal(got, getattr(line.steps, field.name))


def test_about_tells_the_lines_in_order(pages_with_steps, tmp_path):
    export(pages_with_steps, tmp_path / "note.npz")
    with np.load(tmp_path / "note.npz", allow_pickle=False) as arrays:
        about = json.loads(str(arrays["about"]))
    assert about["title"] == "A letter"
    assert about["hand-sha256"] == "0123abcd" * 8
    assert [line["text"] for line in about["lines"]] == ["a quiet pen", "by the sea", "one"]
    assert [line["seed"] for line in about["lines"]] == [0, 1, 2]
    assert {line["style"] for line in about["lines"]} == {"amber"}


def test_a_note_without_a_record_is_refused(pages_of, tmp_path):
    with pytest.raises(SettingError, match="record"):
        export(pages_of(), tmp_path / "note.npz")
    assert list(tmp_path.iterdir()) == []


def test_the_same_pages_make_the_same_bytes(pages_with_steps, tmp_path):
    for name in ("a", "b"):
        export(pages_with_steps, tmp_path / f"{name}.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_it_can_be_stopped_after_a_page(pages_with_steps, tmp_path):
    page = pages_with_steps.pages[0]
    pages = replace(pages_with_steps, pages=(page, replace(page, number=2)))
    told = []

    def tell(done):
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(pages, tmp_path / "note.npz", tell=tell)
    assert told == [1]
    assert list(tmp_path.iterdir()) == []
    write(pages, tmp_path / "note.npz", tell=told.append)
    assert told == [1, 1, 2]
    with np.load(tmp_path / "note.npz") as archive:
        assert {name.split("/")[0] for name in archive} == {
            "about",
            *(f"line{k:04d}" for k in range(6)),
        }


def test_what_was_left_out_is_in_the_text_that_was_typed(pages_with_steps, tmp_path):
    lines = [replace(line, key=LineKey(1, line.text, 0)) for line in pages_with_steps.lines]
    typed = {lines[1].key: ("by", "the ☃", "sea")}
    page = replace(pages_with_steps.pages[0], lines=tuple(lines), typed=typed)
    write(replace(pages_with_steps, pages=(page,)), tmp_path / "note.npz")
    with np.load(tmp_path / "note.npz") as file:
        _, line, _ = json.loads(str(file["about"]))["lines"]
    assert (line["text"], line["written"]) == ("by the ☃ sea", "by the sea")
