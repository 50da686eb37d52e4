"""The recogniser of online handwriting: reads a line of ink.

A network over the pen's path (`engine.recognition.recogniser_network`) with connectionist temporal
classification (Graves and others 2006) on top. It ranks candidates, marks garbled words and
measures legibility; it never sees the text that was asked for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property, partial
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.errors import HandError, InkError
from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Ink
from engine.io.limits import check_regular
from engine.io.loading import loading
from engine.io.safetensors import parse_tensors, save_tensors
from engine.network.threads import run_parallel, single_threaded
from engine.recognition.frame_recogniser import FrameRecogniser
from engine.recognition.joint_calls import JointCalls
from engine.recognition.recogniser_network import (
    FEATURES,
    RecogniserConfig,
    RecogniserNetwork,
    RecurrentRecogniser,
    build_recogniser_network,
    frame_counts,
)
from engine.recognition.word_reading import WordReading, read_words
from engine.text.alphabet import Alphabet

FORMAT = "scriptorium-reader-1"

#: The path is resampled to points this far apart, in units of 0.685 standard deviations of y.
SPACING = 0.8
LINE_SCALE = 0.685
#: Lines of several threads that are read at a time, from which on others wait for the next.
MOST_TOGETHER = 32

Floats = npt.NDArray[np.float32]


def path(ink: Ink) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """A line's points at even spacing, float32 (n, 2), and whether each ends a stroke, bool (n,).

    Positions are in units of 0.685 standard deviations of the line's y, from its median y.

    Raises
    ------
    InkError
        If the ink has fewer than two points or no height.
    """
    if ink.points < 2:
        raise InkError("The ink has fewer than two points; there is nothing to read.")
    xy = ink.xy
    scale = LINE_SCALE * float(xy[:, 1].std())
    if scale <= 1e-9:
        raise InkError("The ink has no height; there is nothing to read.")
    place = (xy - (xy[:, 0].min(), np.median(xy[:, 1]))) / scale
    sizes = np.array([len(stroke) for stroke in ink.strokes])
    lasts = np.cumsum(sizes) - 1
    firsts = lasts - sizes + 1
    # All strokes as one path, on which those between strokes have a length of their own.
    along = arc_lengths(place)
    lengths = along[lasts] - along[firsts]
    counts = np.where(lengths > 0.1, np.maximum(1, np.round(lengths / SPACING)) + 1, 1).astype(int)
    ends = np.cumsum(counts) - 1
    number = np.arange(ends[-1] + 1) - np.repeat(ends - counts + 1, counts)
    steps = lengths / np.maximum(counts - 1, 1)
    wanted = np.repeat(along[firsts], counts) + number * np.repeat(steps, counts)
    is_end = np.zeros(len(wanted), dtype=bool)
    is_end[ends] = True
    points = points_along(place, along, wanted)
    # Rounding must not lead on to the next stroke.
    lone = counts == 1
    points[ends] = np.where(lone[:, None], place[firsts], place[lasts])
    return points.astype(np.float32), is_end


def features(xy: Floats, ends: npt.NDArray[np.bool_]) -> Floats:
    """What the recogniser sees of a path, float32 (FEATURES, n).

    The way to the next point (dx, dy, held within +-5), its direction (cosine, sine), whether the
    pen is up on it, the height above the line's middle, and whether the point stands alone.
    """
    way = np.diff(xy, axis=0, append=xy[-1:])
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)
    lone = ends & np.concatenate([[True], ends[:-1]])
    return np.stack(
        [
            np.clip(way[:, 0], -5, 5),
            np.clip(way[:, 1], -5, 5),
            way[:, 0] / length,
            way[:, 1] / length,
            ends.astype(np.float32),
            xy[:, 1] / 3,
            lone.astype(np.float32),
        ]
    ).astype(np.float32)


def padded(rows: Sequence[Floats]) -> tuple[Tensor, Tensor]:
    """Lines' features as one batch, float32 (B, FEATURES, T), and their points, int64 (B,)."""
    lengths = torch.tensor([row.shape[1] for row in rows])
    points = torch.zeros(len(rows), FEATURES, int(lengths.max()))
    for line, row in enumerate(rows):
        points[line, :, : row.shape[1]] = torch.from_numpy(row)
    return points, lengths


