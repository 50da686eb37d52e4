"""XML from strangers: parsed without entities, within a depth and a number of elements."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from engine.errors import FileError

DEEPEST = 64
MOST_ELEMENTS = 100_000


def parse_xml(data: bytes, path: Path) -> Element:
    """The root element; names and attributes without their prefixes.

    Raises
    ------
    FileError
        If it is no well-formed XML, declares entities, or is too deep or too large.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = TreeBuilder()
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            what = "is nested too deeply" if depth > DEEPEST else "has too many elements"
            raise FileError(f"{path} {what} for a drawing; save the strokes alone.")
        # A foreign program's private attributes must not hide the format's own.
        own = {
            key.removeprefix("xml:").removeprefix("xlink:"): value
            for key, value in attributes.items()
            if ":" not in key or key.startswith(("xml:", "xlink:"))
        }
        builder.start(name.rpartition(":")[2], own)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name.rpartition(":")[2])

    def entity(*_: object) -> None:
        raise FileError(f"{path} declares entities, which are not read; save it as plain XML.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(data, True)
        return builder.close()
    except expat.ExpatError as error:
        raise FileError(
            f"{path} is not well-formed XML (line {error.lineno}); save it again."
        ) from error
    except (ValueError, LookupError) as error:
        raise FileError(f"{path} is in an encoding that is not known; save it as UTF-8.") from error


def wrong_kind(path: Path, expected: str) -> FileError:
    """The error for a file whose root is another than it should be."""
    return FileError(f"{path} is not {expected}; choose a file of that kind.")
