"""The step for a GPU: fixed shapes, nothing read back, and what it draws is what the CPU draws.

A GPU is stood in for by torch's device without memory, whose tensors have a shape and no numbers,
and by a tape of operations, which is played again as a captured graph is.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from engine.errors import SettingError
from engine.hand import Hand
from engine.sampling.buffers import CHUNK, Draws, InferenceWeights
from engine.sampling.cpu import CpuSampler
from engine.sampling.cuda_graph import CudaGraphSampler
from engine.sampling.policy import ONCE
from engine.sampling.sampler import noise
from engine.style.style import Style

CPU, META = torch.device("cpu"), torch.device("meta")
TEXTS = ["Hello there", "a", "Words of several lengths, and a comma."]
SEEDS = [3, 4, 5]
BIAS = 0.75

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU here")


@pytest.fixture(scope="module")
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


def begun(hand, device=CPU, texts=TEXTS):
    """A run of the texts from zero states."""
    prepared = InferenceWeights(hand.network)
    weights = CudaGraphSampler(prepared, device)
    states = torch.zeros((len(texts), prepared.row.width), device=device)
    return weights.run(states, [hand.alphabet.encode(text) for text in texts], [BIAS] * len(texts))


def random(points, seeds=SEEDS):
    return np.stack([noise(seed, points) for seed in seeds], axis=1)


@pytest.mark.parametrize("texts", [TEXTS[:1], TEXTS])
def test_a_device_is_asked_for_nothing_and_all_shapes_are_fixed(hand, texts):
    """On torch's device without memory there is no number that a branch could ask for."""
    run = begun(hand, META, texts)
    tensors = {name: value for name, value in vars(run).items() if torch.is_tensor(value)}
    shapes = {name: value.shape for name, value in tensors.items()}
    with torch.inference_mode():
        run._chunk(CHUNK, None, None)
        run._chunk(1, torch.zeros((len(texts), 2), device=META), 1)
    assert len(tensors) > 10
    for name, tensor in tensors.items():
        assert getattr(run, name) is tensor
        assert tensor.shape == shapes[name]
        assert tensor.device == META


def test_a_tensor_that_stayed_on_the_cpu_would_be_noticed(hand):
    run = begun(hand, META)
    run._places = torch.zeros(run._places.shape)
    with torch.inference_mode(), pytest.raises(RuntimeError, match="device"):
        run._chunk(CHUNK, None, None)


def test_a_number_that_is_asked_for_would_be_noticed(hand):
    run = begun(hand, META)
    with torch.inference_mode(), pytest.raises(RuntimeError, match=r"item\(\)"):
        run._chunk(CHUNK, None, float(run._bias[0]))


WAITING = {"_local_scalar_dense", "nonzero", "item", "equal", "masked_select", "index"}
VIEWS = {"slice", "select", "view", "unsqueeze", "expand", "transpose", "split", "detach",
         "split_with_sizes", "t", "alias", "_unsafe_view", "unbind", "chunk"}  # fmt: skip


class Launches(TorchDispatchMode):
    """Counts the operations that would be kernels, and refuses those that would wait for them."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        assert name not in WAITING, f"{name} waits for the device"
        self.count += name not in VIEWS
        return func(*args, **kwargs or {})


def test_a_chunk_waits_for_nothing_and_is_of_few_launches(hand):
    """Each operation is a launch or more, which a GPU takes about as long for as for its work."""
    run = begun(hand)
    with torch.inference_mode(), Launches() as launches:
        run._chunk(CHUNK, None, None)
    assert CHUNK < launches.count <= 53 * CHUNK


class Tape(TorchDispatchMode):
    """Operations with their tensors, done again by `replay`, as those of a captured graph are.

    Nothing but the operations is done again: what Python worked out while they were recorded, a
    branch or a number, stays as it was then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls = []
        self.replays = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **kwargs or {})
        self.calls.append((func, args, kwargs or {}, found))
        return found

    def replay(self) -> None:
        made: dict[int, torch.Tensor] = {}
        self.replays += 1
        for func, args, kwargs, found in self.calls:
            given, named = tree_map(
                lambda value: made.get(id(value), value) if torch.is_tensor(value) else value,
                (args, kwargs),
            )
            again = func(*given, **named)
            pairs = zip(tree_leaves(found), tree_leaves(again), strict=True)
            made.update((id(one), other) for one, other in pairs)


