"""The converter: values come back as they were, and nothing is taken for what it is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from engine.io.converter import (
    MalformedJsonError,
    at,
    decode,
    encode,
    register,
    register_record,
)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Key(NamedTuple):
    block: int
    text: str
    occurrence: int = 0


@dataclass(frozen=True)
class Leaf:
    size: float = 1.0
    colour: Colour = Colour.RED
    name: str | None = None


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...] = ()
    by_key: Mapping[Key, Leaf] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    green: bool = False


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_a_value_comes_back() -> None:
    tree = Tree(
        (Leaf(2.0, Colour.BLUE), Leaf(name="a")), {Key(1, "b"): Leaf(3.5)}, {"old": 4}, True
    )
    assert decode(Tree, through_json(encode(tree))) == tree


def test_what_has_its_default_is_left_out_and_pairs_are_lists() -> None:
    assert encode(Tree()) == {}
    data = through_json(encode(Tree((Leaf(),), {Key(1, "b"): Leaf(3.5)}, {"old": 4})))
    assert data == {"leaves": [{}], "by_key": [[[1, "b", 0], {"size": 3.5}]], "words": {"old": 4}}


def test_a_named_tuple_that_has_grown_has_its_defaults() -> None:
    assert decode(Key, [1, "b"]) == Key(1, "b", 0)
    for items in ([1], [1, "b", 0, 0], "1b"):
        with pytest.raises(MalformedJsonError):
            decode(Key, items)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"leaves": [{"size": 1.0}, {"size": "2"}]}, "leaves[1].size"),
        ({"leaves": [{"size": True}]}, "leaves[0].size"),
        ({"leaves": [{"size": float("nan")}]}, "leaves[0].size"),
        ({"leaves": [{"size": float("inf")}]}, "leaves[0].size"),
        ({"leaves": [{"colour": "green"}]}, "leaves[0].colour"),
        ({"leaves": [{"name": 5}]}, "leaves[0].name"),
        ({"leaves": "ab"}, "leaves"),
        ({"leaves": {"a": 1}}, "leaves"),
        ({"by_key": {"a": 1}}, "by_key"),
        ({"by_key": [[[1, 2], {}]]}, "by_key[0][0][1]"),
        ({"by_key": [[[1.5, "b"], {}]]}, "by_key[0][0][0]"),
        ({"words": {"old": "4"}}, "words[0]"),
        ({"words": []}, "words"),
        ({"green": 1}, "green"),
        ({"brown": 1}, ""),
        ([], ""),
        (None, ""),
        ("tree", ""),
    ],
)
def test_what_is_of_another_type_is_refused_with_its_place(data: Any, place: str) -> None:
    with pytest.raises(MalformedJsonError) as told:
        decode(Tree, data)
    assert told.value.place == place


def test_a_value_that_is_nested_too_deeply_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        depth: int

    def deep(data: Any) -> Odd:
        raise RecursionError

    register(Odd, lambda odd: odd.depth, deep)
    with pytest.raises(MalformedJsonError):
        decode(Odd, 5)


def test_a_record_is_written_whole_and_passes_over_what_it_does_not_know() -> None:
    @dataclass(frozen=True)
    class Record:
        ink: int
        source: str = ""

    register_record(Record, ink="strokes")
    assert encode(Record(1)) == {"strokes": 1, "source": ""}
    assert decode(Record, {"strokes": 1, "newer": True}) == Record(1)
    with pytest.raises(MalformedJsonError):
        decode(Record, {"ink": 1})


def test_places_are_joined() -> None:
    with pytest.raises(MalformedJsonError) as told, at("lines[3]"), at("request"):
        decode(Leaf, {"size": ""})
    assert told.value.place == "lines[3].request.size"
    with pytest.raises(MalformedJsonError) as told, at("inks"), at("[2]"):
        raise KeyError("xy")
    assert told.value.place == "inks[2]"
