"""What every test runs under: no display, no one's home, no deadline."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from nbformat import NotebookNode
    from PySide6.QtWidgets import QApplication

    # torch takes a second to import, and many tests do without.
    from engine.hand import Hand

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Several processes with several threads each wait for each other, a hundred times over.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Settings, caches and libraries of styles that a test makes must not land with the user's own.
_home = tempfile.TemporaryDirectory(prefix="scriptorium-tests-")
for _kind in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_home.name, _kind.lower()))

#: How many rounds a campaign runs, and how many times fifty examples a property is tried with.
ROUNDS = int(os.environ.get("SCRIPTORIUM_ROUNDS", "1"))
# A slow machine must not fail a test, and CI must fail on the same examples when it runs again.
settings.register_profile(
    "scriptorium",
    max_examples=50 * ROUNDS,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("scriptorium")


#: Files that take longest, most of them in processes of their own.
LONG = frozenset(
    f"test_{name}.py"
    for name in (
        "distributed", "slurm", "page", "notebooks", "release", "hand_teaching", "wheel",
        "evaluation", "trainer", "parent_death", "kills", "small_files_with_large_effects",
        "command", "same_ink", "teaching_process", "line_tries", "service_traffic",
        "handwriting_controller", "checkpoints", "unipen",
    )
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: else one core would wait for the other one at the end."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_collection_finish() -> None:
    """Take the tests and all that they import out of the collector's sight.

    It would go through some million objects each time that it is asked, which is after each test of
    the window.
    """
    gc.collect()
    gc.freeze()


#: Milliseconds after which what a test waits for is taken never to come.
LONGEST = 300_000


class PatientBot(QtBot):
    """Waits as long as it takes on a slow machine: a limit is there to end a hang, not to tell."""

    def waitSignal(self, signal: Any, *, timeout: int = LONGEST, **settings: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **settings)

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = LONGEST) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def no_more_threads() -> Iterator[None]:
    """Fail a test that leaves torch more threads than it found.

    All tests after it in its process would have them, and processes with several threads on a
    machine of two cores wait for each other: a test takes up to a hundred times as long.
    """
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else int(os.environ["OMP_NUM_THREADS"])
    yield
    if torch := sys.modules.get("torch"):
        after = torch.get_num_threads()
        if after > before:
            torch.set_num_threads(before)
        assert after <= before, f"torch has {after} threads now, and had {before}"


@pytest.fixture
def pretend_threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has torch say that it may use so many threads; what it uses itself stays."""
    import torch

    def pretend(threads: int) -> None:
        monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
        # What is put back later is the number that was pretended.
        monkeypatch.setattr(torch, "set_num_threads", lambda number: None)

    return pretend


@pytest.fixture
def run_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[NotebookNode], None]]:
    """Runs a notebook from top to bottom on the checkout's own packages, wherever the test runs."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    # A TCP port that was free when it was chosen may be another process's when the kernel takes it;
    # and the path of a socket must be short.
    with tempfile.TemporaryDirectory() as sockets:
        kernel = {} if os.name == "nt" else {"transport": "ipc", "ip": str(Path(sockets, "k"))}

        def run(notebook: NotebookNode) -> None:
            NotebookClient(
                notebook,
                kernel_name="python3",
                config=Config(KernelManager=kernel),
                timeout=LONGEST // 1000,
                startup_timeout=LONGEST // 1000,
                iopub_timeout=LONGEST // 1000,
                raise_on_iopub_timeout=True,
                # What a cell prints comes in as many pieces as the kernel's clock cuts it into.
                coalesce_streams=True,
                resources={"metadata": {"path": str(Path(__file__).resolve().parents[1])}},
            ).execute()

        yield run


@pytest.fixture(scope="session")
def tiny_hand_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a hand that scribbles: random weights, some points a character, to the right."""
    import torch

    from engine.card import Card
    from engine.hand import Hand
    from engine.ink.preparation import Preparation
    from engine.network.network import Network, NetworkConfig
    from engine.text.alphabet import Alphabet

    alphabet = Alphabet(" !\"'(),-.0123456789:;?" + ascii_letters)
    config = NetworkConfig(len(alphabet), hidden=16, window=2, mixture=3)
    pace = 5.0
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = Network(config)
        network.initialise(pace)
        with torch.no_grad():
            # Steps of about a fifth of an x-height to the right, up or down by as much.
            network.output.bias[:] = torch.tensor([0.0] * 3 + [0.2, 0.0] * 3 + [-2.0] * 9 + [-1.5])
    card = Card("Tiny", "0", "2026-01-01", "Nothing.", "None.", "It may be used freely.")
    path = tmp_path_factory.mktemp("hands") / "tiny.safetensors"
    Hand(network, alphabet, Preparation(), pace, 1.0, card).save(path)
    return path


