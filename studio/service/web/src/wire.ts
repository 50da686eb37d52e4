/** The service's messages, from docs/service.md, turned into what the page works with. */

import type { Stroke } from "./curves.ts";
import type { Answer, Attended, Finished, HandInfo, Job, Options, Place, StyleInfo } from "./engine.ts";
import type { RulingKind, Sheet } from "./paper.ts";
import type { PenKind } from "./pens.ts";
import type { Settings } from "./settings.ts";
import type { Box, Word } from "./written.ts";

export interface WireOptions {
  defaults: {
    style?: string | null;
    strength: number;
    bias: number;
    seed: number;
    look: {
      x_height: number;
      line_spacing: number;
      alignment: string;
      word_spacing: number;
      slant: number;
      variation: number;
      ink: string;
      pen: PenKind;
      pen_width: number | null;
    };
    paper: { name: string; landscape: boolean; ruling: RulingKind };
  };
  ranges: Record<string, [number, number]>;
  inks: { name: string; label: string; colour: string }[];
  pens: { name: PenKind; width: number; opacity?: number }[];
  papers: { name: string; width: number; height: number }[];
  rulings: RulingKind[];
  alignments: string[];
  limits: { characters: number };
  points_per_second: number;
}

export interface WireStyles {
  default: string;
  styles: { name: string; hand?: string; about?: string; strokes: number[][] }[];
}

export interface WireHands {
  hands: HandInfo[];
}

export interface WirePage {
  width: number;
  height: number;
  margins: [number, number, number, number];
  ruling: { kind: RulingKind; spacing: number; first: number };
}

export interface WireLine {
  id: string;
  page: number;
  text: string;
  baseline: number;
  strokes: number[][];
  times: number[][] | null;
  words: { text: string; box: Box; misread: string | null }[];
  attention: {
    text: string;
    points: number;
    characters: number;
    exact: boolean;
    data: string;
  } | null;
}

export interface WirePlan {
  pages: WirePage[];
  lines: {
    id: string;
    page: number;
    text: string;
    left: number;
    baseline: number;
    width: number;
    x_height: number;
    words: string[];
  }[];
}

export interface WireReport {
  substitutions: { character: string; written: string; places: { word: string }[] }[];
  remarks: string[];
}

export interface WireAnswer {
  pages: (WirePage & { lines: WireLine[] })[];
  report: WireReport;
}

/** How much of its line a pen lets through where the service does not say so. */
const OPACITIES: Readonly<Partial<Record<PenKind, number>>> = { pencil: 0.8 };

export function readOptions(wire: WireOptions, defaultStyle: string): Options {
  const inks = Object.fromEntries(wire.inks.map((ink) => [ink.label, ink.colour]));
  const pens = Object.fromEntries(
    wire.pens.map((pen) => [
      pen.name,
      { width: pen.width, opacity: pen.opacity ?? OPACITIES[pen.name] ?? 1 },
    ]),
  ) as Options["pens"];
  const { defaults } = wire;
  const { look } = defaults;
  const standard: Settings = {
    style: defaults.style === undefined ? defaultStyle : (defaults.style ?? ""),
    strength: defaults.strength,
    bias: defaults.bias,
    x_height: look.x_height,
    slant: look.slant,
    word_spacing: look.word_spacing,
    line_spacing: look.line_spacing,
    variation: look.variation,
    alignment: look.alignment,
    seed: defaults.seed,
    colour: wire.inks.find((ink) => ink.name === look.ink)?.colour ?? look.ink,
    pen: look.pen,
    pen_width: look.pen_width ?? pens[look.pen]?.width ?? 0.35,
    paper: defaults.paper.name,
    landscape: defaults.paper.landscape,
    ruling: defaults.paper.ruling,
    speed: 0.5,
  };
  return {
    standard,
    ranges: wire.ranges,
    inks,
    pens,
    papers: Object.fromEntries(
      wire.papers.map((paper) => [paper.name, [paper.width, paper.height] as const]),
    ),
    rulings: wire.rulings,
    alignments: wire.alignments,
    longest: wire.limits.characters,
    rate: wire.points_per_second,
  };
}

export function readStyles(wire: WireStyles): StyleInfo[] {
  return wire.styles.map((style) => ({
    name: style.name,
    about: style.about ?? "",
    preview: style.strokes.map((xy) => ({ xy })),
    ...(style.hand === undefined ? {} : { hand: style.hand }),
  }));
}

export function readHands(wire: WireHands): HandInfo[] {
  return wire.hands.map(({ name, title, commercial, rights }) => ({
    name,
    title,
    commercial,
    rights,
  }));
}

/** What the service is asked to write. */
export function inkRequest(job: Job): Record<string, unknown> {
  const { settings: now } = job;
  return {
    text: job.text,
    style: job.own ? job.own.content : now.style === "" ? null : now.style,
    strength: now.strength,
    bias: now.bias,
    seed: now.seed,
    look: {
      x_height: now.x_height,
      line_spacing: now.line_spacing,
      alignment: now.alignment,
      word_spacing: now.word_spacing,
      slant: now.slant,
      variation: now.variation,
      ink: now.colour,
      pen: now.pen,
      pen_width: now.pen_width,
    },
    paper: { name: now.paper, landscape: now.landscape, ruling: now.ruling },
    replace_unknown: job.unknown,
    edits: job.edits,
  };
}

