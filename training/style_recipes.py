"""Recipes of the styles that ship: whose manners are mixed, and what each style is for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.errors import TrainingError

#: Kinds of which a joined line is the better primer.
JOINED_KINDS = frozenset({"joined", "elegant", "quick"})


@dataclass(frozen=True)
class StyleRecipe:
    """What a bundled style is made of.

    Attributes
    ----------
    name : str
    kind : "joined", "print", "elegant" or "quick": its heading in a list
    description : what it is like and what it suits, in a line
    writers : pairs of a writer's name in the corpus and his share; two or more. In a corpus of
        letters (`train letters`) the name of a person or font stands for all of its pages, whose
        slants and widths differ; "NAME-00123" is one of them.
    scale : how far the mixture goes from what is usual of people, 1 being as far as its writers
    primed : whether its line is fed before a text; else it shows the manner, and gives slant and
        width alone. A joined line makes what follows it hard to read.
    neatness : bias at which its line is written
    lean : x per unit of height to the right, added to its line's slant
    width : what its line is made wider by
    size : the x-height that it writes in, of 1
    seed : of its line
    """

    name: str
    kind: str
    description: str
    writers: tuple[tuple[str, float], ...]
    scale: float = 1.0
    primed: bool = True
    neatness: float = 1.0
    lean: float = 0.0
    width: float = 1.0
    size: float = 1.0
    seed: int = 0

    @property
    def joined(self) -> bool:
        """Whether its primer should be joined rather than print."""
        return self.kind in JOINED_KINDS


#: The styles that ship.
RECIPES: tuple[StyleRecipe, ...] = (
    StyleRecipe(
        "Cedar",
        "joined",
        "Joined and nearly upright, with even loops: letters of one or more pages.",
        (("958ede7", 1.0), ("2678978", 1.0), ("0846bf1", 1.0), ("149", 1.0)),
        scale=0.95,
        primed=False,
        size=0.8,
    ),
    StyleRecipe(
        "Elm",
        "joined",
        "Joined, round and wide, unhurried: cards and invitations.",
        (("14bcb4f", 1.0), ("745a8fd", 1.0), ("b82642c", 1.0)),
        scale=0.95,
        primed=False,
        size=0.75,
    ),
    StyleRecipe(
        "Ivy",
        "joined",
        "Joined, narrow and leaning: much text on a small card.",
        (("93a6bad", 2.0), ("13", 1.0), ("177", 1.0)),
        primed=False,
        width=0.88,
        size=0.85,
    ),
    StyleRecipe(
        "Laurel",
        "joined",
        "Joined in wide, leaning strokes: a short note with a signature.",
        (("7dc0772", 1.0), ("745a8fd", 1.0), ("a55d00c", 1.0)),
        scale=0.95,
        primed=False,
        size=0.8,
    ),
    StyleRecipe(
        "Linden",
        "joined",
        "Joined, small and even, upright: notes in a margin.",
        (("2678978", 1.0), ("161", 1.0), ("86", 1.0)),
        scale=0.95,
        primed=False,
        size=0.85,
    ),
    StyleRecipe(
        "Bramble",
        "joined",
        "Joined and lively, with uneven loops: a postcard to a friend.",
        (("99429f0", 1.0), ("c0e340d", 1.0), ("17", 1.0)),
        scale=0.95,
        primed=False,
        size=0.85,
    ),
    StyleRecipe(
        "Rowan",
        "elegant",
        "Elegant, joined and clearly leaning: formal letters.",
        (("98541f1", 1.0), ("db8e4e8", 1.0), ("8fd64ec", 1.0)),
        scale=0.95,
        primed=False,
        lean=0.05,
        size=0.8,
    ),
    StyleRecipe(
        "Willow",
        "elegant",
        "Elegant and slender, leaning far: wedding stationery.",
        (("8fd64ec", 1.0), ("196", 1.0), ("9", 1.0)),
        scale=0.95,
        primed=False,
        lean=0.12,
        width=0.9,
        size=0.85,
    ),
    StyleRecipe(
        "Heather",
        "elegant",
        "Elegant and wide, in long even waves: a dedication.",
        (("78da9f6", 1.0), ("940bdfc", 1.0), ("134", 1.0)),
        scale=0.95,
        primed=False,
        size=0.85,
    ),
    StyleRecipe(
        "Iris",
        "elegant",
        "Elegant, narrow and half joined: menus and place cards.",
        (("13", 1.0), ("16", 1.0), ("141", 1.0)),
        scale=1.2,
        lean=0.05,
    ),
    StyleRecipe(
        "Myrtle",
        "elegant",
        "An italic, leaning and hardly joined: captions and quotations.",
        (("e134bab", 1.0), ("85", 1.0), ("252f189", 1.0)),
        scale=1.2,
        lean=0.08,
    ),
    StyleRecipe(
        "Fern",
        "quick",
        "Quick, upright and half joined: a shopping list.",
        (("f36ada6", 1.0), ("92", 1.0), ("122", 1.0)),
        scale=1.2,
    ),
    StyleRecipe(
        "Nettle",
        "quick",
        "Quick, joined and leaning: lecture notes.",
        (("49", 1.0), ("f0cef06", 1.0), ("b82642c", 1.0)),
        scale=0.95,
        primed=False,
        size=0.8,
    ),
    StyleRecipe(
        "Thyme",
        "quick",
        "Quick, narrow and close: a diary.",
        (("54", 1.0), ("213", 1.0), ("1bdb1d3", 1.0)),
        scale=1.1,
        primed=False,
        width=0.88,
        size=0.9,
    ),
    StyleRecipe(
        "Aspen",
        "quick",
        "Quick and wide, leaning on: a note on the fridge.",
        (("04e42a5", 1.0), ("210", 1.0), ("133", 1.0)),
        scale=1.2,
        size=0.85,
    ),
    StyleRecipe(
        "Sorrel",
        "quick",
        "Quick and wide, leaning back a little: a message left on a desk.",
        (("12", 1.0), ("d4cb7fa", 1.0), ("5", 1.0)),
        scale=1.2,
        lean=-0.08,
    ),
    StyleRecipe(
        "Hazel",
        "print",
        "Clear and friendly, some letters joined: anything that is to be read with ease.",
        (("33", 1.0), ("188", 1.0), ("190", 1.0)),
        scale=1.2,
    ),
    StyleRecipe(
        "Birch",
        "print",
        "Print, narrow and upright: labels and long addresses.",
        (("687b880", 1.0), ("bcda2f5", 1.0), ("68", 1.0)),
        scale=1.2,
        width=0.85,
    ),
    StyleRecipe(
        "Maple",
        "print",
        "Print, round and wide: a greeting in few words.",
        (("168", 1.0), ("83", 1.0), ("29", 1.0)),
        scale=1.2,
        width=1.2,
    ),
    StyleRecipe(
        "Juniper",
        "print",
        "A child's print, large, round and careful.",
        (("38", 1.0), ("50", 1.0), ("62", 1.0)),
        scale=1.2,
        width=1.15,
        size=1.2,
    ),
    StyleRecipe(
        "Spruce",
        "print",
        "A draughtsman's print, upright, narrow and even: plans and captions.",
        (("146", 1.0), ("bcda2f5", 1.0), ("541dc5f", 1.0)),
        scale=1.2,
        width=0.9,
        neatness=1.5,
    ),
    StyleRecipe(
        "Larch",
        "print",
        "Print that leans right: instructions and forms.",
        (("1d75fd8", 1.0), ("151", 1.0), ("31f7f60", 1.0)),
        scale=1.2,
        lean=0.08,
    ),
    StyleRecipe(
        "Alder",
        "print",
        "Print that leans back, open and round: a note for a colleague.",
        (("3", 1.0), ("e911741", 1.0), ("136", 1.0)),
        scale=1.2,
        lean=-0.08,
    ),
    StyleRecipe(
        "Clover",
        "print",
        "Print, round, small and even: recipes and index cards.",
        (("207", 1.0), ("44", 1.0), ("87", 1.0)),
        scale=1.2,
        size=0.85,
    ),
)


#: The styles that ship for the hand `print`; pages of `train letters --lines 24000 --seed 2`.
PRINT_RECIPES: tuple[StyleRecipe, ...] = (
    StyleRecipe(
        "Slate",
        "print",
        "Clear, even print: anything that is to be read with ease.",
        (("uji-11-00144", 1.0), ("uji-06-00763", 1.0), ("uji-02-01524", 1.0)),
        scale=1.3,
    ),
    StyleRecipe(
        "Agate",
        "print",
        "Print, narrow and upright: labels and forms.",
        (("uji-04-01303", 1.0), ("uji-07-01623", 1.0), ("uji-09-01797", 1.0)),
        scale=1.5,
        width=0.9,
    ),
    StyleRecipe(
        "Basalt",
        "print",
        "Print, round and wide: a greeting in few words.",
        (("uji-06-00560", 1.0), ("uji-09-01382", 1.0), ("EMSDelight-00941", 1.0)),
        scale=1.5,
        width=1.15,
    ),
    StyleRecipe(
        "Flint",
        "quick",
        "Quick print that leans on: a note on the fridge.",
        (("uji-01-00829", 1.0), ("uji-05-00794", 1.0), ("uji-08-00771", 1.0)),
        scale=1.5,
        lean=0.1,
        neatness=0.75,
    ),
    StyleRecipe(
        "Jasper",
        "print",
        "Small, open print that leans back a little: recipes and index cards.",
        (("uji-02-01417", 1.0), ("uji-08-01416", 1.0), ("EMSReadability-01557", 1.0)),
        scale=1.5,
        lean=-0.08,
        size=0.85,
    ),
    StyleRecipe(
        "Onyx",
        "print",
        "A draughtsman's print, narrow and even: plans and captions.",
        (("EMSNeato-00955", 1.0), ("EMSTech-01680", 1.0), ("uji-11-00612", 1.0)),
        scale=1.5,
        width=0.92,
        neatness=1.5,
    ),
    StyleRecipe(
        "Opal",
        "elegant",
        "An italic, leaning, its letters apart: menus and place cards.",
        (("EMSReadabilityItalic-00416", 1.0), ("EMSAllure-00207", 1.0), ("uji-07-01264", 1.0)),
        scale=1.5,
        lean=0.1,
    ),
    StyleRecipe(
        "Quartz",
        "print",
        "A lively print with uneven letters: a postcard to a friend.",
        (("EMSCasualHand-01651", 1.0), ("EMSFelix-01492", 1.0), ("uji-05-01352", 1.0)),
        scale=1.5,
        neatness=0.75,
    ),
)

#: By the hand that they ship for.
RECIPES_BY_HAND = {"default": RECIPES, "print": PRINT_RECIPES}


def recipes_named(names: Collection[str], hand: str = "default") -> tuple[StyleRecipe, ...]:
    """The recipes of these names, all where none is given; letter case does not matter.

    Parameters
    ----------
    names : collection of str
    hand : str
        The hand that they ship for.

    Raises
    ------
    TrainingError
        If there is none of a name.
    """
    if hand not in RECIPES_BY_HAND:
        raise TrainingError(
            f"There are no recipes for the styles of a hand {hand!r}; there are some for "
            f"{', '.join(RECIPES_BY_HAND)}."
        )
    recipes = RECIPES_BY_HAND[hand]
    known = {recipe.name.lower(): recipe for recipe in recipes}
    if unknown := sorted(name for name in names if name.lower() not in known):
        raise TrainingError(
            f"There is no recipe for a style {unknown[0]!r}; the recipes are "
            f"{', '.join(recipe.name for recipe in recipes)}."
        )
    wanted = {name.lower() for name in names} or set(known)
    return tuple(recipe for name, recipe in known.items() if name in wanted)