@pytest.fixture(scope="session")
def default_hand() -> Hand:
    """The hand that ships."""
    from engine.hand import Hand

    return Hand.load()


#: The hand that stands in for the second one until that ships, and its styles.
SECOND, SECOND_STYLES = "print", ("Slate", "Agate")


def _make_resources(folder: Path) -> Path:
    """What ships, and the hand `print` with two styles where there is none yet.

    It has the weights of the hand that ships but for one, and the card of open data.
    """
    from importlib import resources

    shipped = Path(str(resources.files("resources")))
    folder.mkdir(parents=True, exist_ok=True)
    for part in shipped.iterdir():
        if part.name not in ("hands", "styles", "__pycache__"):
            (folder / part.name).symlink_to(part)
    for part in ("hands", "styles"):
        shutil.copytree(shipped / part, folder / part)
    if not (folder / "hands" / f"{SECOND}.safetensors").exists():
        _stand_in(folder)
    return folder


def _stand_in(folder: Path) -> None:
    from dataclasses import replace

    import torch

    from engine.hand import Hand
    from engine.style.style import bundled
    from training.data_sets import commercial_use, known_data_sets, licence_of

    hand = Hand.load("default")
    trained_on = "lines of UJI Pen Characters, EMS fonts and Detexify"
    data = known_data_sets(trained_on)
    card = replace(
        hand.card,
        name=SECOND,
        trained_on=trained_on,
        data_license=licence_of(data),
        commercial_use=commercial_use(data),
    )
    with torch.no_grad():
        hand.network.output.bias[0] += 0.01
    Hand.of(hand.spec._replace(card=card)).save(folder / "hands" / f"{SECOND}.safetensors")
    made = Hand.load(folder / "hands" / f"{SECOND}.safetensors")
    (folder / "styles" / SECOND).mkdir()
    prints = [style for style in bundled().values() if style.kind == "print"]
    for name, style in zip(SECOND_STYLES, prints, strict=False):
        assert style.vector is not None
        vector = replace(style.vector, hand=made.fingerprint)
        own = replace(style, name=name, vector=vector)
        own.save(folder / "styles" / SECOND / f"{name.lower()}.json")


@pytest.fixture(scope="session")
def resources_of_two_hands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `resources` with the hands `default` and `print`, and their styles."""
    return _make_resources(tmp_path_factory.mktemp("two") / "resources")


@pytest.fixture
def two_hands(resources_of_two_hands: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two hands ship: `default` and `print`; the folder that they lie in."""
    from engine import bundled_hands, hand
    from engine.style import style

    caches = (
        bundled_hands.bundled_hands, bundled_hands._names, bundled_hands._cards, style._shipped,
        hand._shipped_widths,
    )  # fmt: skip

    def forget() -> None:
        for cached in caches:
            cached.cache_clear()

    forget()
    with monkeypatch.context() as patched:
        patched.setattr(bundled_hands, "folder", lambda: resources_of_two_hands / "hands")
        patched.setattr(style, "folder", lambda: resources_of_two_hands / "styles")
        yield resources_of_two_hands
    forget()


@pytest.fixture
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sample each line once and read it, where no other policy is asked for.

    No scribble is ever read rightly: it would be written seven times, and its words again.
    """
    from dataclasses import replace

    from engine import hand
    from engine.sampling.policy import DEFAULT_POLICY

    carry_out = hand.carry_out

    def carried_out(policy: object, *given: Any) -> Any:
        once = replace(DEFAULT_POLICY, tries=1, repairs=False)
        return carry_out(once if policy == DEFAULT_POLICY else policy, *given)

    monkeypatch.setattr(hand, "carry_out", carried_out)


@pytest.fixture
def rounds() -> int:
    """How many rounds a campaign runs: one in `make test`, many in `make soak` and `make bench`."""
    return ROUNDS


@pytest.fixture
def in_soak_alone(rounds: int) -> None:
    """For what takes long however few rounds it runs, and guards little that others do not."""
    if rounds < 2:
        pytest.skip("runs in `make soak`")


@pytest.fixture(scope="session")
def untaught_hand():
    """A small hand with random weights: every number is there, none means anything."""
    import torch

    from engine.card import Card
    from engine.hand import Hand
    from engine.ink.preparation import Preparation
    from engine.network.network import Network, NetworkConfig
    from engine.text.alphabet import Alphabet

    alphabet = Alphabet(" abcdefghijklmnopqrstuvwxyz")
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = Network(NetworkConfig(len(alphabet), hidden=24, window=4, mixture=5))
        network.initialise(points_per_character=8.0)
    card = Card("untaught", "0", "2026-01-01", "nothing", "none", "free")
    return Hand(network, alphabet, Preparation(), 8.0, 1.5, card)
