/** What is on the pages: lines as they are planned, as they grow, and as they stand in the end. */

import type { Stroke } from "./curves.ts";
import type { Sheet } from "./paper.ts";

/** left, top, right, bottom in millimetres from the top left corner of the sheet. */
export type Box = readonly [number, number, number, number];

export interface Word {
  readonly text: string;
  readonly box: Box;
  /** What a reader reads there, where that is not what was asked for. */
  readonly misread: string | null;
}

/** Growing ink: the strokes of a line while its points arrive. */
export interface Growing {
  readonly strokes: { xy: number[]; time: number[] }[];
  down: boolean;
}

export interface Line {
  readonly id: string;
  page: number;
  readonly text: string;
  /** Where the line is to stand, in millimetres. */
  box: Box;
  baseline: number;
  /** The words as they are expected, or where they are: of what is not written, bars are shown. */
  words: readonly Word[];
  /** Points that have arrived: x, y, seconds and end of stroke, four numbers each. */
  arrived: number[];
  /** The number of the point that comes next. */
  next: number;
  /** How many of those that have arrived the pen has drawn. */
  drawn: number;
  growing: Growing;
  /** The window's weights from 0 to 255, a row a point that has arrived. */
  weights: Uint8Array[];
  /** The characters that the weights stand for. */
  characters: readonly string[];
  /** False where the weights are those of the alignment of a mended line. */
  exact: boolean;
  /** The ink in its final place; null while the line is not finished. */
  ink: readonly Stroke[] | null;
  /** Whether the final ink is on the paper. */
  settled: boolean;
}

/** A line of which nothing is written. */
export function emptyLine(
  place: Pick<Line, "id" | "page" | "text" | "box" | "baseline" | "words">,
): Line {
  return {
    ...place,
    arrived: [],
    next: 0,
    drawn: 0,
    growing: { strokes: [], down: false },
    weights: [],
    characters: [...place.text, " "],
    exact: true,
    ink: null,
    settled: false,
  };
}

/** How many points of a line have arrived. */
export function arrivedCount(line: Line): number {
  return line.arrived.length >> 2;
}

/** Forget what has arrived of a line: it is written again from its beginning. */
export function restart(line: Line): void {
  line.arrived = [];
  line.next = 0;
  line.drawn = 0;
  line.growing = { strokes: [], down: false };
  line.weights = [];
}

/**
 * Take points that arrive.
 *
 * @param from the number of the first. Where points before it are missing (a page that is slow is
 * not told of all), the stroke ends at the gap.
 */
export function arrive(
  line: Line,
  from: number,
  points: readonly number[],
  weights: readonly Uint8Array[],
): void {
  if (from > line.next && line.arrived.length) line.arrived[line.arrived.length - 1] = 1;
  line.arrived.push(...points);
  line.weights.push(...weights);
  line.next = from + (points.length >> 2);
}

/** Millimetres by which a line may be planned elsewhere without being drawn anew. */
const SAME = 0.2;

/** Give a line the place that a new plan has for it; finished ink keeps its own. */
export function replan(
  line: Line,
  place: Pick<Line, "page" | "box" | "baseline" | "words">,
): void {
  // Ink that has moved comes again.
  if (line.ink) return;
  const moved = Math.abs(line.box[0] - place.box[0]) + Math.abs(line.baseline - place.baseline);
  if (line.page !== place.page || moved > SAME) restart(line);
  line.page = place.page;
  line.box = place.box;
  line.baseline = place.baseline;
  line.words = place.words;
}

/** Take a finished line back to its beginning, to be drawn once more as it was written. */
export function rewind(line: Line): void {
  const weights = line.weights;
  restart(line);
  line.weights = weights;
  for (const { xy, time } of line.ink ?? []) {
    const count = xy.length >> 1;
    for (let i = 0; i < count; i++) {
      const ends = i === count - 1 ? 1 : 0;
      line.arrived.push(xy[2 * i] as number, xy[2 * i + 1] as number, time?.[i] ?? i, ends);
    }
  }
  line.settled = false;
}

/** Around the ink of strokes; null where there is none. */
export function bounds(strokes: readonly Stroke[]): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { xy } of strokes) {
    for (let i = 0; i < xy.length; i += 2) {
      left = Math.min(left, xy[i] as number);
      right = Math.max(right, xy[i] as number);
      top = Math.min(top, xy[i + 1] as number);
      bottom = Math.max(bottom, xy[i + 1] as number);
    }
  }
  return right >= left ? [left, top, right, bottom] : null;
}

/**
 * Move the next arrived points of a line into its growing ink.
 *
 * @returns the strokes that they touched, as their numbers.
 */
export function grow(line: Line, count: number): number[] {
  const touched = new Set<number>();
  const { growing, arrived } = line;
  const stop = Math.min(line.drawn + count, arrivedCount(line));
  for (let i = line.drawn; i < stop; i++) {
    if (!growing.down) growing.strokes.push({ xy: [], time: [] });
    const number = growing.strokes.length - 1;
    const stroke = growing.strokes[number];
    stroke?.xy.push(arrived[4 * i] as number, arrived[4 * i + 1] as number);
    stroke?.time.push(arrived[4 * i + 2] as number);
    growing.down = arrived[4 * i + 3] === 0;
    touched.add(number);
  }
  line.drawn = stop;
  return [...touched];
}

/** The pages and lines of one writing. */
export interface Written {
  readonly sheet: Sheet;
  readonly pages: number;
  readonly lines: readonly Line[];
}

/** The lines of a page, in reading order. */
export function linesOf(written: Written, page: number): Line[] {
  return written.lines.filter((line) => line.page === page);
}
