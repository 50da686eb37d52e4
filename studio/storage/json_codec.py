"""Frozen values as JSON and back, checked against the types that their fields declare."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def encode(value: Any) -> Any:
    """A dataclass, named tuple, mapping or plain value as what `json.dumps` takes.

    Fields that have their default are left out; mappings become lists of pairs.
    """
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if not _is_default(field, getattr(value, field.name))
        }
    if isinstance(value, Mapping):
        return [[encode(key), encode(item)] for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def decode(kind: type[T], data: Any) -> T:
    """The value of that type that `encode` made the data of.

    Raises
    ------
    ValueError
        If the data is not of the type: a name unknown, a number not finite, a text where a
        number belongs.
    """
    result: T = _decode(kind, data)
    return result


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    if field.default is not dataclasses.MISSING:
        return bool(type(field.default) is type(value) and field.default == value)
    return field.default_factory is not dataclasses.MISSING and value == field.default_factory()


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        (only,) = (a for a in arguments if a is not type(None))
        return _decode(only, data)
    if origin is tuple:
        items = _checked(list, data)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_decode(arguments[0], item) for item in items)
        return tuple(_decode(a, item) for a, item in zip(arguments, items, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        pairs = (_checked(list, pair) for pair in _checked(list, data))
        return {_decode(arguments[0], k): _decode(arguments[1], v) for k, v in pairs}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        types_of = _hints(kind)
        entries = _checked(dict, data)
        if unknown := set(entries) - {f.name for f in dataclasses.fields(kind)}:
            raise ValueError(f"{kind} has no {min(unknown)!r}")
        made: Any = kind
        return made(**{name: _decode(types_of[name], item) for name, item in entries.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if isinstance(kind, type) and issubclass(kind, tuple):
        named: Any = kind
        items, hints = _checked(list, data), list(_hints(kind).values())
        # Of a tuple that has grown since, what is not there has its default.
        if not len(hints) - len(named._field_defaults) <= len(items) <= len(hints):
            raise ValueError(f"{kind} has {len(hints)} items")
        return named(*(_decode(h, item) for h, item in zip(hints, items, strict=False)))
    return _plain(kind, data)


def _plain(kind: Any, data: Any) -> Any:
    if kind is float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not math.isfinite(data):
            raise ValueError(f"{data!r} is not a number")
        return float(data)
    if kind is int and isinstance(data, bool):
        raise ValueError(f"{data!r} is not a whole number")
    return _checked(kind, data)


def _checked(kind: Any, data: Any) -> Any:
    if not isinstance(data, kind):
        raise ValueError(f"{data!r:.40} is not of the type {kind}")
    return data
