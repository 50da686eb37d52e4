/** What the page knows, and what can be done with it. */

import { batch, computed, effect, signal } from "@preact/signals";
import * as api from "./api.ts";
import { type Answer, type Finished, type HandInfo, type Job, type Options, type OwnStyle, Refusal, type StyleInfo, type Writing } from "./engine.ts";
import type { OwnLine } from "./recorder.tsx";
import type { Look, Painter } from "./painter.ts";
import { Player } from "./player.ts";
import { fromFragment, LARGEST_SEED, pace, type Settings, toFragment } from "./settings.ts";
import type { ChosenWord, PenPlace } from "./sheet.tsx";
import { recall, remember, session } from "./storage.ts";
import { charactersOf } from "./wire.ts";
import { arrive, bounds, emptyLine, grow, type Line, linesOf, replan, restart, rewind, type Written } from "./written.ts";

export type Phase = "starting" | "idle" | "writing" | "paused" | "unreachable";
export interface Notice {
  readonly kind: "error" | "note";
  readonly text: string;
  readonly action?: { readonly title: string; readonly run: () => void };
}

export const options = signal<Options | null>(null);
export const shipped = signal<readonly StyleInfo[]>([]);
/** The hands that write at the service. */
export const hands = signal<readonly HandInfo[]>([]);
export const own = signal<readonly OwnStyle[]>(readOwn());
export const settings = signal<Settings | null>(null);
export const text = signal(session.recall("text") ?? "");
export const phase = signal<Phase>("starting");
export const notice = signal<Notice | null>(null);
export const written = signal<Written | null>(null);
/** Counts up when lines or words are others than before. */
export const changed = signal(0);
/** Counts up when ink has grown. */
export const grown = signal(0);
export const pen = signal<PenPlace | null>(null);
export const watched = signal<Line | null>(null);
export const chosen = signal<ChosenWord | null>(null);
/** The word that is being written again. */
export const rewriting = signal<ChosenWord | null>(null);
export const view = signal<"text" | "page" | "settings">("text");
export const tokenWanted = signal(false);
export const painters = new Map<number, Painter>();

let work: Writing | null = null;
/** What the ink on the page was asked for with. */
const asked = signal<Job | null>(null);
/** Whether the service has said all; the pen may be behind. */
let told = false;

/** The settings that a new page has. */
export const standard = computed(() => options.value?.standard ?? null);

export const look = computed<Look>(() => {
  const chosenLook = settings.value;
  const kind = chosenLook?.pen ?? "ballpoint";
  return {
    colour: chosenLook?.colour ?? "#1b2a49",
    pen: {
      kind,
      width: chosenLook?.pen_width ?? 0.35,
      opacity: options.value?.pens[kind]?.opacity ?? 1,
    },
  };
});

/** Whether ink is asked for that is not there. */
export const stale = computed(() => {
  const before = asked.value;
  if (!before || !settings.value) return text.value.trim() !== "";
  return text.value !== before.text || inkKey(settings.value) !== inkKey(before.settings);
});

/** Settings on which the ink or its place hangs: the others are seen at once. */
function inkKey(of: Settings): string {
  const { colour: _c, pen: _p, pen_width: _w, speed: _s, ...rest } = of;
  return JSON.stringify(rest);
}

export const lineCounts = computed(() => {
  void changed.value;
  const lines = written.value?.lines ?? [];
  return { done: lines.filter((line) => line.settled).length, all: lines.length };
});

export const misreadCount = computed(() => {
  void changed.value;
  const lines = written.value?.lines ?? [];
  return lines.reduce((sum, line) => sum + line.words.filter((w) => w.misread !== null).length, 0);
});

const player = new Player({
  advance(line, count) {
    // The bars of a line go away where its ink begins.
    const first = line.drawn === 0;
    grow(line, count);
    painters.get(line.page)?.grown(line, look.value);
    if (first) changed.value++;
  },
  settle(line) {
    const all = written.value;
    if (!all) return;
    line.settled = true;
    painters.get(line.page)?.settle(line, linesOf(all, line.page), look.value);
    changed.value++;
  },
  frame(line) {
    batch(() => {
      grown.value++;
      if (line) {
        const stroke = line.growing.strokes.at(-1);
        const count = stroke ? stroke.xy.length : 0;
        if (stroke && count) {
          const [x, y] = [stroke.xy[count - 2] as number, stroke.xy[count - 1] as number];
          pen.value = { page: line.page, x, y, down: line.growing.down };
        }
        if (watched.value !== line && !chosen.value) watched.value = line;
      }
      if (told && player.idle && phase.value === "writing") {
        phase.value = "idle";
        pen.value = null;
      }
    });
  },
});

