"""Lines are read together as one by one: with the same frames to the bit in any company."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.network.packed_product import knows_float16
from engine.network.threads import single_threaded
from engine.recognition import frame_recogniser
from engine.recognition.frame_recogniser import FrameRecogniser
from engine.recognition.recogniser import shipped_recogniser
from engine.recognition.recogniser_network import (
    FEATURES,
    RecogniserConfig,
    build_recogniser_network,
)

#: Points of lines: odd and even ones, alike ones, and one that is shorter than a convolution.
LENGTHS = (3, 40, 57, 110, 57, 110, 8, 131, 130, 20, 75)


@pytest.fixture(params=["float32", "float16"], autouse=True)
def weights(request, monkeypatch):
    """With weights in float16, where torch has these, and without."""
    packed = request.param == "float16"
    if packed and not knows_float16():
        pytest.skip("torch cannot multiply in float16 here")
    monkeypatch.setattr(frame_recogniser, "knows_float16", lambda: packed)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    made = build_recogniser_network(RecogniserConfig(5, 16, 24, 2)).eval()
    # As in a file: rounded to float16.
    made.load_state_dict({name: value.half().float() for name, value in made.state_dict().items()})
    return made


@pytest.fixture(scope="module")
def lines():
    return [
        torch.from_numpy(np.random.default_rng(k).normal(size=(FEATURES, n)).astype(np.float32))
        for k, n in enumerate(LENGTHS)
    ]


@torch.inference_mode()
def by_the_network(network, line):
    return network(line[None], torch.tensor([line.shape[1]]))[:, 0]


def test_frames_are_those_of_the_network(network, lines):
    for found, line in zip(FrameRecogniser(network).frames(lines), lines, strict=True):
        torch.testing.assert_close(found, by_the_network(network, line), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_line_has_the_same_frames_to_the_bit_in_any_company(
    network, lines, threads, pretend_threads
):
    recogniser = FrameRecogniser(network)
    alone = [recogniser.frames([line])[0] for line in lines]
    pretend_threads(threads)
    random = np.random.default_rng(5)
    for count in (1, 2, 3, 4, 5, 7, 8, 9, 11):
        some = random.permutation(len(lines))[:count]
        for number, found in zip(some, recogniser.frames([lines[n] for n in some]), strict=True):
            assert torch.equal(found, alone[number])


def test_so_it_is_with_the_recogniser_that_ships(monkeypatch):
    random = np.random.default_rng(2)
    lines = [
        torch.from_numpy(random.normal(size=(FEATURES, n)).astype(np.float32))
        for n in (60, 31, 60, 44, 52)
    ]
    network = shipped_recogniser().network
    recogniser = FrameRecogniser(network)
    together = recogniser.frames(lines)
    for found, line in zip(together, lines, strict=True):
        assert torch.equal(recogniser.frames([line])[0], found)
        torch.testing.assert_close(found, by_the_network(network, line), atol=1e-3, rtol=1e-3)
    # Of long lines fewer are read at a time.
    monkeypatch.setattr(frame_recogniser, "MOST_FRAMES", 60)
    assert all(map(torch.equal, recogniser.frames(lines), together))


def test_rows_come_out_alike_in_as_many_as_are_multiplied():
    weight = torch.randn(24, 96, generator=torch.Generator().manual_seed(1))
    multiplied = frame_recogniser._product(weight)
    least, most = frame_recogniser._steady_rows([multiplied], 24)
    block = torch.randn(most, 24)
    with single_threaded():
        whole = multiplied(block)
        for rows in range(least, most + 1):
            assert torch.equal(multiplied(block[:rows]), whole[:rows])
    # Where the place of a row tells, each is multiplied by itself.
    shift = iter(range(10**6))
    assert frame_recogniser._steady_rows([lambda x: multiplied(x) + next(shift)], 24) == (1, 1)
