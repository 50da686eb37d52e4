"""Letters on a cluster of Ray: several nodes on this machine, some of which are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import HandError
from engine.hand import Hand
from engine.sampling.policy import Policy
from studio.merge.letter_writer import (
    LetterWriter,
    Outputs,
    WrittenLetter,
    line_writer,
)
from studio.merge.letters import LetterPlanner
from studio.merge.merging import merge
from studio.merge.results import read_results
from studio.merge.table import Table

ray = pytest.importorskip("ray", reason="Ray is an extra (pip install 'scriptorium[cluster]')")

TEXT = "Dear {{ name }},\nthank you for the {{ gift }}.\nSee you soon, and all the best."
POLICY = Policy(tries=1, repairs=False)
STORE = 80 * 2**20


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    # Ray's workers give way to all others, which on a busy machine stops them for minutes.
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 (the name is Ray's)
    made = Cluster(
        initialize_head=True,
        # The head carries nothing that may be killed.
        head_node_args={"num_cpus": 0, "object_store_memory": STORE, "include_dashboard": False},
    )
    ray.init(address=made.address, log_to_driver=False)
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.fixture
def rows(table: Callable[..., Table]) -> Table:
    return table("id,name,gift\n" + "".join(f"{n},Guest {n},tea\n" for n in range(24)))


@pytest.fixture
def engine(tiny_hand_path: Path) -> Callable[..., Any]:
    def made(workers: int, told: list[str], **changed: Any) -> Any:
        from studio.merge.ray_engine import RayEngine

        hand = Hand.load(tiny_hand_path)
        settings = {"sha256": hand.sha256, "in_work": 3} | changed
        return RayEngine(
            str(tiny_hand_path), "auto", {}, {}, Outputs((".pdf", ".svg")), POLICY,
            settings["in_work"], workers, settings["sha256"], told.append,
        )  # fmt: skip

    return made


def local(hand: Path, planner: LetterPlanner, folder: Path) -> dict[str, bytes]:
    writer = line_writer(Hand.load(hand), {}, {}, POLICY)
    engine = LetterWriter(writer, Outputs((".pdf", ".svg")), 24)
    merge(planner, planner.planned()[0], folder, engine.write)
    return files(folder)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".jsonl"}


def test_the_same_bytes_though_a_node_and_a_worker_are_killed(
    cluster: Any,
    rows: Table,
    planner: Callable[..., LetterPlanner],
    engine: Callable[..., Any],
    tiny_hand_path: Path,
    tmp_path: Path,
):
    psutil = pytest.importorskip("psutil")
    doomed = cluster.add_node(num_cpus=1, object_store_memory=STORE)
    cluster.add_node(num_cpus=1, object_store_memory=STORE)
    cluster.wait_for_nodes()
    planned = planner(TEXT, rows)
    told: list[str] = []
    ways = engine(2, told)
    seen: list[str] = []

    def killing(letters: Iterator[Any]) -> Iterator[WrittenLetter]:
        for letter in ways(letters):
            seen.append(letter.id)
            if len(seen) == 3:
                cluster.remove_node(doomed)
            if len(seen) == 9:
                for process in psutil.process_iter(["cmdline"]):
                    if "ray::LetterActor" in " ".join(process.info["cmdline"] or ()):
                        os.kill(process.pid, signal.SIGKILL)
            yield letter

    merged = merge(planned, planned.planned()[0], tmp_path / "cluster", killing)
    assert merged.written == 24
    assert sorted(seen) == sorted({*seen})
    assert any("was lost" in sentence for sentence in told)
    results = read_results(tmp_path / "cluster" / "results.jsonl")
    assert [one.id for one in results] == [str(n) for n in range(24)]
    assert files(tmp_path / "cluster") == local(tiny_hand_path, planned, tmp_path / "local")


def test_machines_with_another_hand_are_refused(
    cluster: Any, rows: Table, planner: Callable[..., LetterPlanner], engine: Callable[..., Any],
    tmp_path: Path,
):  # fmt: skip
    node = cluster.add_node(num_cpus=1, object_store_memory=STORE)
    cluster.wait_for_nodes()
    planned = planner(TEXT, rows)
    with pytest.raises(HandError, match="another hand"):
        merge(planned, planned.planned()[0], tmp_path / "x", engine(1, [], sha256="0"))
    cluster.remove_node(node)
