"""The characters that a hand can write, and their codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import TextError
from engine.text.diacritics import marked_letter, unmarked

#: Every character that a network is taught to write, in the order of its codes: printable ASCII,
#: signs that people write by hand, and Latin letters that are no letter with a mark.
CHARACTERS = (
    "".join(map(chr, range(32, 127))) + "€£¥°§½¼¾×÷±–—…•¿¡«»„✓♥★☺→☐☑©" + "ßæœøåłđðþıÆŒØÅŁĐÞ"
)


@dataclass(frozen=True)
class Alphabet:
    """Distinct characters that can be written; the space is always one of them.

    A text is encoded with one space appended: the window needs something past the last
    character to move on to, and the same space joins a primer's text to what follows it.

    Parameters
    ----------
    characters : str
        In the order of their codes.
    taught : str
        All characters that the network has codes for, in their order, where it has not learnt all
        of them well enough to write them. The others are then as good as unknown.

    Raises
    ------
    TextError
        If a character occurs twice, or the space is missing.
    """

    characters: str
    taught: str = ""

    def __post_init__(self) -> None:
        distinct = all(len(set(of)) == len(of) for of in (self.characters, self.taught))
        if (
            not distinct
            or " " not in self.characters
            or not set(self.characters) <= set(self.codes)
        ):
            raise TextError("An alphabet needs distinct characters, the space among them.")

    def __len__(self) -> int:
        return len(self.characters)

    def __iter__(self) -> Iterator[str]:
        return iter(self.characters)

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and len(character) == 1 and character in self.characters

    @property
    def codes(self) -> str:
        """The characters by their codes, those that are not written yet among them."""
        return self.taught or self.characters

    def complete(self) -> Alphabet:
        """The alphabet of all characters that have codes."""
        return Alphabet(self.taught) if self.taught else self

    def without(self, characters: Collection[str]) -> Alphabet:
        """An alphabet of the same codes that leaves these characters unwritten."""
        kept = "".join(c for c in self.characters if c not in characters)
        return Alphabet(kept, "" if kept == self.codes else self.codes)

    def encode(self, text: str) -> npt.NDArray[np.int64]:
        """Codes of `text` and the closing space, int64 (len(text) + 1,).

        A letter with marks has the code of its letter, unless the alphabet has it itself.

        Raises
        ------
        TextError
            If a character is not of this alphabet.
        """
        for place, character in enumerate(text, 1):
            if character not in self.characters:
                letter = marked_letter(character)
                if letter is not None and letter.base in self.characters:
                    continue
                raise TextError(
                    f"This hand cannot write {character!r} (character {place} of the line); "
                    "replace or remove it."
                )
        plain = unmarked(text, self.characters)
        return np.array([self.codes.index(c) for c in plain + " "], dtype=np.int64)
