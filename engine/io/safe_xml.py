"""XML from strangers: parsed without entities that could grow, within a depth and a size."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from engine.errors import FileError

DEEPEST = 64
LONGEST_ENTITY = 1000
"""Characters of an entity of the file's own that is still read, such as Illustrator's namespaces;
one that refers to others or to a file is not."""
MOST_MADE = 1 << 20
"""Bytes that all uses of such entities may become."""
MOST_ELEMENTS = 100_000


def parse_xml(data: bytes, path: Path) -> Element:
    """The root element; names and attributes without their prefixes.

    Raises
    ------
    FileError
        If it is no well-formed XML, declares entities that refer to others, or is too deep or too
        large.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    builder = TreeBuilder()
    depth = count = made = 0

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

    def entity(
        name: str, is_parameter: bool, value: str | None, base: str | None,
        outside: str | None, public: str | None, notation: str | None,
    ) -> None:  # fmt: skip
        nonlocal made
        del base, outside, public, notation
        if value is None or is_parameter or len(value) > LONGEST_ENTITY or set(value) & set("&<%"):
            raise FileError(
                f"{path} declares entities that refer to others or to files, which are not read; "
                "save it as plain XML (in Illustrator: without its editing capabilities)."
            )
        # In every encoding that an entity's name may stand in.
        uses = data.replace(b"\0", b"").count(b"&" + name.encode() + b";")
        made += uses * len(value.encode())
        if made > MOST_MADE:
            raise FileError(f"{path} uses entities too often; save it as plain XML.")

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
