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
  readonly page: number;
  readonly text: string;
  /** Where the line is to stand, in millimetres. */
  box: Box;
  readonly baseline: number;
  /** The words as they are expected, or where they are: of what is not written, bars are shown. */
  words: readonly Word[];
  /** Points that have arrived: x, y, seconds and end of stroke, four numbers each. */
  arrived: number[];
  /** How many of them the pen has drawn. */
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
  line.drawn = 0;
  line.growing = { strokes: [], down: false };
  line.weights = [];
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