/** Milliseconds after which a service that is starting is asked again. */
const AGAIN = 1500;

/** Ask the service what there is, and take settings from the address. */
export async function start(): Promise<void> {
  phase.value = "starting";
  try {
    const known = await api.known();
    batch(() => {
      options.value = known.options;
      shipped.value = known.styles;
      hands.value = known.hands;
      const usual = known.options.standard;
      const from = fromFragment(location.hash, usual, (key, value) =>
        allowed(known.options, key, value),
      );
      settings.value = from.settings;
      if (from.text !== null) text.value = from.text.slice(0, known.options.longest);
      phase.value = "idle";
      notice.value = null;
    });
  } catch (error) {
    if (error instanceof Refusal && ["busy", "loading"].includes(error.code)) {
      // A service that has just been started loads its hand.
      setTimeout(() => void start(), AGAIN);
      return;
    }
    phase.value = "unreachable";
    fail(error, { title: "Try again", run: () => void start() });
  }
}

/** Whether a value may be taken from an address. */
function allowed(known: Options, key: keyof Settings, value: string | number | boolean): boolean {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return false;
    if (key === "seed") return Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
    if (key === "speed") return value >= 0 && value <= 1;
    const range = known.ranges[key];
    return range !== undefined && value >= range[0] && value <= range[1];
  }
  if (key === "style") {
    return value === "" || [...shipped.value, ...own.value].some((style) => style.name === value);
  }
  if (key === "colour") return /^#[0-9a-f]{6}$/.test(String(value));
  if (key === "pen") return String(value) in known.pens;
  if (key === "paper") return String(value) in known.papers;
  if (key === "ruling") return (known.rulings as readonly string[]).includes(String(value));
  if (key === "alignment") return known.alignments.includes(String(value));
  return typeof value === "boolean";
}

/** Turn settings. */
export function turn(change: Partial<Settings>): void {
  if (settings.value) settings.value = { ...settings.value, ...change };
}

/** Draw another seed. */
export function anotherSeed(): void {
  turn({ seed: Math.floor(Math.random() * 1_000_000) });
}

/** An address that gives these settings, and the text only where that is wanted. */
export function link(withText: boolean): string {
  const address = new URL(location.href);
  address.hash =
    settings.value && standard.value
      ? toFragment(shareable(settings.value), standard.value, withText ? text.value : null)
      : "";
  return address.href;
}

/** A line of one's own lies in this browser: nobody else can write in it. */
function shareable(of: Settings): Settings {
  const usual = standard.value;
  const private_ = own.value.some((style) => style.name === of.style);
  return private_ && usual ? { ...of, style: usual.style } : of;
}

/** Milliseconds that a setting must rest before it stands in the address: browsers allow few. */
const RESTED = 300;
let addressed: ReturnType<typeof setTimeout> | undefined;

effect(() => {
  const [now, usual] = [settings.value, standard.value];
  if (!now || !usual) return;
  const fragment = toFragment(now, usual, null);
  const plain = fragment === `seed=${usual.seed}`;
  const put = (): void =>
    history.replaceState(null, "", plain ? location.pathname + location.search : `#${fragment}`);
  // A text that came with the address leaves it at once.
  if (addressed === undefined) put();
  clearTimeout(addressed);
  addressed = setTimeout(put, RESTED);
});
effect(() => session.remember("text", text.value || null));
/** Whether what is drawn was written before: as fast as it comes would show nothing then. */
const replaying = signal(false);
effect(() => {
  const [speed, writers] = [settings.value?.speed ?? 1, options.value?.rate ?? 40];
  player.rate = pace(replaying.value ? Math.min(speed, 0.99) : speed, writers);
  player.wake();
});

function job(unknown: string | null): Job | null {
  const now = settings.value;
  if (!now) return null;
  return {
    text: text.value,
    settings: now,
    own: own.value.find((style) => style.name === now.style) ?? null,
    edits: [],
    unknown,
  };
}

/**
 * Write all of the text.
 *
 * @param unknown what is written for characters that the hand does not know; null: refuse them.
 */
