"""The kinds of files of ink that can be read, for dialogs; their readers are not imported."""

from __future__ import annotations

#: For dialogs: what a kind of file is called, and its endings.
KINDS = {
    "InkML": (".inkml", ".paper"),
    "Xournal++": (".xopp", ".xoj"),
    "SVG with single lines": (".svg", ".svgz"),
    "Table of x, y, pen, time": (".csv", ".tsv", ".txt"),
    "Ink of IAM-OnDB or Office": (".xml",),
    "Office documents with ink": (".docx", ".pptx", ".xlsx"),
    "OneNote's answers, and notes of Write": (".html",),
    "UNIPEN": (".dat", ".upn"),
    "reMarkable": (".rm", ".rmdoc"),
    "Notes of this program": (".scriptorium",),
}
