"""The data sets that hands are trained on: who made them, and what their licences allow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import TrainingError


@dataclass(frozen=True)
class DataSet:
    """A database of handwriting.

    Parameters
    ----------
    name : str
        By which corpora and cards name it.
    licence : str
        What it allows, in a few words.
    citation : str
    commercial : bool
        Whether what was learnt from it may be used commercially.
    """

    name: str
    licence: str
    citation: str
    commercial: bool


DATA_SETS = (
    DataSet(
        "IAM-OnDB",
        "free for non-commercial research, on registration with its makers",
        'M. Liwicki and H. Bunke, "IAM-OnDB - an On-Line English Sentence Database Acquired from '
        'Handwritten Text on a Whiteboard", 8th International Conference on Document Analysis and '
        "Recognition, 2005.",
        commercial=False,
    ),
    DataSet(
        "UNIPEN",
        "for research; not to be distributed for commercial purposes",
        'I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line '
        'data exchange and recognizer benchmarks", 12th International Conference on Pattern '
        "Recognition, 1994.",
        commercial=False,
    ),
    DataSet(
        "Detexify",
        "Open Database License 1.0",
        "D. Kirsch, Detexify: drawings of symbols by its users, "
        "https://github.com/kirel/detexify-data.",
        commercial=True,
    ),
    DataSet(
        "UJI Pen Characters",
        "Creative Commons Attribution 4.0",
        'D. Llorens, F. Prat, A. Marzal, J. M. Vilar and others, "The UJIpenchars Database: A '
        'Pen-Based Database of Isolated Handwritten Characters", 6th International Conference on '
        "Language Resources and Evaluation, 2008.",
        commercial=True,
    ),
    DataSet(
        "EMS fonts",
        "SIL Open Font License 1.1",
        "S. B. Michaels, EMS: single-line fonts for plotters, derived from others of that licence.",
        commercial=True,
    ),
)

NOT_COMMERCIAL = (
    "The weights were learnt from data that is licensed for non-commercial research; "
    "ask the makers of the data before you use them commercially."
)
COMMERCIAL = "As the licence of the data allows it."


def named_in(trained_on: str) -> tuple[DataSet, ...]:
    """The data sets that a card names, in the order of `DATA_SETS`."""
    return tuple(one for one in DATA_SETS if one.name in trained_on)


def known_data_sets(trained_on: str) -> tuple[DataSet, ...]:
    """As `named_in`, for weights that are passed on.

    Parameters
    ----------
    trained_on : str
        As `training.hand_export` writes it: IAM-OnDB in full, a semicolon, the others.

    Raises
    ------
    TrainingError
        If there is none, or other data is named, whose licence is not known.
    """
    parts: list[str] = []
    for whole in trained_on.split("; "):
        parts += [whole] if "IAM-OnDB" in whole else re.split(", | and ", whole)
    unknown = [part for part in parts if not named_in(part)]
    if unknown:
        raise TrainingError(
            f"The card names data whose licence is not known ({', '.join(unknown) or 'none'}); add "
            "it to training/data_sets.py, or train without it."
        )
    return named_in(trained_on)


def licence_of(data: Sequence[DataSet]) -> str:
    """The licences of data sets in a sentence, as a card has it."""
    if len(data) == 1:
        return data[0].licence
    return "; ".join(f"{one.name}: {one.licence}" for one in data)


def commercial_use(data: Iterable[DataSet]) -> str:
    """What the licences mean for commercial use, in one sentence."""
    return COMMERCIAL if all(one.commercial for one in data) else NOT_COMMERCIAL
