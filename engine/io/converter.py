"""Values of the program as JSON and back, checked against the types that their fields declare.

Every JSON file of the program goes through this one converter. It is strict: a text is never taken
for a number, nor a number for a truth value, and no number is infinite.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, get_args, get_origin

from cattrs import Converter
from cattrs.cols import is_namedtuple
from cattrs.errors import AttributeValidationNote, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

T = TypeVar("T")


class MalformedJsonError(ValueError):
    """A JSON value is not of the type that it should be.

    Attributes
    ----------
    place : str
        Where it stands ("lines[3].seed"); empty for the whole value.
    reason : str
        What is wrong with it.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place or 'the value'}: {reason}")
        self.place, self.reason = place, reason


def encode(value: Any, kind: Any = None) -> Any:
    """A value as what `json.dumps` takes.

    Parameters
    ----------
    value : dataclass, named tuple, enum, mapping, tuple or plain value
        Fields that have their default are left out. Mappings become lists of pairs; those that are
        declared as `dict` have texts as keys and become objects.
    kind : type, optional
        Where the value's own class does not say it, as for a `Mapping[LineKey, LineEdit]`.
    """
    return _converter.unstructure(value, unstructure_as=kind)


def decode(kind: type[T], data: Any) -> T:
    """The value of that type that `encode` made the data of.

    Raises
    ------
    MalformedJsonError
        If the data is not of the type: a name is unknown, a number is not finite, a text stands
        where a number belongs, or the type itself refuses the values.
    """
    try:
        result: T = _converter.structure(data, kind)
    except RecursionError as error:
        raise MalformedJsonError("", "it is nested too deeply") from error
    except Exception as error:
        raise MalformedJsonError(*_first_fault(error)) from error
    return result


@contextmanager
def at(place: str) -> Iterator[None]:
    """Say of what goes wrong inside where in the data it did.

    Raises
    ------
    MalformedJsonError
        In the place of any other error.
    """
    try:
        yield
    except Exception as error:
        inner, reason = _first_fault(error)
        raise MalformedJsonError(_joined(place, inner), reason) from error


def register(kind: type[Any], encoded: Callable[[Any], Any], decoded: Callable[[Any], Any]) -> None:
    """Give a type a JSON form of its own.

    Parameters
    ----------
    encoded : callable
        A value of the type as what `json.dumps` takes.
    decoded : callable
        The value of such data; it may raise anything.
    """
    _converter.register_unstructure_hook(kind, encoded)
    _converter.register_structure_hook(kind, lambda data, _: decoded(data))


def register_record(kind: type[Any], **names: str) -> None:
    """Write all fields of a dataclass, and pass over fields of a file that it does not know.

    Parameters
    ----------
    **names
        What a field is called in the file, where that is not its name.
    """
    renamed: dict[str, Any] = {name: override(rename=told) for name, told in names.items()}
    _converter.register_unstructure_hook(
        kind, make_dict_unstructure_fn(kind, _converter, _cattrs_omit_if_default=False, **renamed)
    )
    _converter.register_structure_hook(
        kind, make_dict_structure_fn(kind, _converter, _cattrs_forbid_extra_keys=False, **renamed)
    )


# The rules of the converter ---------------------------------------------------------------------


def _number(data: Any, _: Any) -> float:
    if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
        raise ValueError(f"{data!r:.40} is not a number")
    return float(data)


def _whole(data: Any, kind: Any) -> Any:
    if isinstance(data, bool) or not isinstance(data, int):
        raise ValueError(f"{data!r:.40} is not a whole number")
    return data if kind is int else kind(data)


def _text(data: Any, kind: Any) -> Any:
    # An enumeration of texts comes here, too.
    if not isinstance(data, str):
        raise ValueError(f"{data!r:.40} is not a text")
    return data if kind is str else kind(data)


def _truth(data: Any, _: Any) -> bool:
    if not isinstance(data, bool):
        raise ValueError(f"{data!r:.40} is neither true nor false")
    return data


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError(f"{data!r:.40} is not a list")
    return data


