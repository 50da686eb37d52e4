"""Threads share out the lines of a batch: what is drawn stays the same, and so do the settings."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from engine.hand import Hand
from engine.network.threads import run_parallel, single_threaded
from engine.sampling.buffers import Draws
from engine.sampling.cpu import LINES_A_THREAD, CpuBatch
from engine.sampling.sampler import noise

LINES = 2 * LINES_A_THREAD + 3


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_one_thread_is_put_back(two_threads):
    with single_threaded():
        assert torch.get_num_threads() == 1
        with single_threaded():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ValueError, match="broken"), single_threaded():
        raise ValueError("broken")
    assert torch.get_num_threads() == 2


def test_other_threads_keep_theirs(two_threads):
    found: list[int] = []
    asked, go_on = threading.Event(), threading.Event()

    def other() -> None:
        found.append(torch.get_num_threads())
        asked.set()
        go_on.wait()
        found.append(torch.get_num_threads())

    thread = threading.Thread(target=other)
    thread.start()
    asked.wait()
    with single_threaded():
        go_on.set()
        thread.join()
    assert found == [2, 2]


def test_works_are_done_at_the_same_time():
    """Each waits for the other: one after another they would never end."""
    meeting = threading.Barrier(2, timeout=60)
    run_parallel([lambda: meeting.wait() and None, lambda: meeting.wait() and None])


def test_a_failure_is_told_when_all_have_ended():
    ended: list[int] = []
    go_on = threading.Event()

    def slow() -> None:
        go_on.wait()
        ended.append(1)

    def failing() -> None:
        go_on.set()
        raise ValueError("broken")

    for works in ([failing, slow], [slow, failing]):
        go_on.clear()
        threading.Timer(0.05, go_on.set).start()
        ended.clear()
        with pytest.raises(ValueError, match="broken"):
            run_parallel(works)
        assert ended


def begun(hand: Hand, parts: int):
    texts = [f"Line {'x' * (k % 7)}" for k in range(LINES)]
    codes = [hand.alphabet.encode(text) for text in texts]
    sampler = hand._sampler
    return CpuBatch(sampler._weights, sampler.zeros(LINES), codes, [0.5] * LINES, parts)


def test_lines_that_threads_share_are_drawn_as_by_one(tiny_hand_path):
    hand = Hand.load(tiny_hand_path)
    random = np.stack([noise(seed, 24) for seed in range(LINES)], axis=1)
    some = np.arange(0, LINES, 2)
    primer = np.tile(np.float32([0.2, 0.1, 0]), (5, LINES, 1))
    found = []
    for parts in (1, 3):
        run = begun(hand, parts)
        after = np.zeros((8, *run.states.shape), np.float32)
        run.feed(primer)
        draws = [run.draw(random[:8], after=after)]
        held = np.tile(np.float32([1.0, 1.5]), (LINES, 1))
        draws.append(run.draw(random[8:9], kappa=held, component=1))
        run.set_biases(np.linspace(0, 2, LINES).tolist())
        draws.append(run.draw(random[9:16]))
        draws.append(run.of(some).draw(random[16:, some]))
        found.append(([array for d in draws for array in d], after, run.states.numpy()))
    for one, shared in zip(found[0][0], found[1][0], strict=True):
        np.testing.assert_allclose(one, shared, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found[0][2], found[1][2], rtol=1e-5, atol=1e-5)
    assert len(found[0][0]) == 4 * len(Draws._fields)


def test_few_lines_are_left_to_one_thread(tiny_hand_path, two_threads):
    sampler = Hand.load(tiny_hand_path)._sampler
    for lines, threads in ((1, 1), (2 * LINES_A_THREAD - 1, 1), (LINES, 2)):
        run = sampler.run(sampler.zeros(lines), [np.zeros(3, np.int64)] * lines, [0.5] * lines)
        assert len(run.parts) == threads
        run.draw(np.full((2, lines, 4), 0.5, np.float32))
        assert torch.get_num_threads() == 2
    torch.set_num_threads(1)
    run = sampler.run(sampler.zeros(LINES), [np.zeros(3, np.int64)] * LINES, [0.5] * LINES)
    assert len(run.parts) == 1
