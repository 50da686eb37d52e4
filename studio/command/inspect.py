"""The verb `inspect`: what the network did along a line, as figures and numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.io.terminal import say
from engine.sampling.policy import DEFAULT_BIAS
from studio.command.output_files import write_all
from studio.command.progress_bar import progress_bar
from studio.command.styles import library_entries
from studio.command.text_input import one_text

if TYPE_CHECKING:
    # Qt and torch would make `--help` wait.
    from studio.inspection.run_recording import RunRecording

FIGURES = (".pdf", ".svg", ".png")
NUMBERS = (".npz", ".csv")

MANUAL = """Write TEXT as one line and show what the network did at each pen point; or, with --ink,
feed it existing ink (teacher forcing) and show how likely it finds each point.

\b
Examples:
  scriptorium inspect "The quick brown fox" --out fox.pdf
  scriptorium inspect "The quick brown fox" --views window,mixture --point 120 --width 85 \\
      --out fox.svg --out fox.png
  scriptorium inspect "The quick brown fox" --out fox.npz --out fox.csv
  scriptorium inspect --ink line.inkml --text "what it says" --out attention.pdf
  scriptorium inspect "Two ways" --views compare --against bias=0 --out two.pdf
  scriptorium inspect --corpus corpora/iam.safetensors --split v --sort worst --out lines.csv
  scriptorium inspect --ink corpora/iam.safetensors --line 4711 --out line.pdf

Views: line (the ink over the densities that its points were drawn from, figure 10 of Graves
2013), window (the attention to the text, figure 13), traces, state (the layers' outputs), mixture
(at --point), compare (with --against). The figure is as wide as a paper's column (85 mm for one,
178 mm for two) and tells its settings in a line below. Ink is read from InkML, Xournal++, SVG,
tables, IAM-OnDB's XML, and this program's styles and recorded lines (.json). npz and csv hold
the numbers of all steps; docs/inspector.md explains the views and the columns.

