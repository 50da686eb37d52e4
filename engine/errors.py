"""The errors that are shown to the user: one sentence that says what is wrong and what to do."""

from __future__ import annotations


class ScriptoriumError(Exception):
    """Base of every error that is the user's to mend; `str(error)` is the sentence shown.

    Parameters
    ----------
    damaged : bool
        Whether the content of a file is at fault, so that it can never be read as it is. A file
        that is missing, locked, or of a newer version is not damaged.
    names_file : bool
        Whether the sentence names the file that cannot be read.
    """

    def __init__(self, *sentence: object, damaged: bool = False, names_file: bool = False) -> None:
        super().__init__(*sentence)
        self.damaged, self.names_file = damaged, names_file


class TextError(ScriptoriumError):
    """The text cannot be written as it is."""


class InkError(ScriptoriumError):
    """Ink is empty, not finite, or does not fit its text."""


class HandError(ScriptoriumError):
    """A hand's file is missing, damaged or does not fit this program."""


class StyleError(ScriptoriumError):
    """A style is unknown, damaged or cannot prime a hand."""


class SettingError(ScriptoriumError):
    """A setting (bias, seed, size, colour, device, ...) is out of range or unknown."""


class FileError(ScriptoriumError):
    """A file cannot be read or written."""


class CorpusError(ScriptoriumError):
    """A corpus is missing, foreign or damaged."""


class TrainingError(ScriptoriumError):
    """A training run cannot start or go on."""


class WritingStoppedError(Exception):
    """Lines are not wanted any more: nothing is wrong, and the user is told nothing."""


#: What is raised where the content of a file, such as JSON, is not of the shape that is expected.
MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    InkError,
)