def _items(hooks: typing.Iterable[tuple[Any, Any]], items: list[Any]) -> typing.Iterator[Any]:
    """Items read each with its own hook and type; an error says which one it was."""
    for place, ((hook, kind), item) in enumerate(zip(hooks, items, strict=False)):
        try:
            yield hook(item, kind)
        except Exception as error:
            error.add_note(IterableValidationNote(f"at {place}", place, kind))
            raise


def _tuple_of(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    kinds = get_args(kind)
    many = len(kinds) == 2 and kinds[1] is Ellipsis
    hooks = [(converter.get_structure_hook(one), one) for one in kinds if one is not Ellipsis]

    def structure(data: Any, _: Any) -> tuple[Any, ...]:
        items = _list(data)
        if not many and len(items) != len(hooks):
            raise ValueError(f"{len(items)} items stand where {len(hooks)} belong")
        return tuple(_items(hooks * len(items) if many else hooks, items))

    return structure


def _named_tuple(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    hints = typing.get_type_hints(kind)
    hooks = [(converter.get_structure_hook(hints[name]), hints[name]) for name in kind._fields]
    least = len(hooks) - len(kind._field_defaults)

    def structure(data: Any, _: Any) -> Any:
        items = _list(data)
        # What a named tuple has been given since the file was written has its default.
        if not least <= len(items) <= len(hooks):
            raise ValueError(f"{len(items)} items stand where {len(hooks)} belong")
        return kind(*_items(hooks, items))

    return structure


def _named_tuple_items(kind: Any, converter: Converter) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    hooks = [converter.get_unstructure_hook(hints[name]) for name in kind._fields]
    return lambda value: [hook(item) for hook, item in zip(hooks, value, strict=True)]


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_object(kind: Any) -> bool:
    return get_origin(kind) is dict


def _is_pairs(kind: Any) -> bool:
    return get_origin(kind) is Mapping


def _pairs(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    pairs = converter.get_structure_hook(tuple[tuple[get_args(kind)], ...])  # type: ignore[misc]
    return lambda data, _: dict(pairs(data, None))


def _listed_pairs(kind: Any, converter: Converter) -> Callable[[Any], Any]:
    of_key, of_value = map(converter.get_unstructure_hook, get_args(kind))
    return lambda mapping: [[of_key(key), of_value(value)] for key, value in mapping.items()]


def _object(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    _, value_kind = get_args(kind)
    hook = converter.get_structure_hook(value_kind)

    def structure(data: Any, _: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise ValueError(f"{data!r:.40} is not an object")
        return dict(zip(data, _items([(hook, value_kind)] * len(data), [*data.values()]),
                        strict=True))  # fmt: skip

    return structure


def _first_fault(error: BaseException) -> tuple[str, str]:
    """Where the first fault of a value lies, and what it is."""
    place = ""
    while True:
        # The innermost place was noted first.
        for note in reversed(getattr(error, "__notes__", ())):
            if isinstance(note, AttributeValidationNote):
                place += f".{note.name}"
            elif isinstance(note, IterableValidationNote):
                place += f"[{note.index}]"
        if isinstance(error, MalformedJsonError):
            return _joined(place, error.place).removeprefix("."), error.reason
        if not isinstance(error, BaseExceptionGroup):
            return place.removeprefix("."), str(error) or type(error).__name__
        error = error.exceptions[0]


def _joined(place: str, inner: str) -> str:
    return f"{place}.{inner}" if place and inner and not inner.startswith("[") else place + inner


def _made() -> Converter:
    converter = Converter(omit_if_default=True, forbid_extra_keys=True)
    for kind, hook in ((float, _number), (int, _whole), (str, _text), (bool, _truth)):
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(_is_tuple, _tuple_of)
    converter.register_structure_hook_factory(is_namedtuple, _named_tuple)
    converter.register_unstructure_hook_factory(is_namedtuple, _named_tuple_items)
    converter.register_structure_hook_factory(_is_pairs, _pairs)
    converter.register_unstructure_hook_factory(_is_pairs, _listed_pairs)
    converter.register_structure_hook_factory(_is_object, _object)
    return converter


_converter = _made()