@pytest.fixture
def taped(monkeypatch):
    """Graphs are tapes; how many chunks may be captured until there is no memory left."""
    room = SimpleNamespace(left=100, tapes=[])

    @contextmanager
    def captured(tape, capture_error_mode):
        assert capture_error_mode == "thread_local"
        with tape:
            yield
        if not room.left:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        room.left -= 1
        room.tapes.append(tape)

    stream = SimpleNamespace(wait_stream=lambda other: None)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", Tape)
    monkeypatch.setattr(torch.cuda, "graph", captured)
    monkeypatch.setattr(torch.cuda, "Stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda other: nullcontext())
    return room


@pytest.mark.parametrize("room", [100, 0])
def test_a_graph_that_is_played_again_draws_what_the_cpu_draws(hand, taped, room):
    """Other noise, another bias, lines dropped, single steps between; with no room for a graph."""
    taped.left = room
    prepared = InferenceWeights(hand.network)
    codes = [hand.alphabet.encode(text) for text in TEXTS]
    host = CpuSampler(prepared, "float32").run(
        torch.zeros((3, prepared.row.width)), codes, [BIAS] * 3
    )
    run = begun(hand)
    run._graphless = False
    found = []
    for lines in (host, run):
        noises = np.split(random(4 * CHUNK), 4)
        parts = [lines.draw(noises[0], following=noises[1]), lines.draw(noises[1])]
        parts.append(lines.draw(random(1), kappa=np.full((3, 2), 1.5, np.float32), component=1))
        lines.set_biases([2.0, 3.0, 4.0])
        parts.append(lines.draw(noises[2]))
        lines = lines.of(np.array([0, 2]))
        parts.append(lines.draw(noises[3][:, [0, 2]]))
        found.append((*parts, lines.states))
    for one, other in zip(*(parts[:-1] for parts in found), strict=True):
        for name, expected, got in zip(Draws._fields, one, other, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-3, atol=5e-4, err_msg=name)
    np.testing.assert_allclose(found[1][-1], found[0][-1], rtol=1e-3, atol=5e-4)
    assert [tape.replays for tape in taped.tapes] == ([4] if room else [])


def test_graphs_are_captured_one_at_a_time(hand, taped, monkeypatch):
    """torch can do no more than one at once in a process, and two threads may write."""
    inside, most = [], []
    own = torch.cuda.graph

    @contextmanager
    def watched(*given, **named):
        inside.append(1)
        most.append(len(inside))
        with own(*given, **named):
            yield
        inside.pop()

    monkeypatch.setattr(torch.cuda, "graph", watched)
    runs = [begun(hand) for _ in range(4)]
    for run in runs:
        run._graphless = False
    threads = [threading.Thread(target=run.draw, args=(random(CHUNK),)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 4
    assert len(taped.tapes) == 4


def test_no_room_even_for_single_operations_is_said_in_a_sentence(hand, monkeypatch):
    run = begun(hand)

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(run, "_advance", full)
    with pytest.raises(SettingError, match="no memory left"):
        run.draw(random(CHUNK))
    with pytest.raises(SettingError, match="no memory left"):
        run.feed(np.zeros((3, 3, 3), np.float32))


@pytest.mark.parametrize("dropped", [False, True])
def test_what_follows_may_be_drawn_before_it_is_asked_for(hand, dropped):
    """Chunks that are begun ahead are those that are drawn in turn, lines dropped or not."""
    noises = np.split(random(4 * CHUNK), 4)
    found = []
    for ahead in (False, True):
        run, lines, parts = begun(hand), np.arange(3), []
        for number, noise_ in enumerate(noises):
            following = noises[number + 1][:, lines] if ahead and number < 3 else None
            after = np.zeros((CHUNK, len(lines), run.states.shape[1]), np.float32)
            draws = run.draw(noise_[:, lines], after=after, following=following)
            keep = np.array([0, 2]) if dropped and number == 1 else np.arange(len(lines))
            parts.append([*(array[:, keep] for array in draws), after[:, keep]])
            run, lines = run.of(keep), lines[keep]
        found.append(parts)
    for one, other in zip(*found, strict=True):
        for expected, got in zip(one, other, strict=True):
            np.testing.assert_array_equal(expected, got)


def test_what_is_drawn_already_cannot_be_steered(hand):
    run = begun(hand)
    run.draw(random(CHUNK), following=random(CHUNK))
    with pytest.raises(ValueError, match="steered"):
        run.draw(random(CHUNK), component=1)


@pytest.mark.cuda
@needs_gpu
def test_a_captured_graph_draws_what_the_cpu_draws(hand):
    prepared = InferenceWeights(hand.network)
    codes = [hand.alphabet.encode(text) for text in TEXTS]
    states = torch.zeros((3, prepared.row.width))
    host = CpuSampler(prepared, "float32").run(states, codes, [BIAS] * 3).draw(random(3 * CHUNK))
    run = begun(hand, device=torch.device("cuda"))
    noises = np.split(random(3 * CHUNK), 3)
    chunks = [run.draw(a, following=b) for a, b in zip(noises, [*noises[1:], None], strict=True)]
    assert run._graph is not None
    for name, expected, *parts in zip(Draws._fields, host, *chunks, strict=True):
        np.testing.assert_allclose(
            np.concatenate(parts), expected, rtol=1e-2, atol=2e-3, err_msg=name
        )


@pytest.mark.cuda
@needs_gpu
def test_a_gpu_writes_the_lines_that_the_cpu_writes(tiny_hand_path):
    host, device = (
        Hand.load(tiny_hand_path, kind, "float32").write_lines(TEXTS, policy=ONCE, record=True)
        for kind in ("cpu", "cuda")
    )
    for one, other in zip(host, device, strict=True):
        shared = min(len(one.steps), len(other.steps), 100)
        assert shared > 0
        np.testing.assert_allclose(
            one.steps.offsets[:shared], other.steps.offsets[:shared], rtol=1e-2, atol=2e-3
        )


@pytest.mark.cuda
@needs_gpu
def test_a_line_on_a_gpu_is_the_same_alone_and_beside_others(tiny_hand_path):
    hand = Hand.load(tiny_hand_path, "cuda")
    together = hand.write_lines(TEXTS, seeds=SEEDS, policy=ONCE, record=True)
    for text, seed, other in zip(TEXTS, SEEDS, together, strict=True):
        points = np.stack([step.point for step in hand.stream(text, seed=seed)])
        shared = min(len(points), len(other.steps), 100)
        apart = np.cumsum(points[:shared, :2] - other.steps.offsets[:shared, :2], axis=0)
        assert np.abs(apart).max() < 0.001 * hand.x_height


@pytest.mark.cuda
@needs_gpu
def test_primed_and_steered_lines_on_a_gpu_are_those_of_the_cpu(tiny_hand_path):
    found = []
    for kind in ("cpu", "cuda"):
        hand = Hand.load(tiny_hand_path, kind, "float32")
        primer = Hand.load(tiny_hand_path, "cpu", "float32").write("a primer", seed=9, policy=ONCE)
        style = Style("own", primer.text, primer.ink)
        steps = list(hand.stream("primed", style=style, seed=2))
        unsteered = {"start": steps[7].state, "overrides": lambda *_: None}
        again = list(hand.stream("primed", style=style, seed=2, **unsteered))
        found.append([np.stack([s.point for s in part[:40]]) for part in (steps, again)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-2, atol=2e-3)


@pytest.mark.cuda
@needs_gpu
def test_a_full_gpu_leaves_lines_to_the_cpu(tiny_hand_path):
    hand = Hand.load(tiny_hand_path, "cuda")
    expected = hand.write_lines(TEXTS, policy=ONCE, record=True)
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e-7)
    try:
        found = hand._sampler._spare
        states = torch.zeros((3, hand._sampler.row.width))
        codes = [hand.alphabet.encode(text) for text in TEXTS]
        run = hand._sampler.run(states, codes, [BIAS] * 3)
        assert run._weights is found
        drawn = run.draw(random(CHUNK, [0, 1, 2]))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    for row, line in enumerate(expected):
        np.testing.assert_allclose(
            drawn.point[1:, row, :2], line.steps.offsets[1:CHUNK, :2], rtol=1e-2, atol=2e-3
        )
