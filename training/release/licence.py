"""The licence of the weights in a folder, made of the data sets that they were learnt from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

from training.data_sets import DataSet, named_in

#: Where the makers of a data set license it for research alone.
FOR_RESEARCH = """\
The weights may be used, copied, changed and passed on, with this notice, for research and for
private purposes that are not commercial. For commercial use, ask the makers of the databases first,
or train weights of your own on data whose licence allows it (see the README, "Training")."""
FOR_ALL = "The weights may be used, copied, changed and passed on, with this notice."


def licence_text(by_file: Mapping[str, Sequence[DataSet]]) -> str:
    """The licence of the weights in a folder.

    Parameters
    ----------
    by_file : mapping of str to sequence of DataSet
        The data sets that each file was learnt from.
    """
    width = max(map(len, by_file))
    listed = "\n".join(
        f"    {name:{width}}  {', '.join(one.name for one in of)}" for name, of in by_file.items()
    )
    used = list(dict.fromkeys(one for of in by_file.values() for one in of))
    cited = "\n\n".join(f"{one.name}: {one.licence}.\n\n{_folded(one.citation)}" for one in used)
    terms = FOR_ALL if all(one.commercial for one in used) else FOR_RESEARCH
    return f"""Licence of the weights in this folder

These weights were learnt from databases of handwriting:

{listed}

{cited}

No stroke and no transcript of these databases is contained in this folder.

{terms}

The weights are provided as they are, without warranty of any kind.
"""


def data_sets_by_file(text: str) -> dict[str, tuple[DataSet, ...]]:
    """The data sets of each file that a licence names; the inverse of `licence_text`."""
    rows = re.findall(r"^    (\S+\.safetensors) +(.+)$", text, re.MULTILINE)
    return {name: named_in(listed) for name, listed in rows}


def _folded(text: str) -> str:
    return textwrap.fill(text, 96, initial_indent="    ", subsequent_indent="    ")
