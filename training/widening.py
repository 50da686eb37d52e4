"""A trained network made ready for more: for characters that it does not know, and for vectors."""

from __future__ import annotations

import torch

from engine.errors import TrainingError
from engine.network.network import Network, NetworkConfig
from engine.text.alphabet import CHARACTERS, Alphabet
from training.corpora.corpus import Corpus

#: New characters begin as one that is written like them, the first of these that is known.
#: Any other begins as the mean of all that are.
ALIKE = {
    "#": "H", "$": "S", "%": "X", "&": "8", "*": "x", "<": "c", "=": "-", ">": "7", "@": "a",
    "[": "(", "\\": "l", "]": ")", "^": "v", "_": "-", "`": "'", "{": "(", "|": "l", "}": ")",
    "~": "-", "€": "EC", "£": "fL", "¥": "Y", "°": "o", "§": "S", "½": "1", "¼": "1", "¾": "3",
    "×": "x", "÷": "-", "±": "+t", "–": "-", "—": "-", "…": ".", "•": ".", "¿": "?", "¡": "!",
    "«": "c", "»": "7", "„": ",", "✓": "v", "♥": "v", "★": "X", "☺": "O", "→": "-", "☐": "D",
    "☑": "D", "©": "OC", "ß": "B", "æ": "a", "œ": "o", "ø": "o", "å": "a", "ł": "l", "đ": "d",
    "ð": "d", "þ": "p", "ı": "i", "Æ": "A", "Œ": "O", "Ø": "O", "Å": "A", "Ł": "L", "Đ": "D",
    "Þ": "P",
}  # fmt: skip


def wider_alphabet(alphabet: Alphabet, corpus: Corpus) -> Alphabet:
    """The alphabet itself where it has all characters of a corpus, else one that has them.

    Characters keep their codes; new ones come behind them.
    """
    used = {corpus.alphabet.characters[code] for code in set(corpus.codes.tolist())}
    known = alphabet.codes
    if used <= set(known):
        return alphabet.complete()
    wanted = CHARACTERS + "".join(sorted(used - set(CHARACTERS)))
    return Alphabet(known + "".join(c for c in wanted if c not in known))


@torch.no_grad()
def widened(network: Network, known: Alphabet, wanted: Alphabet, vector: int = 0) -> Network:
    """A network of the same weights with more characters, and with vectors of this size.

    It writes what it knew as it did: a new character begins as one that is written like it, and
    a vector adds nothing until that is learnt.

    Parameters
    ----------
    known, wanted : Alphabet
        Its own, and one that holds all of its characters, in any order.
    vector : int
        Numbers of a writer's vector; a network that has vectors keeps its own.

    Raises
    ------
    TrainingError
        If it has vectors of another size.
    """
    sizes = network.config
    if vector and sizes.vector not in (0, vector):
        raise TrainingError(
            f"The hand has vectors of {sizes.vector} numbers; give --network.vector "
            f"{sizes.vector}, or leave it out."
        )
    made = Network(
        NetworkConfig(
            len(wanted), sizes.hidden, sizes.window, sizes.mixture, sizes.vector or vector
        )
    )
    places = {character: code for code, character in enumerate(known.codes)}
    state = made.state_dict()
    for name, value in network.state_dict().items():
        if not name.startswith("layer") or "weight_ih" not in name:
            state[name] = value.clone()
            continue
        # Weights of the inputs: three of the point, those of the characters, what else there is.
        point, characters, rest = torch.split(
            value, [3, len(places), value.shape[1] - 3 - len(places)], dim=1
        )
        columns = [_column(characters, places, character) for character in wanted.characters]
        state[name] = torch.cat([point, torch.stack(columns, dim=1), rest], dim=1)
    made.load_state_dict(state)
    return made


def _column(characters: torch.Tensor, places: dict[str, int], character: str) -> torch.Tensor:
    """The weights (4H,) of a character: its own, or those of one like it."""
    for like in (character, *ALIKE.get(character, ""), character.lower(), character.upper()):
        if like in places:
            return characters[:, places[like]]
    return characters.mean(dim=1)
