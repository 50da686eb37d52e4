"""Threads of sampling: a few that share out the lines of a batch, each multiplying by itself.

Threads that share every product wait for each other at its end, some hundred times a line; where
anything else wants a core, each wait lasts as long as the system lets that have it, and sampling
takes a hundred times as long. Threads with lines of their own wait once in many points.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

import torch


@contextmanager
def single_threaded() -> Iterator[None]:
    """What torch does within runs in the calling thread alone.

    torch keeps that number by thread, so other threads go on with theirs; it is put back at the
    end. Only a thread that asks torch for the first time meanwhile would take over the one.
    """
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def run_parallel(works: Sequence[Callable[[], None]]) -> None:
    """Do some works at the same time, the first of them in the calling thread."""
    others = [_crew().submit(_by_itself, work) for work in works[1:]]
    try:
        works[0]()
    finally:
        # What they write to must not be let go while they write.
        for other in others:
            other.exception()
    for other in others:
        other.result()


def _by_itself(work: Callable[[], None]) -> None:
    with single_threaded():
        work()


@cache
def _crew() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="sampling")
