"""What an evaluation found, as the sections of its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.io.json_file import parse_json
from engine.io.loading import loading
from training.reports.section import Row, Section, number, percent

#: Rows of the table of characters.
CHARACTERS = 40


def of_evaluation(folder: Path) -> tuple[dict[str, Any], list[Section]]:
    """What an evaluation wrote into a folder: the values of its JSON, and the sections.

    Raises
    ------
    TrainingError
        If its JSON is damaged or of another kind.
    """
    path = folder / "evaluation.json"
    with loading(path, "evaluation", TrainingError, "evaluate the hand again"):
        values = parse_json(path.read_bytes())
        return values, sections(values, folder)


def sections(values: dict[str, Any], folder: Path) -> list[Section]:
    """The sections of an evaluation (`Evaluation.to_json`) whose pictures lie in `folder`."""
    made = [
        Section(
            f"The hand {values['hand']}",
            f"sha256 {values['sha256']}" if values["sha256"] else "",
            _card(values["card"]),
        ),
        _bars(values),
        Section(
            "Log-loss on held-out lines",
            rows=tuple((n.replace("_", " "), number(v)) for n, v in values["log_loss"].items()),
        ),
        _written(values),
        _styles(values, folder / "styles.png"),
        _checked(values["checked"], values["real_garbled"]),
        _kinds(values.get("kinds", []), values.get("real_kinds", [])),
        _characters(values, folder / "characters.png"),
        _variety(values["writing"]),
        _primed(values["primed"]),
        Section(
            "Likeness to real lines at bias 0",
            "Wasserstein distance of each distribution from that of the held-out lines, in "
            "deviations of the real lines.",
            tuple((name, number(v)) for name, v in values["likeness"].items()),
        ),
        Section(
            "Written lines, the first twelve at each bias",
            pictures=tuple(
                (f"bias {one['bias']:g}", folder / f"bias-{one['bias']:g}.png")
                for one in values["writing"]
                if (folder / f"bias-{one['bias']:g}.png").exists()
            ),
        ),
        Section(
            "What it took",
            "Seconds of the processor.",
            tuple((part, f"{seconds:.1f}") for part, seconds in values["seconds"].items()),
        ),
    ]
    return [section for section in made if section.rows or section.pictures]


def _card(card: dict[str, Any]) -> tuple[Row, ...]:
    names = ("trained_on", "data_license", "commercial_use", "training", "date", "version")
    return tuple((n.replace("_", " "), str(card[n])) for n in names if card.get(n))


def _bars(values: dict[str, Any]) -> Section:
    rows = [
        (bar["name"], bar["wanted"], bar["measured"], "met" if bar["met"] else "not met")
        for bar in values["bars"]
    ]
    head = ("what", "wanted", "measured", "")
    return Section("What a hand should reach", _judge(values), (head, *rows))


def _judge(values: dict[str, Any]) -> str:
    if values["real_error_rate"] is None:
        return "No recogniser judged it."
    return (
        f"The recogniser that judges ({values['reader']}) reads real held-out lines "
        f"{percent(values['real_error_rate'])} wrong, character by character. Candidates are "
        "chosen by the recogniser that ships."
    )


def _written(values: dict[str, Any]) -> Section:
    real = values["real_error_rate"]
    rows: list[Row] = [("bias", "lines", "read wrong", "of real lines", "alignment flawed")]
    for writing in values["writing"]:
        rate = writing["error_rate"]
        share = f"{rate / real:.2f}" if rate is not None and real else "-"
        rows.append(
            (
                f"{writing['bias']:g}",
                str(writing["lines"]),
                percent(rate),
                share,
                percent(writing["flawed"]),
            )
        )
    text = "Lines of no corpus, in no style, each sampled once. " + _judge(values)
    return Section("Written lines", text, tuple(rows))


def _styles(values: dict[str, Any], picture: Path) -> Section:
    rows = [
        (one["style"], percent(one["once"]), percent(one["chosen"])) for one in values["styled"]
    ]
    shown = (("each style", picture),) if rows and picture.exists() else ()
    return Section(
        "The styles",
        "Characters read wrong at bias 0.75.",
        (("style", "sampled once", "as the program writes"), *rows) if rows else (),
        pictures=shown,
    )


def _checked(checked: dict[str, Any], real: float | None) -> Section:
    rows: list[Row] = [("", "sampled once", "after the check")]
    rows.append(("alignment flawed", *map(_fine, (checked["once"], checked["after"]))))
    rows += [(f"of these: {kind}", _fine(share), "") for kind, share in checked["kinds"].items()]
    if checked["garbled"] is not None:
        shares = (checked["garbled"], checked["garbled_after"])
        rows.append(("five characters missing or too many, as read", *map(_fine, shares)))
        rows.append(("the same of real lines", _fine(real), ""))
    return Section(
        "Skipped, repeated, run on",
        f"{checked['lines']} lines at bias 0.75 in all styles in turn. The check samples a line "
        "whose alignment is flawed again, up to three times.",
        tuple(rows),
    )


def _kinds(kinds: list[dict[str, Any]], people: list[dict[str, Any]]) -> Section:
    theirs = {one["kind"]: one for one in people}
    rows = [
        (
            one["kind"],
            str(one["lines"]),
            percent(one["wrong"]),
            str(one["refused"]),
            percent(theirs[one["kind"]]["wrong"]) if one["kind"] in theirs else "-",
            str(theirs[one["kind"]]["lines"]) if one["kind"] in theirs else "0",
        )
        for one in kinds
    ]
    head = (
        *("kind", "lines", "read wrong", "with characters that it cannot write"),
        *("read wrong of people's held-out lines", "of"),
    )
    return Section(
        "Kinds of lines",
        "Fixed lists of what people write by hand, in the default style at the "
        "defaults; spaces and case not counted. Beside them what is read wrong of people's own "
        "lines of such kinds.",
        (head, *rows) if rows else (),
    )


def _characters(values: dict[str, Any], picture: Path) -> Section:
    real = values["real_legibility"]
    rows = [
        (
            character,
            str(one["count"]),
            percent(one["wrong"]),
            one["taken_for"],
            percent(real[character]["wrong"]) if character in real else "-",
            str(real[character]["count"]) if character in real else "0",
        )
        for character, one in values["legibility"].items()
    ]
    head = ("character", "written", "read wrong", "mostly as", "in real lines", "of")
    return Section(
        "Legibility by character, the worst first",
        "In words and numbers, in the default style at bias 0.75, sampled once.",
        (head, *rows[:CHARACTERS]) if rows else (),
        pictures=(("those read wrong come first, above a red line", picture),)
        if rows and picture.exists()
        else (),
    )


def _variety(writing: list[dict[str, Any]]) -> Section:
    rows: list[Row] = [("bias", *writing[0]["looks"])]
    for one in writing:
        cells = (
            f"{mean:.2f} ± {spread:.2f} ({one['variety'][name]:.0%})"
            for name, (mean, spread) in one["looks"].items()
        )
        rows.append((f"{one['bias']:g}", *cells))
    return Section(
        "Variety",
        "Mean and deviation over lines written in no style, and the deviation as a share of that "
        "over the held-out lines.",
        tuple(rows),
    )


def _primed(primed: dict[str, float]) -> Section:
    if not primed:
        return Section("Following a primer")
    count = round(primed["writers"])
    rows = [(f"found {who}", percent(share)) for who, share in primed.items() if who != "writers"]
    return Section(
        "Following a primer",
        f"A line of each of {count} held-out forms is a primer, and nothing else is matched: how "
        "often the line written after it, and another real line of the form, looks more like it "
        "(slant, width, strokes, height, turn) than like any other. By chance: "
        f"{percent(1 / count)}.",
        tuple(rows),
    )


def _fine(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"
