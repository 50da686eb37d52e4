"""The sampler's fast paths do, step by step, what the network written plainly does."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from engine.errors import SettingError
from engine.graph import GraphRun, GraphWeights
from engine.hand import Hand
from engine.host import HostWeights
from engine.network import Network
from engine.plain import PlainLoop
from engine.prepared import CHUNK, Draws, Prepared
from engine.products import checked_precision, fastest
from engine.sampler import Sampler, noise

CPU = torch.device("cpu")
TEXTS = ["Hello there", "a", "Words of several lengths, and a comma."]
SEEDS = [3, 4, 5]
BIAS = 0.75


@pytest.fixture(scope="module")
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


def begun(hand, kind, precision="float32", device=CPU, texts=TEXTS):
    """A run of the texts from zero states, on one of the paths."""
    prepared = Prepared(hand.network)
    weights = (
        HostWeights(prepared, precision) if kind is HostWeights else GraphWeights(prepared, device)
    )
    states = torch.zeros((len(texts), prepared.row.width), device=device)
    return weights.run(states, [hand.alphabet.encode(text) for text in texts], [BIAS] * len(texts))


def random(points, seeds=SEEDS):
    return np.stack([noise(seed, points) for seed in seeds], axis=1)


@pytest.mark.parametrize(
    ("kind", "precision"),
    [(HostWeights, "float32"), (HostWeights, "auto"), (GraphWeights, "float32")],
)
def test_every_path_draws_what_the_plain_loop_draws(hand, kind, precision):
    plain = PlainLoop(hand.network, CPU)
    points, phi = plain.write([hand.alphabet.encode(text) for text in TEXTS], SEEDS, BIAS, 60)
    run = begun(hand, kind, checked_precision(precision))
    chunks = [run.draw(part) for part in np.split(random(60), 4)]
    np.testing.assert_allclose(np.concatenate([d.point for d in chunks]), points, atol=2e-4)
    np.testing.assert_allclose(np.concatenate([d.phi for d in chunks]), phi, atol=2e-4)


@pytest.mark.parametrize("precision", ["float32", "auto"])
def test_the_default_hand_draws_what_the_plain_loop_draws(default_hand, precision):
    texts = ["Good morning, how are you?", "The boat left at noon."]
    codes = [default_hand.alphabet.encode(text) for text in texts]
    points, _ = PlainLoop(default_hand.network, CPU).write(codes, [1, 2], BIAS, 200)
    run = begun(default_hand, HostWeights, checked_precision(precision), texts=texts)
    draws = run.draw(random(200, [1, 2]))
    apart = np.abs(np.cumsum(draws.point[..., :2] - points[..., :2], axis=0)).max()
    assert apart < 0.001 * default_hand.x_height


def test_both_loops_record_the_same(hand):
    """The numpy one and the one of tensors, with the states after each point, and overrides."""
    shape = (CHUNK, len(TEXTS), Prepared(hand.network).row.width)
    found = []
    for kind in (HostWeights, GraphWeights):
        run = begun(hand, kind)
        after = np.zeros(shape, np.float32)
        first = run.draw(random(CHUNK), after=after)
        held = run.draw(random(1), kappa=np.full((3, 2), 1.5, np.float32), component=1)
        assert set(held.component.ravel()) == {1}
        run.set_biases([2.0, 3.0, 4.0])
        biased = run.draw(random(2))
        fewer = run.of(np.array([0, 2])).draw(random(3)[:, [0, 2]])
        found.append([first, [after], held, biased, fewer])
    for host, graph in zip(*found, strict=True):
        names = Draws._fields if isinstance(host, Draws) else ["states"]
        for name, one, other in zip(names, host, graph, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=2e-4, err_msg=name)


def test_a_state_after_a_point_is_where_the_next_point_begins(hand):
    run = begun(hand, HostWeights)
    after = np.zeros((5, *run.states.shape), np.float32)
    whole = run.draw(random(8)[:5], after=after), run.draw(random(8)[5:])
    again = begun(hand, HostWeights)
    again.states[:] = torch.from_numpy(after[4])
    np.testing.assert_array_equal(again.draw(random(8)[5:]).point, whole[1].point)


def faked(run, mode):
    """Let a run's tensors, and its weights, be fake ones."""
    tensors = {name: value for name, value in vars(run).items() if torch.is_tensor(value)}
    fake = {name: mode.from_tensor(value) for name, value in tensors.items()}
    vars(run).update(fake)
    weights = run._weights
    run._weights = GraphWeights.__new__(GraphWeights)
    vars(run._weights).update(vars(weights))
    run._weights.layers = [type(a)(*map(mode.from_tensor, a)) for a in weights.layers]
    run._weights.window = type(weights.window)(*map(mode.from_tensor, weights.window))
    run._weights.output = type(weights.output)(*map(mode.from_tensor, weights.output))
    return fake


