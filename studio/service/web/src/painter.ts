/** Paints one page on three canvases: the paper, the ink that stands, and the ink that grows. */

import { pointCount } from "./curves.ts";
import { drawPaper, type Sheet } from "./paper.ts";
import { drawPieces, drawStrokes, grain, type Pen, widths } from "./pens.ts";
import type { Line } from "./written.ts";

export interface Look {
  readonly pen: Pen;
  readonly colour: string;
}

/** Points of a stroke back from its end on which the width of a pen's line hangs. */
const TAIL = 24;

/** Pixels that a canvas is wide at most. */
const MOST_PIXELS = 2000;

export class Painter {
  private readonly layers: CanvasRenderingContext2D[];
  private sheet: Sheet | null = null;
  private scale = 1;
  /** How many pieces of each growing stroke are painted, by the line's id. */
  private readonly painted = new Map<string, number[]>();

  /** @param canvases for the paper, the ink that stands, the ink that grows, in this order. */
  constructor(canvases: readonly HTMLCanvasElement[]) {
    this.layers = canvases.map((canvas) => {
      const context = canvas.getContext("2d");
      if (!context) throw new Error("This browser has no canvas to draw on.");
      return context;
    });
  }

  /** Device pixels to a millimetre. */
  get pixels(): number {
    return this.scale;
  }

  /** Take a sheet that is `width` CSS pixels wide; all ink is gone then. */
  lay(sheet: Sheet, width: number): void {
    this.sheet = sheet;
    // Beyond this, phones have no memory for three layers of several pages.
    const ratio = Math.min(devicePixelRatio || 1, MOST_PIXELS / width);
    this.scale = (width * ratio) / sheet.width;
    for (const context of this.layers) {
      context.canvas.width = Math.round(sheet.width * this.scale);
      context.canvas.height = Math.round(sheet.height * this.scale);
      context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    }
    const paper = this.layers[0];
    if (paper) drawPaper(paper, sheet);
    this.painted.clear();
  }

  /** Give the memory of the canvases back. */
  clear(): void {
    for (const { canvas } of this.layers) canvas.width = canvas.height = 0;
  }

  /** Draw anew what stands and what grows. */
  redraw(lines: readonly Line[], look: Look): void {
    for (const context of this.layers.slice(1)) {
      context.canvas.style.opacity = String(look.pen.opacity);
    }
    this.redrawStanding(lines, look);
    this.redrawGrowing(lines, look);
  }

  /** Draw what a line has grown by. */
  grown(line: Line, look: Look): void {
    this.paintGrowing(line, look);
  }

  /** Put a line's final ink in place of what grew; `lines` are all of the page. */
  settle(line: Line, lines: readonly Line[], look: Look): void {
    // The grain of the paper is taken out of all that stands at once: twice would thin it.
    if (look.pen.kind === "pencil") this.redrawStanding(lines, look);
    else this.stand(line, look);
    this.redrawGrowing(lines, look);
  }

  private redrawStanding(lines: readonly Line[], look: Look): void {
    const standing = this.layers[1];
    if (!standing || !this.sheet) return;
    standing.clearRect(0, 0, this.sheet.width, this.sheet.height);
    for (const line of lines) if (line.settled) this.stand(line, look);
    if (look.pen.kind === "pencil") grain(standing, this.scale);
  }

  private redrawGrowing(lines: readonly Line[], look: Look): void {
    const growing = this.layers[2];
    if (!growing || !this.sheet) return;
    growing.clearRect(0, 0, this.sheet.width, this.sheet.height);
    this.painted.clear();
    for (const line of lines) if (!line.settled) this.paintGrowing(line, look);
  }

  private stand(line: Line, look: Look): void {
    const standing = this.layers[1];
    if (!standing || !line.ink) return;
    drawStrokes(standing, line.ink, look.pen, look.colour, 1 / this.scale);
  }

  private paintGrowing(line: Line, look: Look): void {
    const context = this.layers[2];
    if (!context) return;
    context.strokeStyle = context.fillStyle = look.colour;
    const done = this.painted.get(line.id) ?? [];
    this.painted.set(line.id, done);
    const { strokes, down } = line.growing;
    strokes.forEach((stroke, number) => {
      const count = pointCount(stroke);
      const ended = number < strokes.length - 1 || !down;
      // A piece hangs on the point after it: nothing that is painted has to be taken back.
      const ready = ended ? Math.max(count - 1, 1) : count - 2;
      const from = done[number] ?? 0;
      if (ready <= from) return;
      const first = Math.max(0, Math.min(from, count - TAIL));
      const tail = {
        xy: stroke.xy.slice(2 * first),
        time: stroke.time.slice(first),
      };
      const wide = widths([tail], look.pen)[0] as Float64Array;
      if (count === 1) drawPieces(context, tail, wide, 0, 0, 1 / this.scale);
      else drawPieces(context, tail, wide, from - first, ready - first, 1 / this.scale);
      done[number] = ready;
    });
  }
}

/** Draw a slender pen whose tip is at a place in CSS pixels, as the studio has it. */
export function drawPen(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  ink: string,
  down: boolean,
): void {
  context.save();
  context.translate(down ? x : x + 1.5, down ? y : y - 2.5);
  context.rotate((38 * Math.PI) / 180);
  const shape = (colour: string, points: readonly (readonly [number, number])[]): void => {
    context.fillStyle = colour;
    context.beginPath();
    for (const [px, py] of points) context.lineTo(px, py);
    context.fill();
  };
  shape(ink, [[0, 0], [-1.6, -5], [1.6, -5]]);
  shape("#b98a3c", [[-1.6, -5], [1.6, -5], [2.8, -9], [-2.8, -9]]);
  context.fillStyle = "#2b2d33";
  context.beginPath();
  context.roundRect(-2.8, -28, 5.6, 19.5, 2.2);
  context.fill();
  context.restore();
}
