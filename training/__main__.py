"""The command line of training: `python -m training`, or `scriptorium train`."""

from __future__ import annotations

import copy

import click

from engine.errors import ScriptoriumError
from engine.io.log_file import log_to_file
from engine.io.terminal import say
from training import parent_death
from training.command import corpora, evaluate, hands, recognisers, release, runs


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--end-with-input", is_flag=True, help="End in order when the standard input is closed."
)
def training(end_with_input: bool) -> None:
    """Teach a hand: prepare a corpus, run and resume a training, judge and export what it made."""
    if end_with_input:
        parent_death.end_with_input()


for verb in (
    corpora.prepare,
    corpora.mix,
    corpora.capitals,
    corpora.numbers,
    corpora.marks,
    corpora.letters,
    corpora.words,
    corpora.signs,
    corpora.suspects,
    runs.run,
    runs.fields,
    runs.resume,
    runs.sweep,
    runs.teach,
    recognisers.recogniser,
    recognisers.certainty,
    hands.export,
    hands.average,
    hands.styles,
    hands.card,
    release.release,
    evaluate.evaluate,
    evaluate.report_,
    evaluate.evenness,
    evaluate.manners,
    evaluate.variety,
):
    training.add_command(verb)

# What it was called before.
former = copy.copy(recognisers.recogniser)
former.hidden = True
training.add_command(former, "reader")


def main() -> None:
    """Run the command line; bad input ends with one sentence and exit status 2."""
    parent_death.end_with_launcher()
    try:
        log_to_file()
        training(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.ClickException as error:
        say(error.format_message(), err=True)
        raise SystemExit(2) from None
    except ScriptoriumError as error:
        say(str(error), err=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
