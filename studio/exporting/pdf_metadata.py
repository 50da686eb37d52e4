"""What a PDF says of itself: its metadata as information and as XMP, and the standard it keeps.

For screens and archives that is PDF/A-2u (ISO 19005-2: all characters known, all fonts embedded,
colours defined); for print shops PDF/X-1a:2003 (ISO 15930-4: inks alone, no transparency).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from xml.sax.saxutils import escape

import pydyf

from studio.exporting.pdf_objects import PdfFile, array, packed, text_string
from studio.exporting.provenance import Provenance, program

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
{properties}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

_DUPLEX = {
    "long-edge": "/Duplex /DuplexFlipLongEdge ",
    "short-edge": "/Duplex /DuplexFlipShortEdge ",
}

CONDITION = ("FOGRA39", "Offset printing on coated paper (ISO 12647-2, Fogra39)")
"""The printing condition that is named, of those that the ICC registers, and what it is."""


class Standard(Enum):
    """Which standard a file keeps."""

    PDF_A = "PDF/A-2u"
    PDF_X = "PDF/X-1a:2003"
    NONE = ""


def describe(file: PdfFile, told: Provenance, standard: Standard, duplex: str = "") -> None:
    """Add the metadata and what the standard asks for to a file.

    Parameters
    ----------
    file : PdfFile
    told : Provenance
        Of the pages.
    standard : Standard
    duplex : str
        "long-edge" or "short-edge": over which edge a printer is asked to turn the paper, for
        both sides; empty where it is not.
    """
    texts = {
        "Title": told.title,
        "Author": told.author,
        "Creator": program(),
        "Producer": program(),
    }
    now = _now()
    date = f"(D:{now:%Y%m%d%H%M%S}Z)".encode()
    information: dict[str, object] = {n: text_string(text) for n, text in texts.items() if text}
    file.pdf.info.update({**information, "CreationDate": date, "ModDate": date})
    moment = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    properties = [
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(told.title)}</rdf:li></rdf:Alt>'
        "</dc:title>",
        _text("xmp:CreatorTool", program()),
        _text("pdf:Producer", program()),
        _text("xmp:CreateDate", moment),
        _text("xmp:ModifyDate", moment),
        _text("xmp:MetadataDate", moment),
    ]
    if told.author:
        properties.append(
            f"<dc:creator><rdf:Seq><rdf:li>{escape(told.author)}</rdf:li></rdf:Seq></dc:creator>"
        )
    if told.sentence:
        # Not in what programs show as the subject: who gets the letter need not read of seeds.
        properties.append(_text("dc:source", told.sentence))
    if told.rights:
        properties.append(
            f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{escape(told.rights)}</rdf:li>'
            "</rdf:Alt></dc:rights>"
        )
    catalog = file.pdf.catalog
    if standard is Standard.PDF_X:
        _mark_print(file, properties)
    else:
        if standard is Standard.PDF_A:
            properties += [_text("pdfaid:part", "2"), _text("pdfaid:conformance", "U")]
        profile = file.stream(packed(srgb(), {"N": 3}))
        intent = {
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": text_string("sRGB"),
            "Info": text_string("sRGB IEC61966-2.1"),
            "DestOutputProfile": profile.reference,
        }
        catalog["OutputIntents"] = array([_intent(intent)])
    xmp = _XMP.format(properties="\n".join(properties)).encode()
    # Not packed: programs look for it without reading the file.
    metadata = file.stream(pydyf.Stream([xmp], {"Type": "/Metadata", "Subtype": "/XML"}))
    catalog["Metadata"] = metadata.reference
    # A print shop does not print as an office printer does.
    turn = _DUPLEX.get(duplex, "") if standard is not Standard.PDF_X else ""
    catalog["ViewerPreferences"] = f"<< /DisplayDocTitle true {turn}>>"


def _mark_print(file: PdfFile, properties: list[str]) -> None:
    """Say which print standard the file keeps, and for which paper."""
    file.pdf.info.update({"GTS_PDFXVersion": "(PDF/X-1a:2003)", "Trapped": "/False"})
    properties.append(_text("pdf:Trapped", "False"))
    name, condition = CONDITION
    intent = {
        "S": "/GTS_PDFX",
        "OutputConditionIdentifier": text_string(name),
        "OutputCondition": text_string(condition),
        "RegistryName": text_string("http://www.color.org"),
        "Info": text_string(condition),
    }
    file.pdf.catalog["OutputIntents"] = array([_intent(intent)])


def _intent(values: Mapping[str, object]) -> bytes:
    data: bytes = pydyf.Dictionary({"Type": "/OutputIntent", **values}).data
    return data


def _text(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


@contextmanager
def made_at(moment: datetime) -> Iterator[None]:
    """Let the files that this thread makes meanwhile say that they were made at a moment.

    So the same letter makes the same bytes on every machine, whenever it is written.

    Parameters
    ----------
    moment : datetime
        In UTC.
    """
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def _now() -> datetime:
    """Now, the moment of `made_at`, or what a reproducible build gives (SOURCE_DATE_EPOCH)."""
    if (chosen := _moment.get()) is not None:
        return chosen
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)


@cache
def srgb() -> bytes:
    """The colour profile of sRGB; the same bytes at all times."""
    from PIL import ImageCms

    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # When it was made, and the sum over all of it, which may be left out (ICC.1, 7.2).
    made[24:36] = bytes([7, 0xE8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    made[84:100] = bytes(16)
    return bytes(made)
