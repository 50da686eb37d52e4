/** The pen at work: draws what has arrived, at a writer's pace or as fast as it comes. */

import { arrivedCount, type Line } from "./written.ts";

/** What the player moves: the painter of each page, and who wants to know. */
export interface Stage {
  /** Draw the next `count` points of a line. */
  advance(line: Line, count: number): void;
  /** Put a line's final ink in the place of what grew. */
  settle(line: Line): void;
  /** A frame is drawn; `at` is the line that the pen is on. */
  frame(at: Line | null): void;
}

/** Seconds after which a frame that came late is not made up for. */
const LATE = 0.1;

export class Player {
  /** Points a second; Infinity for as fast as they come. */
  rate = Number.POSITIVE_INFINITY;
  paused = false;
  private lines: readonly Line[] = [];
  private request = 0;
  private last = 0;
  private owed = 0;

  constructor(private readonly stage: Stage) {}

  /** Play these lines, in this order. */
  play(lines: readonly Line[]): void {
    this.lines = lines;
    this.wake();
  }

  /** See to what has arrived since. */
  wake(): void {
    if (this.request || typeof requestAnimationFrame === "undefined") return;
    this.last = performance.now();
    this.request = requestAnimationFrame(this.tick);
  }

  /** Whether all that has arrived is drawn. */
  get idle(): boolean {
    return this.lines.every((line) => line.drawn >= arrivedCount(line) && line.settled === (line.ink !== null));
  }

  /** Draw all that has arrived at once. */
  finish(): void {
    for (const line of this.lines) {
      if (line.ink && !line.settled) this.stage.settle(line);
      else if (!line.settled) this.stage.advance(line, Number.POSITIVE_INFINITY);
    }
    this.stage.frame(null);
  }

  private readonly tick = (now: number): void => {
    this.request = 0;
    const elapsed = Math.min((now - this.last) / 1000, LATE);
    this.last = now;
    if (this.paused) return;
    const live = this.rate === Number.POSITIVE_INFINITY;
    this.owed = live ? Number.POSITIVE_INFINITY : Math.min(this.owed, 1) + elapsed * this.rate;
    let at: Line | null = null;
    let waiting = false;
    for (const line of this.lines) {
      if (line.settled) continue;
      const ready = arrivedCount(line) - line.drawn;
      const count = live ? ready : Math.min(ready, Math.floor(this.owed));
      if (count > 0) {
        this.stage.advance(line, count);
        if (!live) this.owed -= count;
        at ??= line;
      }
      const drawn = line.drawn >= arrivedCount(line);
      if (drawn && line.ink) this.stage.settle(line);
      else {
        waiting ||= !drawn;
        // At a writer's pace one pen goes line by line; else each line grows as it comes.
        if (!live) {
          at ??= arrivedCount(line) ? line : null;
          break;
        }
      }
    }
    this.stage.frame(at);
    if (waiting || !live) {
      const more = this.lines.some((line) => !line.settled && (arrivedCount(line) > line.drawn || line.ink));
      if (more) this.request = requestAnimationFrame(this.tick);
    }
  };
}
