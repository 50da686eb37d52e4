/** Under the page: one line's ink, and below it which character the window stood on, by point. */

import type { Signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { HEAT } from "./colours.ts";
import type { Stroke } from "./curves.ts";
import { drawStrokes, type Pen } from "./pens.ts";
import { type Line } from "./written.ts";

const GUTTER = 28;
/** Of a map of many characters and of few, in pixels. */
const [TALLEST, ROW] = [216, 11];
const LABEL = 9;
const INK_HEIGHT = 64;

/** Points that a character takes, about: so wide is the map of a line that is still growing. */
const POINTS = 13;

/** How many points the map has room for. */
function reach(line: Line, count: number): number {
  return line.settled ? count : Math.max(count, POINTS * line.characters.length);
}

/** The character that has most weight at a point, and its share of all. */
export function strongest(line: Line, point: number): { place: number; share: number } {
  const row = line.weights[point];
  if (!row) return { place: 0, share: 0 };
  let place = 0;
  let sum = 0;
  row.forEach((weight, k) => {
    sum += weight;
    if (weight > (row[place] as number)) place = k;
  });
  return { place, share: sum ? (row[place] as number) / sum : 0 };
}

/** The heat map as an image of a pixel a point and character, for those points drawn so far. */
function heat(line: Line, count: number): ImageData | null {
  const rows = line.characters.length;
  if (count < 1 || rows < 1) return null;
  const image = new ImageData(count, rows);
  for (let x = 0; x < count; x++) {
    const weights = line.weights[x];
    let most = 1;
    weights?.forEach((weight) => {
      most = Math.max(most, weight);
    });
    for (let y = 0; y < rows; y++) {
      const weight = Math.round((255 * (weights?.[y] ?? 0)) / most);
      image.data.set(HEAT.subarray(4 * weight, 4 * weight + 4), 4 * (y * count + x));
    }
  }
  return image;
}

export function Attention(props: {
  line: Line | null;
  /** Counts up whenever the line has grown. */
  grown: Signal<number>;
  pen: Pen;
  colour: string;
  dark: boolean;
}) {
  const { line } = props;
  const ink = useRef<HTMLCanvasElement>(null);
  const map = useRef<HTMLCanvasElement>(null);
  const [point, setPoint] = useState<number | null>(null);
  const [width, setWidth] = useState(0);
  const [count, setCount] = useState(0);
  const rows = line ? line.characters.length : 0;
  const height = Math.min(rows * ROW, TALLEST) + 2;

  useEffect(() => {
    const element = map.current?.parentElement;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, [line === null]);

  useEffect(() => setPoint(null), [line]);

  useEffect(() => {
    if (!line || width < 40) return;
    const draw = (): void => {
      const shown = line.settled ? line.weights.length : Math.min(line.drawn, line.weights.length);
      setCount(shown);
      if (ink.current) drawInk(ink.current, line, width, props.pen, props.colour, point);
      if (map.current) drawMap(map.current, line, shown, width, height, point);
    };
    return props.grown.subscribe(draw);
  }, [line, width, height, point, props.pen, props.colour, props.dark]);

  if (!line) {
    return (
      <p class="empty">
        Here you see what the network attends to, letter by letter, while it writes a line.
      </p>
    );
  }
  const at = point === null ? null : Math.min(point, count - 1);
  const chosen = at === null || at < 0 ? null : strongest(line, at);
  const name = (place: number): string => {
    const character = line.characters[place] ?? "";
    return character === " " ? "the space" : `“${character}”`;
  };
  const words =
    chosen && at !== null
      ? `Point ${at + 1} of ${count}: on ${name(chosen.place)}, ${Math.round(100 * chosen.share)} %`
      : `${count} points, ${rows} characters${line.exact ? "" : "; mended afterwards: its alignment alone"}`;
  const pick = (event: PointerEvent): void => {
    const element = map.current;
    if (!element || count === 0) return;
    const x = event.clientX - element.getBoundingClientRect().left - GUTTER;
    const share = x / (element.clientWidth - GUTTER);
    setPoint(Math.min(count - 1, Math.max(0, Math.floor(share * reach(line, count)))));
  };
  return (
    <div class="attention">
      <p class="about">
        <b>“{line.text}”</b> <span>{words}</span>
      </p>
      <canvas ref={ink} class="line-ink" aria-hidden="true" style={{ height: `${INK_HEIGHT}px` }} />
      <canvas
        ref={map}
        class="heat"
        style={{ height: `${height}px` }}
        role="slider"
        tabIndex={0}
        aria-label={`Attention along the line “${line.text}”`}
        aria-valuemin={1}
        aria-valuemax={Math.max(count, 1)}
        aria-valuenow={at === null ? 1 : at + 1}
        aria-valuetext={words}
        onPointerMove={pick}
        onPointerDown={pick}
        onPointerLeave={() => setPoint(null)}
        onBlur={() => setPoint(null)}
        onKeyDown={(event) => {
          const here = at ?? -1;
          const goal = { ArrowLeft: here - 1, ArrowRight: here + 1, PageDown: here + 20, PageUp: here - 20, Home: 0, End: count - 1 }[
            event.key
          ];
          if (goal === undefined || count === 0) return;
          event.preventDefault();
          setPoint(Math.min(count - 1, Math.max(0, goal)));
        }}
      />
    </div>
  );
}

/** Set a canvas to its size on the screen and return its context in CSS pixels. */
function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function drawInk(
  canvas: HTMLCanvasElement,
  line: Line,
  width: number,
  pen: Pen,
  colour: string,
  point: number | null,
): void {
  const context = prepare(canvas, width, INK_HEIGHT);
  if (!context) return;
  const [left, top, right, bottom] = line.box;
  const room = width - GUTTER - 12;
  const scale = Math.min(room / (right - left), (INK_HEIGHT - 8) / (bottom - top));
  const strokes: readonly Stroke[] = line.settled && line.ink ? line.ink : line.growing.strokes;
  context.translate(GUTTER + 6, INK_HEIGHT / 2);
  context.scale(scale, scale);
  context.translate(-left, -(top + bottom) / 2);
  const pixel = 1 / (scale * Math.min(devicePixelRatio || 1, 3));
  drawStrokes(context, strokes, pen, colour, pixel);
  if (point === null) return;
  let rest = point;
  for (const stroke of strokes) {
    const here = stroke.xy.length >> 1;
    if (rest < here) {
      context.fillStyle = getComputedStyle(canvas).getPropertyValue("--mark");
      context.beginPath();
      context.arc(stroke.xy[2 * rest] as number, stroke.xy[2 * rest + 1] as number, 4 / scale, 0, 7);
      context.fill();
      return;
    }
    rest -= here;
  }
}

function drawMap(
  canvas: HTMLCanvasElement,
  line: Line,
  count: number,
  width: number,
  height: number,
  point: number | null,
): void {
  const context = prepare(canvas, width, height);
  if (!context) return;
  const style = getComputedStyle(canvas);
  const image = heat(line, count);
  context.fillStyle = "rgb(0, 0, 4)";
  context.fillRect(GUTTER, 1, width - GUTTER, height - 2);
  if (image) {
    const small = document.createElement("canvas");
    small.width = image.width;
    small.height = image.height;
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const part = count / reach(line, count);
    context.drawImage(small, GUTTER, 1, (width - GUTTER) * part, height - 2);
  }
  const on = point === null || point >= count ? null : strongest(line, point).place;
  const row = (height - 2) / line.characters.length;
  context.font = `${LABEL}px ${style.fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  line.characters.forEach((character, k) => {
    context.fillStyle = k === on ? style.getPropertyValue("--accent") : style.color;
    // Where rows are lower than letters these stand in two columns, as in the studio.
    const x = row < LABEL ? (k % 2 ? 0.7 : 0.25) * GUTTER : GUTTER / 2;
    context.fillText(character === " " ? "␣" : character, x, 1 + (k + 0.5) * row);
  });
  if (point !== null && point < count) {
    context.fillStyle = "rgb(255 255 255 / 0.55)";
    const x = GUTTER + ((point + 0.5) / reach(line, count)) * (width - GUTTER);
    context.fillRect(x - 0.75, 1, 1.5, height - 2);
  }
}
