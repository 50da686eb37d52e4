"""What can be chosen of each view: the one list that menus and figures are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.sampling.step_metrics import STEP_METRICS
from studio.desk.inspector.compare_view import CompareView
from studio.desk.inspector.line_view import LineView
from studio.desk.inspector.mixture_view import MixtureView
from studio.desk.inspector.plot_view import PlotView
from studio.desk.inspector.state_view import ORDERS, StateView
from studio.desk.inspector.traces_view import USUAL, TracesView
from studio.desk.inspector.window_view import WindowView
from studio.inspection.layer_units import QUANTITIES


@dataclass(frozen=True)
class ViewOption:
    """One option: a name, its words, and what it can be; yes or no where `values` is empty."""

    name: str
    title: str
    values: Mapping[Any, str] = field(default_factory=dict)
    several: bool = False


class ViewOptions:
    """The options of a view with what is chosen, which its class takes as keywords."""

    def __init__(
        self,
        offered: tuple[ViewOption, ...],
        apply: Callable[[Any, Mapping[str, Any]], None],
        **values: Any,
    ) -> None:
        self._offered, self._apply = offered, apply
        self.values: dict[str, Any] = values

    def __iter__(self) -> Iterator[ViewOption]:
        return iter(self._offered)

    def __len__(self) -> int:
        return len(self._offered)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def apply(self, view: PlotView) -> None:
        """Let a view show what is chosen."""
        self._apply(view, self.values)


def _line(view: LineView, chosen: Mapping[str, Any]) -> None:
    view.show_density(chosen["density"])
    if chosen["biased"] != view.biased:
        view.show_biased(chosen["biased"])


def _window(view: WindowView, chosen: Mapping[str, Any]) -> None:
    view.show_tracks(chosen["tracks"], chosen["bands"])
    if chosen["shares"] != view.shares:
        view.show_shares(chosen["shares"])


def _mixture(view: MixtureView, chosen: Mapping[str, Any]) -> None:
    view.show_biased(chosen["biased"])
    view.show_ellipses(chosen["ellipses"])


def _traces(view: TracesView, chosen: Mapping[str, Any]) -> None:
    view.choose(chosen["keys"])


def _state(view: StateView, chosen: Mapping[str, Any]) -> None:
    if chosen["layer"] != view.layer:
        view.choose_layer(chosen["layer"])
    if (chosen["order"], chosen["against"]) != (view.order, view.against):
        view.choose_order(chosen["order"], chosen["against"])


def _compare(view: CompareView, chosen: Mapping[str, Any]) -> None:
    view.choose(chosen["key"])


_BIASED = ViewOption("biased", "Bias applied")

KINDS: dict[str, type[PlotView]] = {
    kind.title.lower(): kind
    for kind in (LineView, WindowView, TracesView, StateView, CompareView, MixtureView)
}
"""The views by name."""


def usual(name: str) -> ViewOptions:
    """The options of a view as they are at first."""
    traces = {trace.key: trace.title for trace in STEP_METRICS}
    offered: dict[str, Callable[[], ViewOptions]] = {
        "line": lambda: ViewOptions(
            (ViewOption("density", "Density below the ink"), _BIASED),
            _line,
            density=True,
            biased=True,
        ),
        "window": lambda: ViewOptions(
            (
                ViewOption("tracks", "κ of each Gaussian"),
                ViewOption("bands", "β as width around κ"),
                ViewOption("shares", "φ divided by its sum"),
            ),
            _window,
            tracks=False,
            bands=True,
            shares=True,
        ),
        "mixture": lambda: ViewOptions(
            (_BIASED, ViewOption("ellipses", "Components as ellipses")),
            _mixture,
            biased=True,
            ellipses=True,
        ),
        "traces": lambda: ViewOptions(
            (ViewOption("keys", "Traces", traces, several=True),), _traces, keys=USUAL
        ),
        "state": lambda: ViewOptions(
            (
                ViewOption("layer", "Layer", {0: "Layer 1", 1: "Layer 2", 2: "Layer 3"}),
                ViewOption("order", "Units", ORDERS),
                ViewOption("against", "Correlation with", QUANTITIES),
            ),
            _state,
            layer=0,
            order="number",
            against="",
        ),
        "compare": lambda: ViewOptions(
            (ViewOption("key", "Trace", traces),), _compare, key="log_likelihood"
        ),
    }
    return offered[name]()