@dataclass(frozen=True)
class Recognition:
    """What a line says against what it should say.

    Attributes
    ----------
    read : what the recogniser reads
    wrong : Levenshtein's distance to the text
    log_likelihood : of the text given the line, in nats a character
    words : what is read in the place of each word of the text
    """

    read: str
    wrong: int
    log_likelihood: float
    words: tuple[WordReading, ...] = ()


class Recogniser:
    """A trained recogniser, on the CPU.

    Parameters
    ----------
    network : RecogniserNetwork
        What it learns once lines have been read is not seen.
    alphabet : Alphabet
    error_rate : float
        Share of characters that it reads wrong on held-out lines of people.
    trained_on : str
        The data, as a hand's card names them; empty where its file does not say.
    """

    def __init__(
        self,
        network: RecogniserNetwork,
        alphabet: Alphabet,
        error_rate: float,
        trained_on: str = "",
    ) -> None:
        self.network = network.eval()
        self.alphabet = alphabet
        self.error_rate = error_rate
        self.trained_on = trained_on

    def probabilities(self, inks: Sequence[Ink]) -> list[Tensor]:
        """Log-probabilities (T', A + 1) of each line's frames, the last being the blank.

        What is made of a line does not depend on its company, to the bit. Lines that several
        threads ask for at a time are read together where that is quicker.
        """
        lines = [torch.from_numpy(features(*path(ink))) for ink in inks]
        if not lines:
            return []
        return list(self._lines_together(lines) if self._together else self._one_by_one(lines))

    @cached_property
    def _together(self) -> FrameRecogniser | None:
        """What reads several lines at a time, where there is such a thing and it pays."""
        if not isinstance(self.network, RecurrentRecogniser):
            return None
        recogniser = FrameRecogniser(self.network)
        return recogniser if recogniser.worth_while else None

    @cached_property
    def _lines_together(self) -> JointCalls[Tensor, Tensor]:
        assert self._together is not None
        return JointCalls(self._together.frames, MOST_TOGETHER)

    def _one_by_one(self, lines: Sequence[Tensor]) -> list[Tensor]:
        """The frames of lines, each read by itself."""
        frames: list[Tensor] = [torch.empty(0)] * len(lines)
        threads = min(torch.get_num_threads(), len(lines))

        def read(first: int) -> None:
            for line in range(first, len(lines), threads):
                frames[line] = self._frames(lines[line])

        with single_threaded():
            run_parallel([partial(read, first) for first in range(threads)])
        return frames

    @torch.inference_mode()
    def _frames(self, line: Tensor) -> Tensor:
        frames: Tensor = self.network(line[None], torch.tensor([line.shape[1]]))
        return frames[: int(frame_counts(torch.tensor(line.shape[1]))), 0]

    def read(self, inks: Sequence[Ink]) -> list[str]:
        """What lines say: the most likely label of each frame, repeats and blanks taken out."""
        return [decode(frames, self.alphabet) for frames in self.probabilities(inks)]

    @torch.inference_mode()
    def read_together(self, inks: Sequence[Ink]) -> list[str]:
        """What lines say, read as one batch: several times as fast as `read` where there are many.

        Their company may change what is read where two labels are as likely to the last digits.
        """
        if not inks:
            return []
        points, lengths = padded([features(*path(ink)) for ink in inks])
        with single_threaded():
            frames = self.network(points, lengths)
        counts = frame_counts(lengths).tolist()
        return [decode(frames[: counts[line], line], self.alphabet) for line in range(len(inks))]

    @torch.inference_mode()
    def judge(self, inks: Sequence[Ink], texts: Sequence[str]) -> list[Recognition]:
        """What each line says, and how well that agrees with the text that it should say.

        Characters that the recogniser does not know are left out of the text for the likelihood.
        Ink that has no height, or no two points, says nothing.
        """
        there = [ink.points > 1 and float(np.ptp(ink.xy[:, 1])) > 0 for ink in inks]
        found = iter(
            self.probabilities([ink for ink, is_ink in zip(inks, there, strict=True) if is_ink])
        )
        nothing = torch.zeros((0, len(self.alphabet) + 1))
        judgements = []
        for is_ink, text in zip(there, texts, strict=True):
            frames = next(found) if is_ink else nothing
            words = read_words(frames.numpy(), text, self.alphabet)
            if not len(frames):
                judgements.append(Recognition("", len(text), -math.inf, words))
                continue
            known = "".join(c for c in text if c in self.alphabet)
            codes = torch.from_numpy(self.alphabet.encode(known)[:-1])
            loss = nn.functional.ctc_loss(
                frames,
                codes,
                torch.tensor(len(frames)),
                torch.tensor(len(codes)),
                blank=len(self.alphabet),
                reduction="sum",
            )
            read = decode(frames, self.alphabet)
            likelihood = -float(loss) / max(1, len(codes))
            judgements.append(Recognition(read, edit_distance(read, text), likelihood, words))
        return judgements

    def save(self, file: Path | str) -> None:
        """Write the recogniser in half precision."""
        header = {
            "config": asdict(self.network.config),
            "alphabet": self.alphabet.characters,
            "error_rate": self.error_rate,
        }
        if self.trained_on:
            header["trained_on"] = self.trained_on
        state = {name: tensor.half() for name, tensor in self.network.state_dict().items()}
        save_tensors(file, state, FORMAT, header)

    @classmethod
    def load(cls, file: Path | str | None = None) -> Recogniser:
        """Read a recogniser's file; None reads the one that ships.

        Raises
        ------
        HandError
            If the file is missing or damaged.
        """
        if file is None:
            return shipped_recogniser()
        with loading(file, "recogniser", HandError, "name another file"):
            check_regular(Path(file))
            header, stored = parse_tensors(Path(file).read_bytes(), FORMAT, file)
            tensors = {name: tensor.float() for name, tensor in stored.items()}
            # Without memory of its own: what the file says of its sizes is not believed yet.
            with torch.device("meta"):
                network = build_recogniser_network(RecogniserConfig(**header["config"]))
            network.load_state_dict(tensors, assign=True)
            alphabet, rate = Alphabet(header["alphabet"]), float(header["error_rate"])
            return cls(network, alphabet, rate, str(header.get("trained_on", "")))


@cache
def shipped_recogniser() -> Recogniser:
    """The recogniser that ships, read once in a process."""
    with resources.as_file(resources.files("resources") / "recognisers") as folder:
        return Recogniser.load(folder / "default.safetensors")


def decode(frames: Tensor, alphabet: Alphabet) -> str:
    """The text of frames (T', A + 1) by the most likely path."""
    best = torch.unique_consecutive(frames.argmax(-1)).tolist()
    return "".join(alphabet.characters[code] for code in best if code < len(alphabet))


def edit_distance(read: str, text: str) -> int:
    """Levenshtein's distance: the fewest characters to insert, delete or change."""
    # What begins and ends alike costs nothing, and is most of two lines.
    same = next((n for n, (a, b) in enumerate(zip(read, text, strict=False)) if a != b), None)
    if same is None:
        return abs(len(read) - len(text))
    read, text = read[same:], text[same:]
    while read and text and read[-1] == text[-1]:
        read, text = read[:-1], text[:-1]
    row = list(range(len(text) + 1))
    for i, a in enumerate(read, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(text, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
