/** What the page asks of the service and is told by it, whatever the wire looks like. */

import type { Stroke } from "./curves.ts";
import type { RulingKind, Sheet } from "./paper.ts";
import type { PenKind } from "./pens.ts";
import type { Settings } from "./settings.ts";
import type { Line, Word } from "./written.ts";

/** What may be chosen, with its limits and standards: the service knows them, not the page. */
export interface Options {
  /** The settings that a new page has. */
  readonly standard: Settings;
  /** Lowest and highest, by the name of the setting. */
  readonly ranges: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Colours by what is written on the bottle. */
  readonly inks: Readonly<Record<string, string>>;
  readonly pens: Readonly<Partial<Record<PenKind, { width: number; opacity: number }>>>;
  readonly papers: Readonly<Record<string, readonly [width: number, height: number]>>;
  readonly rulings: readonly RulingKind[];
  readonly alignments: readonly string[];
  /** Characters that a text may have. */
  readonly longest: number;
  /** Points a second that a writer's pen makes. */
  readonly rate: number;
}

export interface StyleInfo {
  readonly name: string;
  /** What is to be said of it in a few words; may be empty. */
  readonly about: string;
  /** Some of its ink, in any unit. */
  readonly preview: readonly Stroke[];
  /** The name of the hand that it ships for; none for one's own. */
  readonly hand?: string;
}

/** A hand that writes at the service. */
export interface HandInfo {
  readonly name: string;
  /** What it is called in a list. */
  readonly title: string;
  /** Whether what it writes may be sold. */
  readonly commercial: boolean;
  /** What may be done with its ink, in some sentences. */
  readonly rights: string;
}

/** A line of the user's own: it lies in this browser and goes with each request. */
export interface OwnStyle extends StyleInfo {
  /** The style as the service made it of the line; what is in it is the service's business. */
  readonly content: unknown;
}

/** A word to be written otherwise, by a seed of its own. */
export interface Edit {
  readonly line: string;
  readonly word: number;
  readonly seed: number;
}

export interface Job {
  readonly text: string;
  readonly settings: Settings;
  readonly own: OwnStyle | null;
  readonly edits: readonly Edit[];
  /** Written for what the hand does not know; null: such a text is refused. */
  readonly unknown: string | null;
}

export type Place = Pick<Line, "id" | "page" | "text" | "box" | "baseline" | "words">;

/** A line as it stands in the end. */
export interface Finished {
  readonly id: string;
  readonly page: number;
  readonly text: string;
  readonly baseline: number;
  readonly ink: readonly Stroke[];
  readonly words: readonly Word[];
  readonly attention: Attended | null;
}

/** The window's weights from 0 to 255, a row a point. */
export interface Attended {
  readonly characters: readonly string[];
  readonly weights: readonly Uint8Array[];
  /** False where the line was mended afterwards: the weights are then those of its alignment. */
  readonly exact: boolean;
}

/** Told by a writing; each plan takes the place of the one before. */
export interface Listener {
  planned(sheet: Sheet, pages: number, lines: readonly Place[]): void;
  /** Points as x, y, seconds and end of stroke; `from` is the number of the first. */
  arrived(
    line: string,
    from: number,
    points: readonly number[],
    weights: readonly Uint8Array[],
  ): void;
  finished(line: Finished): void;
  /** What else there is to say, a sentence each. */
  done(remarks: readonly string[]): void;
  failed(error: Error): void;
}

export interface Writing {
  pause(): void;
  resume(): void;
  stop(): void;
}

/** All that is written, at once. */
export interface Answer {
  readonly sheet: Sheet;
  readonly pages: number;
  readonly lines: readonly Finished[];
  readonly remarks: readonly string[];
}

/** Something that the user can mend or wait for, in one sentence. */
export class Refusal extends Error {
  constructor(
    sentence: string,
    /** What kind it is, in the service's words: "unauthorized", "unwritable", "busy", ... */
    readonly code: string,
  ) {
    super(sentence);
  }
}
