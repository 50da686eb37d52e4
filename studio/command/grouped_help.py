"""A verb with many options, whose help sets them under headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


class GroupedHelpCommand(click.Command):
    """A command whose help groups its options.

    Parameters
    ----------
    headings : mapping of str to sequence of str
        Names of parameters by the heading that they stand under; the others come last.
    """

    def __init__(self, *args: Any, headings: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = headings

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each heading."""
        records = {
            option.name: option.get_help_record(ctx)
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
        }
        parts = {
            heading: [record for name in names if (record := records.pop(name))]
            for heading, names in self.headings.items()
        }
        parts["Options"] = [record for record in records.values() if record]
        for heading, rows in parts.items():
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)