export function write(unknown: string | null = null): void {
  const wanted = job(unknown);
  if (!wanted || !options.value || phase.value === "writing" || phase.value === "paused") return;
  batch(() => {
    phase.value = "writing";
    notice.value = null;
    chosen.value = null;
    watched.value = null;
    asked.value = wanted;
    view.value = "page";
  });
  told = false;
  replaying.value = false;
  player.paused = false;
  const lines = new Map<string, Line>();
  work = api.write(wanted, options.value.rate, {
    planned(sheet, pages, places) {
      const kept = places.map((place) => {
        const before = lines.get(place.id);
        if (!before) return emptyLine(place);
        replan(before, place);
        return before;
      });
      lines.clear();
      for (const line of kept) lines.set(line.id, line);
      batch(() => {
        written.value = { sheet, pages, lines: kept };
        changed.value++;
      });
      player.play(kept);
    },
    arrived(id, from, points, weights) {
      const line = lines.get(id);
      if (!line || line.ink) return;
      if (from < line.next) {
        restart(line);
        redrawPage(line.page);
      }
      arrive(line, from, points, weights);
      const count = weights[0]?.length ?? line.characters.length;
      if (count !== line.characters.length) line.characters = charactersOf(line.text, count);
      player.wake();
    },
    finished(told) {
      const line = lines.get(told.id);
      if (!line) return;
      const before = line.page;
      finish(line, told);
      if (line.settled || before !== line.page) {
        for (const page of new Set([before, line.page])) redrawPage(page);
        changed.value++;
      }
      player.wake();
    },
    done(remarks) {
      work = null;
      told = true;
      if (remarks.length) notice.value = { kind: "note", text: remarks.join(" ") };
      player.wake();
    },
    failed(error) {
      work = null;
      batch(() => {
        asked.value = null;
        phase.value = "idle";
        pen.value = null;
        player.finish();
        const refusedText = error instanceof Refusal && error.code === "unwritable";
        fail(
          error,
          refusedText
            ? { title: "Write ? for it", run: () => write("?") }
            : { title: "Try again", run: () => write(unknown) },
        );
      });
    },
  });
}

/** Give a line its final ink. */
function finish(line: Line, told: Finished): void {
  line.page = told.page;
  line.baseline = told.baseline;
  line.ink = told.ink;
  line.words = told.words;
  line.box = bounds(told.ink) ?? line.box;
  if (told.attention) {
    line.weights = [...told.attention.weights];
    line.characters = told.attention.characters;
    line.exact = told.attention.exact;
  }
}

function redrawPage(page: number): void {
  const all = written.value;
  if (all) painters.get(page)?.redraw(linesOf(all, page), look.value);
}

/** Stop the pen; what is written stays. */
export function stop(): void {
  if (!told) {
    work?.stop();
    asked.value = null;
  }
  work = null;
  batch(() => {
    player.paused = false;
    player.finish();
    phase.value = "idle";
    pen.value = null;
    changed.value++;
  });
}

/** Show once more how what is on the page was written. */
export function replay(): void {
  const all = written.value;
  if (!all || phase.value !== "idle" || rewriting.value) return;
  batch(() => {
    chosen.value = null;
    for (const line of all.lines) if (line.ink) rewind(line);
    for (const [page, painter] of painters) painter.redraw(linesOf(all, page), look.value);
    told = true;
    replaying.value = true;
    phase.value = "writing";
    view.value = "page";
    changed.value++;
  });
  player.play(all.lines);
}

/** Hold the pen, or let it go on. */
export function pauseOrGoOn(): void {
  if (phase.value === "writing") {
    phase.value = "paused";
    player.paused = true;
    work?.pause();
  } else if (phase.value === "paused") {
    phase.value = "writing";
    player.paused = false;
    work?.resume();
    player.wake();
  }
}

/** Show a word's line below, and write the word again where it is misread. */
export function tapWord(word: ChosenWord): void {
  chosen.value = word;
  watched.value = word.line;
  if (word.line.words[word.index]?.misread !== null) void rewrite(word);
}

/** Write a word again. */
export async function rewrite(word: ChosenWord): Promise<void> {
  const seed = Math.floor(Math.random() * LARGEST_SEED);
  const edit = { line: word.line.id, word: word.index, seed };
  const now = asked.value;
  if (now) await withEdits(word, [...now.edits, edit]);
}

/** Whether a word was written again, so that it can have its ink back. */
export function hasEarlier(word: ChosenWord): boolean {
  return lastEdit(word) >= 0;
}

/** Give a word the ink that it had before it was last written again. */
export async function backToEarlier(word: ChosenWord): Promise<void> {
  const last = lastEdit(word);
  const edits = asked.value?.edits ?? [];
  if (last >= 0) await withEdits(word, edits.filter((_, k) => k !== last));
}

function lastEdit(word: ChosenWord): number {
  const edits = asked.value?.edits ?? [];
  return edits.findLastIndex((edit) => edit.line === word.line.id && edit.word === word.index);
}

