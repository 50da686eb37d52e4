"""Features of a font: ligatures, contextual alternates, kerning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from studio.fonts.glyph_cutting import FORMS


def feature_code(
    forms: Mapping[str, Sequence[str]],
    kerns: Mapping[tuple[str, str], int],
    marked: Mapping[str, str],
) -> str:
    """The features of a font, in Adobe's feature language.

    Alternates take turns along the text (the first, the second, ... form of whatever stands
    there), across one space, too: so neighbours differ, and a word that comes again mostly looks
    otherwise.

    Parameters
    ----------
    forms : mapping of str to sequence of str
        The names of the glyphs of each character and of each joined pair, the usual one first.
    kerns : mapping of (str, str) to int
        Added between two characters, in the font's units.
    marked : mapping of str to str
        The letter of each letter with marks that is kerned as that is.
    """
    kerning = _kerning(forms, kerns, marked)
    return "\n".join([*_systems(), *_ligatures(forms), *_turns(forms), *kerning])


def _systems() -> Iterator[str]:
    yield "languagesystem DFLT dflt;"
    yield "languagesystem latn dflt;"


def _ligatures(forms: Mapping[str, Sequence[str]]) -> Iterator[str]:
    pairs = {text: names for text, names in forms.items() if len(text) == 2}
    if not pairs:
        return
    yield "feature liga {"
    for text, names in pairs.items():
        parts = " ".join(forms[character][0] for character in text)
        yield f"  sub {parts} by {names[0]};"
    yield "} liga;"


def _turns(forms: Mapping[str, Sequence[str]]) -> Iterator[str]:
    changing = [names for names in forms.values() if len(names) > 1]
    if not changing:
        return
    # The form at each turn: where there are fewer of them they come again.
    at = [[names[turn % len(names)] for names in forms.values()] for turn in range(FORMS)]
    for turn in range(FORMS):
        # A glyph that serves several turns stands for the first of them.
        fresh = [name for name in at[turn] if not any(name in at[k] for k in range(turn))]
        yield f"@turn{turn} = [{' '.join(fresh)}];" if fresh else ""
    first = [names[0] for names in changing]
    for turn in range(1, FORMS):
        yield f"lookup to{turn} {{"
        for names in changing:
            if names[turn % len(names)] != names[0]:
                yield f"  sub {names[0]} by {names[turn % len(names)]};"
        yield f"}} to{turn};"
    yield "feature calt {"
    yield f"  @usual = [{' '.join(first)}];"
    for turn in range(FORMS - 1):
        if any(len(names) > turn for names in changing):
            yield f"  sub @turn{turn} @usual' lookup to{turn + 1};"
            yield f"  sub @turn{turn} space @usual' lookup to{turn + 1};"
    yield "} calt;"


def _kerning(
    forms: Mapping[str, Sequence[str]],
    kerns: Mapping[tuple[str, str], int],
    marked: Mapping[str, str],
) -> Iterator[str]:
    known = {pair: value for pair, value in kerns.items() if value and set(pair) <= set(forms)}
    if not known:
        return
    numbers = {c: k for k, c in enumerate(sorted({c for pair in known for c in pair}))}

    def glyphs(character: str, end: int) -> str:
        """All that end (-1) or begin (0) as a character does."""
        return " ".join(
            name
            for text, some in forms.items()
            if marked.get(text[end], text[end]) == character
            for name in some
        )

    for character, number in numbers.items():
        yield f"@after{number} = [{glyphs(character, -1)}];"
        yield f"@before{number} = [{glyphs(character, 0)}];"
    yield "feature kern {"
    for (a, b), value in sorted(known.items()):
        yield f"  pos @after{numbers[a]} @before{numbers[b]} {value};"
    yield "} kern;"