/** What is printed on paper to write on: studio/document/paper.py has it so. */
const RULE = { colour: "#c3d3e3", width: 0.15 } as const;

export function readSheet(page: WirePage | undefined): Sheet {
  const [left, top, right, bottom] = page?.margins ?? [20, 20, 20, 20];
  return {
    width: page?.width ?? 210,
    height: page?.height ?? 297,
    colour: "#ffffff",
    margins: { left, top, right, bottom },
    ruling: { ...(page?.ruling ?? { kind: "plain", spacing: 8, first: 20 }), ...RULE },
  };
}

export function readPlaces(plan: WirePlan): Place[] {
  return plan.lines.map((line) => {
    const { left, width, baseline, x_height: unit } = line;
    return {
      id: line.id,
      page: line.page - 1,
      text: line.text,
      baseline,
      box: [left, baseline - 2.4 * unit, left + width, baseline + 1.4 * unit],
      words: expected(line.words, left, width, baseline, unit),
    };
  });
}

/** Where the words of a line will be, by their letters. */
function expected(
  words: readonly string[],
  left: number,
  width: number,
  baseline: number,
  unit: number,
): Word[] {
  const letters = words.reduce((sum, word) => sum + word.length + 1, -1);
  const step = width / Math.max(letters, 1);
  let at = left;
  return words.map((text) => {
    const box: Box = [at, baseline - unit, at + text.length * step, baseline];
    at += (text.length + 1) * step;
    return { text, box, misread: null };
  });
}

export function readLine(wire: WireLine): Finished {
  return {
    id: wire.id,
    page: wire.page - 1,
    text: wire.text,
    baseline: wire.baseline,
    ink: wire.strokes.map((xy, k): Stroke => ({ xy, time: wire.times?.[k] })),
    words: wire.words.map(({ text, box, misread }) => ({ text, box, misread })),
    attention: wire.attention && readAttention(wire.attention),
  };
}

function readAttention(wire: NonNullable<WireLine["attention"]>): Attended {
  const bytes = fromBase64(wire.data);
  return {
    characters: charactersOf(wire.text, wire.characters),
    weights: rows(bytes, wire.characters),
    exact: wire.exact,
  };
}

/** The characters that weights stand for: those of the text, and the space that closes it. */
export function charactersOf(text: string, count: number): string[] {
  const characters = [...text];
  while (characters.length < count) characters.push(" ");
  return characters.slice(0, count);
}

/** Cut bytes into rows. */
export function rows(bytes: Uint8Array, length: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let i = 0; length > 0 && i + length <= bytes.length; i += length) {
    found.push(bytes.subarray(i, i + length));
  }
  return found;
}

export function fromBase64(text: string): Uint8Array {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

export function readAnswer(wire: WireAnswer): Answer {
  return {
    sheet: readSheet(wire.pages[0]),
    pages: wire.pages.length,
    lines: wire.pages.flatMap((page) => page.lines.map(readLine)),
    remarks: readRemarks(wire.report),
  };
}

/** What a report has to say beside the misread words, which are marked on the page. */
export function readRemarks(report: WireReport): string[] {
  const replaced = report.substitutions.map(({ character, written, places }) => {
    const words = [...new Set(places.map((place) => place.word).filter(Boolean))].slice(0, 3);
    const where = words.length ? ` (${words.join(", ")})` : "";
    return written === ""
      ? `“${character}” is left out${where}.`
      : `“${character}” is written as “${written}”${where}.`;
  });
  return [...replaced, ...report.remarks];
}

/** Points of a binary message: see docs/service.md. */
export interface BinaryPoints {
  /** Which line of the last plan. */
  readonly line: number;
  readonly from: number;
  /** x, y in millimetres and end of stroke, three numbers a point. */
  readonly points: readonly number[];
  readonly weights: readonly Uint8Array[];
}

const HEADER = 20;
const GRID = 200;

/** Read a binary message; null where it is none of points. */
export function readBinary(buffer: ArrayBuffer): BinaryPoints | null {
  if (buffer.byteLength < HEADER) return null;
  const view = new DataView(buffer);
  if (view.getUint8(0) !== 1) return null;
  const count = view.getUint16(2, true);
  const body = HEADER + 5 * count;
  if (buffer.byteLength < body) return null;
  const points: number[] = [];
  let x = view.getFloat32(12, true);
  let y = view.getFloat32(16, true);
  for (let at = HEADER; at < body; at += 5) {
    x += view.getInt16(at, true) / GRID;
    y += view.getInt16(at + 2, true) / GRID;
    points.push(x, y, view.getUint8(at + 4));
  }
  const told = (view.getUint8(1) & 1) !== 0 && buffer.byteLength >= body + 2;
  const weights = told
    ? rows(new Uint8Array(buffer, body + 2), view.getUint16(body, true)).slice(0, count)
    : [];
  return { line: view.getUint32(4, true), from: view.getUint32(8, true), points, weights };
}