/** Have the page as it is with other words written anew; it is the same ink elsewhere. */
async function withEdits(word: ChosenWord, edits: Job["edits"]): Promise<void> {
  const [before, all] = [asked.value, written.value];
  if (!before || !all || rewriting.value || phase.value !== "idle") return;
  const wanted: Job = { ...before, settings: { ...before.settings, ...looks() }, edits };
  rewriting.value = word;
  notice.value = null;
  try {
    const found = await api.answer(wanted);
    if (written.value !== all) return;
    batch(() => {
      asked.value = wanted;
      show(found, word);
    });
  } catch (error) {
    fail(error);
  } finally {
    rewriting.value = null;
  }
}

/** Put what is written on the page; the chosen word stays chosen where it still is. */
function show(found: Answer, word: ChosenWord): void {
  const lines = found.lines.map((told): Line => {
    const line = emptyLine({ ...told, box: [0, 0, 1, 1] });
    finish(line, told);
    line.settled = true;
    return line;
  });
  written.value = { sheet: found.sheet, pages: found.pages, lines };
  player.play(lines);
  const same = lines.find((line) => line.id === word.line.id);
  watched.value = same ?? null;
  chosen.value = same?.words[word.index] ? { line: same, index: word.index } : null;
  changed.value++;
  grown.value++;
}

/** Colour and pen as they are now: they may be others than when the ink was asked for. */
function looks(): Partial<Settings> {
  const now = settings.value;
  return now ? { colour: now.colour, pen: now.pen, pen_width: now.pen_width } : {};
}

/** Save what is on the page as a file. */
export async function download(format: api.Format): Promise<void> {
  const before = asked.value;
  if (!before) return;
  notice.value = null;
  try {
    const job = { ...before, settings: { ...before.settings, ...looks() } };
    const file = await api.download(job, format, written.value?.pages ?? 1);
    const address = URL.createObjectURL(file.blob);
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.download = file.name;
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    fail(error, { title: "Try again", run: () => void download(format) });
  }
}

/** Whether there is something to save: what is on the page, as it was asked for. */
export const complete = computed(() => asked.value !== null && phase.value === "idle" && written.value !== null);

/** What came of a line of one's own: it is taken, or there is something to say of it. */
export type Taken = { readonly taken: true } | { readonly taken: false; readonly say: string; readonly usable: boolean };

/**
 * Take a line of one's own as a style.
 *
 * @param anyway take it even where there is something to say of it.
 */
export async function takeOwnLine(line: OwnLine, anyway: boolean): Promise<Taken> {
  const refuse = (say: string): Taken => ({ taken: false, say, usable: false });
  if (!line.name || !line.text) return refuse("Give the line a name, and say what it says.");
  if ([...shipped.value, ...own.value].some((style) => style.name === line.name)) {
    return refuse(`There is a style called “${line.name}” already; give it another name.`);
  }
  try {
    const { style, remarks } = await api.makeStyle(line);
    if (remarks.length && !anyway) return { taken: false, say: remarks.join(" "), usable: true };
    own.value = [...own.value, style];
    turn({ style: style.name });
    if (!remember("own-styles", JSON.stringify(own.value))) {
      notice.value = {
        kind: "note",
        text: "This browser does not keep your line: it is gone when the page is closed.",
      };
    }
    return { taken: true };
  } catch (error) {
    if (error instanceof Refusal && error.code === "unauthorized") tokenWanted.value = true;
    return refuse(sentence(error));
  }
}

/** Forget a line of one's own. */
export function forgetOwn(name: string): void {
  own.value = own.value.filter((style) => style.name !== name);
  remember("own-styles", own.value.length ? JSON.stringify(own.value) : null);
  if (settings.value?.style === name) turn({ style: standard.value?.style ?? "" });
}

function readOwn(): readonly OwnStyle[] {
  try {
    const kept: unknown = JSON.parse(recall("own-styles") ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter(
      (style) => typeof style?.name === "string" && style.content && Array.isArray(style.preview),
    );
  } catch {
    return [];
  }
}

function fail(error: unknown, action?: Notice["action"]): void {
  if (error instanceof Refusal && error.code === "unauthorized") tokenWanted.value = true;
  notice.value = { kind: "error", text: sentence(error), ...(action && { action }) };
}

function sentence(error: unknown): string {
  if (error instanceof Error && error.message) return error.message;
  return "Something went wrong in this page; load it again.";
}

/** Take the token that the service asks for, and go on. */
export function useToken(token: string): void {
  api.setToken(token);
  tokenWanted.value = false;
  if (phase.value === "unreachable" || !options.value) void start();
}
