"""The data sets that hands are trained on: who made them, and what their licences allow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.corpus_lines import IAM
from engine.errors import TrainingError
from training.corpora.letter_lines import LETTERS, LETTERS_BEFORE


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
    makers : str
        Whom an attribution names, and under which short name of the licence.
    """

    name: str
    licence: str
    citation: str
    commercial: bool
    makers: str = ""


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
        makers="Detexify by Daniel Kirsch (ODbL 1.0)",
    ),
    DataSet(
        "UJI Pen Characters",
        "Creative Commons Attribution 4.0",
        'D. Llorens, F. Prat, A. Marzal, J. M. Vilar and others, "The UJIpenchars Database: A '
        'Pen-Based Database of Isolated Handwritten Characters", 6th International Conference on '
        "Language Resources and Evaluation, 2008.",
        commercial=True,
        makers="UJI Pen Characters by D. Llorens, F. Prat, A. Marzal, J. M. Vilar and others "
        "(CC BY 4.0)",
    ),
    DataSet(
        "EMS fonts",
        "SIL Open Font License 1.1",
        "S. B. Michaels, EMS: single-line fonts for plotters, derived from others of that licence.",
        commercial=True,
        makers="EMS fonts by Sheldon B. Michaels (SIL OFL 1.1)",
    ),
)

NOT_COMMERCIAL = (
    "The weights were learnt from data that is licensed for non-commercial research; "
    "ask the makers of the data before you use them commercially."
)
COMMERCIAL = (
    "Whoever writes with it may use and sell what it writes. Name the makers of the data where the "
    "weights are passed on, and where a work says what it is made with: "
)


#: IAM-OnDB as a card names it.
IAM_IN_FULL = "IAM-OnDB, the IAM On-Line Handwriting Database (Liwicki and Bunke, 2005)"


def trained_on(sources: Sequence[str]) -> str:
    """The sources of corpora in one sentence, as a card has it."""
    # A corpus of letters did not say before that some of its signs are Detexify's.
    others = ", ".join(
        LETTERS if source == LETTERS_BEFORE else source for source in sources if source != IAM
    )
    return "; ".join(part for part in (IAM_IN_FULL if IAM in sources else "", others) if part)


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


def commercial_use(data: Sequence[DataSet]) -> str:
    """What the licences mean for commercial use, with the attributions that they ask for."""
    if not all(one.commercial for one in data):
        return NOT_COMMERCIAL
    return f"{COMMERCIAL}{', '.join(one.makers or one.name for one in data)}."
