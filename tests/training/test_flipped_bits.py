"""Files of tensors with one bit flipped: refused in a sentence, or read as they were written."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine import hand_file
from engine.corpus_lines import FORMAT
from engine.errors import CorpusError, HandError, ScriptoriumError
from engine.io.safetensors import CHECKSUM, save_tensors
from engine.recognition.recogniser import Recogniser
from engine.recognition.recogniser_network import RecogniserConfig, build_recogniser_network
from engine.text.alphabet import Alphabet
from training import checkpoints
from training.checkpoints import Progress
from training.config import RunConfig
from training.corpora.corpus import Corpus

#: What a file says: plain values, and tensors by name.
Content = tuple[object, dict[str, Tensor]]


def of_hand(path: Path) -> Content:
    spec, _ = hand_file.read(path)
    return (spec.alphabet, spec.preparation, spec.pace, spec.card), spec.network.state_dict()


def of_recogniser(path: Path) -> Content:
    recogniser = Recogniser.load(path)
    return (recogniser.alphabet, recogniser.error_rate), recogniser.network.state_dict()


def of_checkpoint(path: Path) -> Content:
    tensors, progress, config = checkpoints.load(path)
    return (progress, config), dict(tensors)


def of_corpus(path: Path) -> Content:
    fields = {field.name: getattr(Corpus.load(path), field.name) for field in FIELDS}
    tensors = {name: value for name, value in fields.items() if isinstance(value, Tensor)}
    return [v for name, v in fields.items() if name not in {*tensors, "path"}], tensors


def same(some: dict[str, Tensor], others: dict[str, Tensor]) -> bool:
    """Whether tensors are the same to the bit; what is no number equals itself."""
    return some.keys() == others.keys() and all(
        torch.equal(some[name].nan_to_num(), others[name].nan_to_num()) for name in some
    )


FIELDS = dataclasses.fields(Corpus)


@pytest.fixture(scope="session")
def files(
    tiny_hand_path: Path, corpus_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[Callable[[Path], Content], Path]:
    """A file of each kind, as this version writes it."""
    folder = tmp_path_factory.mktemp("tensors")
    checkpoint, recogniser = folder / "step-00000001.safetensors", folder / "recogniser.safetensors"
    state = {"network.a": torch.randn(300, 40), "adam.step.a": torch.tensor(7.0)}
    checkpoints.save(checkpoint, state, Progress(7, 1), RunConfig().to_json())
    network = build_recogniser_network(RecogniserConfig(3, 16, 1))
    Recogniser(network, Alphabet(" ab"), 0.1).save(recogniser)
    return {
        of_hand: tiny_hand_path,
        of_corpus: corpus_file,
        of_checkpoint: checkpoint,
        of_recogniser: recogniser,
    }


@pytest.mark.parametrize("read", [of_hand, of_recogniser, of_checkpoint, of_corpus])
def test_no_flipped_bit_passes(read, files, tmp_path: Path, rounds: int) -> None:
    whole = files[read].read_bytes()
    values, tensors = read(files[read])
    length = int.from_bytes(whole[:8], "little")
    source = random.Random(3)
    path, refused = tmp_path / "flipped.safetensors", list[str]()
    # Most of a file are tensors: the header is met as often as these.
    ends = [length + 8, len(whole)] * 4 * rounds
    for end in ends:
        data = bytearray(whole)
        data[source.randrange(0 if end != len(whole) else length + 8, end)] ^= (
            1 << source.randrange(8)
        )
        path.write_bytes(data)
        try:
            found, others = read(path)
        except ScriptoriumError as error:
            refused.append(str(error))
            continue
        # A bit of what the checksum is called, or of white space: nothing that was written.
        assert found == values
        assert same(others, tensors)
    assert len(refused) > 0.9 * len(ends)
    assert all(sentence.endswith(".") and str(path) in sentence for sentence in refused)


@pytest.mark.parametrize("read", [of_hand, of_recogniser, of_checkpoint, of_corpus])
def test_files_of_before_checksums_are_read(read, files, tmp_path: Path) -> None:
    with safe_open(str(files[read]), framework="pt") as file:
        about = file.metadata()
    assert about.pop(CHECKSUM)
    before = tmp_path / "before.safetensors"
    save_file(load_file(str(files[read])), before, about)
    (values, tensors), (found, others) = read(files[read]), read(before)
    assert found == values
    assert same(others, tensors)


def test_a_run_goes_on_from_the_checkpoint_before_a_damaged_one(tmp_path: Path) -> None:
    for step in (1, 2):
        path = tmp_path / f"step-{step:08d}.safetensors"
        checkpoints.save(path, {"a": torch.ones(9)}, Progress(step), RunConfig().to_json())
    data = bytearray(path.read_bytes())
    data[-3] ^= 4
    path.write_bytes(data)
    assert checkpoints.newest(tmp_path) == tmp_path / "step-00000001.safetensors"
    assert checkpoints.last_step(tmp_path) == 1


def shifted(values: Tensor) -> Tensor:
    values = values.clone()
    values[len(values) // 2] += 1_000_000
    return values


ODD: dict[str, Callable[[dict[str, Tensor]], Any]] = {
    "starts beyond": lambda t: t.update(starts=shifted(t["starts"])),
    "starts of text beyond": lambda t: t.update(code_starts=shifted(t["code_starts"])),
    "starts too early": lambda t: t.update(starts=t["starts"].sub(1)),
    "starts too few": lambda t: t.update(starts=t["starts"][:-1].clone()),
    "starts of floats": lambda t: t.update(starts=t["starts"].double()),
    "codes beyond": lambda t: t.update(codes=t["codes"] + 200),
    "splits beyond": lambda t: t.update(splits=shifted(t["splits"])),
    "kinds below": lambda t: t.update(kinds=t["kinds"] - 1),
    "writers beyond": lambda t: t.update(writers=shifted(t["writers"])),
    "forms below": lambda t: t.update(forms=t["forms"] - 1000),
    "two columns": lambda t: t.update(points=t["points"][:, :2].contiguous()),
    "places of no number": lambda t: t.update(places=t["places"] * torch.nan),
    "no such tensor": lambda t: t.update(more=torch.zeros(1)),
    "a tensor fewer": lambda t: t.pop("places"),
}


@pytest.mark.parametrize("harm", ODD.values(), ids=ODD.keys())
def test_a_corpus_whose_indices_lead_nowhere_is_refused(
    harm, corpus_file: Path, tmp_path: Path
) -> None:
    with safe_open(str(corpus_file), framework="pt") as file:
        header = json.loads(file.metadata()[FORMAT])
    tensors = load_file(str(corpus_file))
    harm(tensors)
    path = tmp_path / "odd.safetensors"
    save_tensors(path, tensors, FORMAT, header)
    with pytest.raises(CorpusError, match="is damaged or not a prepared corpus"):
        Corpus.load(path)


@pytest.mark.parametrize("kind", ["hand", "recogniser"])
def test_a_version_of_tomorrow_is_no_damage(kind: str, tmp_path: Path) -> None:
    form = {"hand": "scriptorium-hand-9", "recogniser": "scriptorium-reader-9"}[kind]
    path = tmp_path / "tomorrow.safetensors"
    save_tensors(path, {"a": torch.ones(1)}, form, {})
    with pytest.raises(HandError, match="of another version; update this program") as told:
        {"hand": of_hand, "recogniser": of_recogniser}[kind](path)
    assert not told.value.damaged
