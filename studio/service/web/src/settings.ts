/** What one may choose, and how it stands in the address: behind #, which is sent to nobody. */

import type { Scale } from "./controls.tsx";
import type { RulingKind } from "./paper.ts";
import type { PenKind } from "./pens.ts";

export interface Settings {
  /** Name of a style; "" for the hand's own manner. */
  readonly style: string;
  readonly strength: number;
  readonly bias: number;
  readonly x_height: number;
  readonly slant: number;
  readonly word_spacing: number;
  readonly line_spacing: number;
  readonly variation: number;
  readonly alignment: string;
  readonly seed: number;
  readonly colour: string;
  readonly pen: PenKind;
  readonly pen_width: number;
  readonly paper: string;
  readonly landscape: boolean;
  readonly ruling: RulingKind;
  /** Of the pen as it is seen: 0 is a writer's pace, 1 as fast as points come. */
  readonly speed: number;
}

export type NumberName = {
  [K in keyof Settings]: Settings[K] extends number ? K : never;
}[keyof Settings];

/** Names in the address where they are others: short words that people can read. */
const NAMES: Readonly<Partial<Record<keyof Settings, string>>> = {
  bias: "neatness",
  strength: "likeness",
  x_height: "size",
  colour: "ink",
  variation: "liveliness",
};

export const LARGEST_SEED = 2 ** 31 - 1;

/** What the sliders are called, and between what they are turned: the studio has them so. */
export const SCALES: Readonly<
  Record<string, Omit<Scale, "least" | "most" | "standard">>
> = {
  bias: {
    title: "Neatness",
    low: 0,
    high: 3,
    words: ["wild", "tidy"],
    decimals: 2,
    tip: "Probability bias (Graves 2013, section 5.4): how closely the pen keeps to its likeliest way.",
  },
  strength: {
    title: "Likeness",
    low: 0,
    high: 1,
    words: ["loose", "close"],
    decimals: 2,
    tip: "How closely the style is followed: how much of its slant and letter width is taken over.",
  },
  x_height: {
    title: "Size",
    low: 1,
    high: 8,
    words: ["small", "large"],
    decimals: 1,
    unit: "mm",
    tip: "Height of a small x on the paper.",
  },
  slant: {
    title: "Slant",
    low: -0.5,
    high: 0.5,
    words: ["leaning back", "leaning on"],
    decimals: 2,
    tip: "Lean added to the hand's own, as x per unit of height.",
  },
  word_spacing: {
    title: "Word spacing",
    low: 0.5,
    high: 2.5,
    words: ["close", "wide"],
    decimals: 2,
    tip: "Factor on the gaps between words.",
  },
  line_spacing: {
    title: "Line spacing",
    low: 2.4,
    high: 7,
    words: ["dense", "airy"],
    decimals: 1,
    tip: "From baseline to baseline, in x-heights; on ruled paper the next whole rule.",
  },
  variation: {
    title: "Liveliness",
    low: 0,
    high: 1,
    words: ["even", "lively"],
    decimals: 2,
    tip: "How much left edge, slope and spacing vary from line to line.",
  },
  pen_width: {
    title: "Pen width",
    low: 0.1,
    high: 1.6,
    words: ["fine", "broad"],
    decimals: 2,
    unit: "mm",
    tip: "Width of the pen's line at its usual speed.",
  },
};

/** Settings as they stand in an address: only those that are not the standard. */
export function toFragment(settings: Settings, standard: Settings, text: string | null): string {
  const found = new URLSearchParams();
  for (const key of Object.keys(standard) as (keyof Settings)[]) {
    const value = settings[key];
    if (value !== standard[key] || key === "seed") {
      found.set(NAMES[key] ?? key, String(value).replace(/^#/, ""));
    }
  }
  if (text) found.set("text", text);
  return found.toString();
}

/**
 * Read settings from an address; what is not understood stays as it is.
 *
 * @param allowed says whether a value may be chosen.
 */
export function fromFragment(
  fragment: string,
  standard: Settings,
  allowed: (key: keyof Settings, value: string | number | boolean) => boolean,
): { settings: Settings; text: string | null } {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const settings: Record<string, string | number | boolean> = { ...standard };
  for (const key of Object.keys(standard) as (keyof Settings)[]) {
    const written = given.get(NAMES[key] ?? key);
    if (written === null) continue;
    const usual = standard[key];
    let value: string | number | boolean = written;
    if (typeof usual === "number") value = Number(written);
    else if (typeof usual === "boolean") value = written === "true";
    else if (key === "colour") value = `#${written.toLowerCase()}`;
    if (allowed(key, value)) settings[key] = value;
  }
  return { settings: settings as unknown as Settings, text: given.get("text") };
}

/** Points a second at a speed from 0 to 1: from a writer's pace to as fast as they come. */
export function pace(speed: number, writers: number): number {
  return speed >= 1 ? Number.POSITIVE_INFINITY : writers * 64 ** speed;
}