With --corpus many lines are fed, and their figures printed by one of them and saved (.csv): points,
pace, loss (nats a point), line_loss, worst (the least likely point), pen (ends of strokes),
entropy, spread, reached (how much of the text the window has read), jump and back (the window's).
"""


@click.command(help=MANUAL, short_help="Show what the network does.")
@click.argument("words", metavar="[TEXT]", nargs=-1, callback=one_text)
@click.option("--text", help="Transcript of the ink of --ink, if its file has none.")
@click.option("--ink", metavar="PATH", help="Feed this ink to the network instead of writing.")
@click.option("--line", type=int, default=1, show_default=True, help="Line of the file of --ink.")
@click.option(
    "--corpus", metavar="PATH", help="Feed lines of this prepared corpus, or folder of ink."
)
@click.option(
    "--lines",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="Lines of --corpus, spread evenly over it.",
)
@click.option("--split", metavar="NAME", default="", help="A split of --corpus; all of it else.")
@click.option(
    "--sort",
    metavar="FIGURE",
    default="loss",
    show_default=True,
    help="For --corpus: highest first.",
)
@click.option("--lowest", is_flag=True, help="Lowest first.")
@click.option(
    "--show",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Lines of --corpus that are printed.",
)
@click.option(
    "--out",
    metavar="PATH",
    multiple=True,
    help="File to write: .pdf, .svg, .png, .npz or .csv. May be given several times.",
)
@click.option(
    "--views",
    metavar="NAMES",
    default="line,window,traces",
    show_default=True,
    help="Views from top to bottom, separated by commas.",
)
@click.option(
    "--traces",
    metavar="NAMES",
    default="log_likelihood,entropy,eos",
    show_default=True,
    help="For the view traces: entropy, eos, log_likelihood, spread, correlation, speed.",
)
@click.option("--tracks", is_flag=True, help="Draw kappa and beta over the window.")
@click.option("--unbiased", is_flag=True, help="Show the densities without the bias.")
@click.option("--layer", type=click.IntRange(1, 3), default=1, help="Layer for the view state.")
@click.option("--point", type=int, help="Point to mark, and whose mixture is shown.")
@click.option("--width", metavar="MM", type=float, default=178.0, show_default=True)
@click.option("--dpi", type=int, default=300, show_default=True)
@click.option("--no-caption", is_flag=True, help="Leave out the line with the settings.")
@click.option(
    "--style", metavar="NAME", help="A style from `scriptorium styles`, or a style's file (.json)."
)
@click.option(
    "--bias", type=float, default=DEFAULT_BIAS, show_default=True, help="0 (wild) to 10 (tidy)."
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--against",
    metavar="WHAT=VALUE",
    help="Compare with another run: bias=0, seed=3, style=NAME or hand=PATH (--ink: hand=PATH).",
)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or auto.")
@click.option("--hand", metavar="HAND", help="Inspect this hand: a name or a file.")
def command(words: str | None, ink: str | None, out: tuple[str, ...], **settings: Any) -> None:
    """Draw, and print the paths of the files."""
    if settings["corpus"] is not None:
        _check_alone(words, ink, settings)
        from studio.command.inspect_corpus import inspect_corpus

        inspect_corpus(settings["corpus"], out, settings)
        return
    paths = _checked(out)
    _check_text(words, ink, settings)
    figure = _figure(settings)
    with progress_bar("Sampling" if ink is None else "Reading") as progress:
        recording, other = _recordings(words, ink, settings, progress)
    for path in write_all([(path, _writer(recording, other, figure, settings)) for path in paths]):
        say(click.format_filename(path))


def _checked(out: tuple[str, ...]) -> list[Path]:
    from engine.errors import FileError
    from studio.command.output_files import check_new_folder

    if not out:
        raise FileError("Nothing says where to write; add --out figure.pdf (or .svg, .png, .npz).")
    paths = [Path(name) for name in out]
    for path in paths:
        if path.is_dir():
            raise FileError(f"{path} is a folder; name a file in it, such as {path / 'line.pdf'}.")
        if path.suffix.lower() not in FIGURES + NUMBERS:
            known = ", ".join(FIGURES + NUMBERS)
            raise FileError(f"{path.name!r} has an ending that is not known; use {known}.")
        if not path.parent.is_dir():
            raise FileError(f"The folder {path.parent} is not there; name one that exists.")
        check_new_folder(path.parent)
    return paths


def _check_alone(words: str | None, ink: str | None, settings: dict[str, Any]) -> None:
    from engine.errors import TextError

    if words is not None or ink is not None or settings["text"] is not None:
        raise TextError("--corpus holds ink and texts; leave out the text and --ink.")


def _check_text(words: str | None, ink: str | None, settings: dict[str, Any]) -> None:
    from engine.errors import TextError

    if (words is None) == (ink is None):
        raise TextError("Give either a text to write, in quotes, or --ink with a file.")
    if ink is None and settings["text"] is not None:
        raise TextError("--text is what the ink of --ink says; give the text to write by itself.")
    if ink is not None and not (settings["against"] or "hand=").startswith("hand="):
        raise TextError(
            "Ink that is fed cannot be written another way; compare it with --against hand=PATH."
        )


def _figure(settings: dict[str, Any]) -> Any:
    from engine.errors import SettingError
    from engine.sampling.step_metrics import BY_KEY
    from studio.inspection.publication_figure import PublicationFigure

    keys = tuple(key.strip() for key in settings["traces"].split(","))
    for key in keys:
        if key not in BY_KEY:
            raise SettingError(f"There is no trace {key!r}; there are {', '.join(BY_KEY)}.")
    views = tuple(name.strip() for name in settings["views"].split(",") if name.strip())
    if "compare" in views and settings["against"] is None:
        raise SettingError("The view compare needs another run; add --against bias=0, or seed=3.")
    biased = not settings["unbiased"]
    return PublicationFigure(
        views,
        settings["width"],
        settings["dpi"],
        not settings["no_caption"],
        {
            "traces": {"keys": keys},
            "window": {"tracks": settings["tracks"]},
            "line": {"biased": biased},
            "mixture": {"biased": biased},
            "state": {"layer": settings["layer"] - 1},
        },
    )


def _recordings(
    words: str | None, ink: str | None, settings: dict[str, Any], progress: Any
) -> tuple[RunRecording, RunRecording | None]:
    """The line, and what it is compared to."""
    from engine.hand import Hand
    from engine.text.transliteration import transliterate
    from studio.inspection.runs import fed, refed, sampled

    hand = Hand.load(settings["hand"], settings["device"])
    if ink is not None:
        from studio.inspection.corpus_figures import PREPARED, CorpusLine, open_corpus

        if Path(ink).suffix.lower() == PREPARED and settings["text"] is None:
            number = settings["line"]
            seen = open_corpus(ink).recording(hand, CorpusLine(Path(ink), number, f"line {number}"))
        else:
            from studio.importing.line_reader import line

            piece = line(ink, settings["line"], settings["text"])
            seen = fed(hand, piece.ink, piece.text, Path(ink).name)
        if settings["against"] is None:
            return seen, None
        other = Hand.load(_against(settings["against"])["hand"], settings["device"])
        return seen, refed(other, seen)
    assert words is not None
    text = transliterate(words, hand.characters).text
    first = sampled(hand, _run(text, settings), progress)
    if settings["against"] is None:
        return first, None
    changed = {**settings, **_against(settings["against"])}
    if changed["hand"] != settings["hand"]:
        hand = Hand.load(changed["hand"], settings["device"])
    return first, sampled(hand, _run(text, changed), progress)


def _run(text: str, settings: dict[str, Any]) -> Any:
    from engine.style.style import find
    from studio.inspection.runs import Run

    style = settings["style"]
    if style is not None:
        style = find(style, (entry.style for entry in library_entries()))
    return Run(text, style, settings["bias"], settings["seed"])


def _against(said: str) -> dict[str, Any]:
    from engine.errors import SettingError

    kinds: dict[str, Any] = {"bias": float, "seed": int, "style": str, "hand": str}
    name, _, value = said.partition("=")
    try:
        return {name: kinds[name](value)}
    except (KeyError, ValueError) as error:
        raise SettingError(
            f"--against {said!r} is not understood; give bias=0, seed=3, style=NAME or hand=PATH."
        ) from error


def _writer(
    recording: RunRecording, other: RunRecording | None, figure: Any, settings: dict[str, Any]
) -> Any:
    """What writes one of the files, by its ending."""

    def write(path: Path) -> list[Path]:
        if path.suffix.lower() in FIGURES:
            from studio.inspection.publication_figure import Scene, save

            save(Scene(recording, settings["point"], other), figure, path)
        else:
            from studio.inspection.numbers_file import save_numbers

            save_numbers(recording, path)
        return [path]

    return write