def test_the_graph_reads_nothing_back_and_has_fixed_shapes(hand):
    """Under fake tensors there are shapes, and no numbers that a branch could ask for."""
    run = begun(hand, GraphWeights)
    shapes = {name: v.shape for name, v in vars(run).items() if torch.is_tensor(v)}
    with FakeTensorMode() as mode:
        fake = faked(run, mode)
        run._chunk(CHUNK, None, None)
    for name, shape in shapes.items():
        assert getattr(run, name) is fake[name]
        assert fake[name].shape == shape


WAITING = {"_local_scalar_dense", "nonzero", "item", "equal", "masked_select"}
VIEWS = {"slice", "select", "view", "unsqueeze", "expand", "transpose", "split", "detach",
         "split_with_sizes", "t", "alias", "_unsafe_view"}  # fmt: skip


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
    run = begun(hand, GraphWeights)
    with torch.inference_mode(), Launches() as launches:
        run._chunk(CHUNK, None, None)
    assert CHUNK < launches.count <= 65 * CHUNK


@pytest.mark.parametrize("dropped", [False, True])
def test_what_follows_may_be_drawn_before_it_is_asked_for(hand, dropped):
    """Chunks that are begun ahead are those that are drawn in turn, lines dropped or not."""
    noises = np.split(random(4 * CHUNK), 4)
    found = []
    for ahead in (False, True):
        run, lines, parts = begun(hand, GraphWeights), np.arange(3), []
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
    run = begun(hand, GraphWeights)
    run.draw(random(CHUNK), following=random(CHUNK))
    with pytest.raises(ValueError, match="steered"):
        run.draw(random(CHUNK), component=1)


@pytest.mark.cuda
def test_a_captured_graph_draws_what_the_cpu_draws(hand):
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA GPU here")
    host = begun(hand, HostWeights).draw(random(3 * CHUNK))
    run = begun(hand, GraphWeights, device=torch.device("cuda"))
    noises = np.split(random(3 * CHUNK), 3)
    chunks = [run.draw(a, following=b) for a, b in zip(noises, [*noises[1:], None], strict=True)]
    assert isinstance(run, GraphRun)
    assert run._graph is not None
    for name, expected, *parts in zip(Draws._fields, host, *chunks, strict=True):
        np.testing.assert_allclose(
            np.concatenate(parts), expected, rtol=1e-2, atol=2e-3, err_msg=name
        )


@pytest.mark.cuda
def test_a_gpu_writes_the_line_that_the_cpu_writes(tiny_hand_path):
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA GPU here")
    host, device = (
        Hand.load(tiny_hand_path, kind, "float32").write_lines(TEXTS, attempts=1, record=True)
        for kind in ("cpu", "cuda")
    )
    for one, other in zip(host, device, strict=True):
        assert one.steps is not None
        assert other.steps is not None
        shared = min(len(one.steps), len(other.steps), 100)
        np.testing.assert_allclose(
            one.steps.offsets[:shared], other.steps.offsets[:shared], rtol=1e-2, atol=2e-3
        )


def test_precision_is_chosen_by_measurement_and_never_loses_weights(hand):
    assert checked_precision("auto") == fastest()
    assert hand._sampler.precision == fastest()
    odd = Network(hand.network.config)
    assert Sampler(odd, CPU).precision == "float32"
    with pytest.raises(SettingError, match="float32"):
        Sampler(odd, CPU, "int3")
