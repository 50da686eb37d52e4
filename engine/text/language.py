"""Which language a text is in, guessed from its small words; for hyphens and letters with marks."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

# The commonest words that a language shares with few others, and letters of its own.
_WORDS = {
    "cs": "je se na že to ve jsem jsou ale jako pro není když také už jen po byl která protože",
    "da": "og det er jeg ikke af til på med for der du har vi kan mig han hun være blev hvad også",
    "de": "der die und das ist nicht ich du sie wir zu den mit dem ein eine auf für von im wie",
    "en": "the and of to is in that it you for was with are have this not be at by from they we",
    "es": "el los las y que en es un una por con no se para del su lo al como más pero esta muy",
    "fi": "ja on ei se että en oli mutta niin kun hän mitä olen myös ovat kuin vain sitä minä",
    "fr": "le la les et est des un une du que qui dans pour pas ne je vous nous au sur avec ce il",
    "hr": "je i u da se na su za od kao sam ali nije bi što koji smo ste još samo biti kako ili",
    "hu": "az és nem hogy egy is ez meg van volt de csak már még mint vagy ha kell nagyon itt",
    "it": "il di che è e la non un una per sono con del della gli mi ho ma ti da come anche nel",
    "nb": "og det er jeg ikke av til på med som en har vi du kan meg han hun ble hva også etter",
    "nl": "de het een en van ik is niet dat je op te zijn met voor aan er maar om wij ook naar was",
    "pl": "się nie na jest że to do jak co dla ale od za już był czy tylko po przez jego jestem",
    "pt": "o a os as e de que não um uma do da em para com por no na se mais como mas você é ao",
    "ro": "și în de la nu o un cu este pe care mai să din sunt pentru ce dar ca au fost lui ne",
    "sv": "och det är jag inte att av till på med som en ett har vi du kan mig han hon var vad för",
    "tr": "ve bir bu da de için ne ben çok ama gibi var mi daha o sen olarak kadar her değil ile",
}
_LETTERS = {
    "cs": "ěřů", "da": "æø", "de": "ßäöü", "es": "ñ¿¡", "fi": "äö", "fr": "èêçœàù",
    "hr": "đčć", "hu": "őű", "it": "èàòù", "nb": "æø", "pl": "łżąęśź", "pt": "ãõç", "ro": "ăâîșț",
    "sv": "åäö", "tr": "ğışç",
}  # fmt: skip
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}

# As many small words as this, of which so large a part is this language's alone, are no chance.
_FEWEST, _CLEAR = 2.0, 1.25


@lru_cache(maxsize=4096)
def guess_language(text: str) -> str | None:
    """Return the language of a text (ISO 639-1), or None where it could be several.

    Parameters
    ----------
    text : str
        In Latin letters; a sentence or two are enough.
    """
    words = [found.group() for found in islice(re.finditer(r"[^\W\d_]+", text.lower()), 400)]
    points: dict[str, float] = {}
    for language, small in _SETS.items():
        own = frozenset(_LETTERS.get(language, ""))
        found = sum(word in small for word in words)
        points[language] = found + sum(not own.isdisjoint(word) for word in words)
    best, second = sorted(points, key=lambda language: -points[language])[:2]
    if points[best] < max(_FEWEST, 0.1 * len(words)) or points[best] < _CLEAR * points[second]:
        return None
    return best
