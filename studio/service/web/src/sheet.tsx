/** One page: paper and ink on canvases, and over them bars for what is to come, and the words. */

import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { drawPen, type Look, Painter } from "./painter.ts";
import { type Line, linesOf, type Word, type Written } from "./written.ts";

/** Where the pen is: its line, and whether it is down. */
export interface PenPlace {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly down: boolean;
}

export interface ChosenWord {
  readonly line: Line;
  readonly index: number;
}

/** Room around a pen's tip in CSS pixels that its picture needs. */
const REACH = 40;

export function PageSheet(props: {
  written: Written;
  page: number;
  width: number;
  look: Look;
  /** Counts up when lines or words are others than before. */
  changed: Signal<number>;
  pen: Signal<PenPlace | null>;
  chosen: ChosenWord | null;
  busy: boolean;
  painters: Map<number, Painter>;
  onWord: (word: ChosenWord) => void;
}) {
  const { written, page, width, look } = props;
  const stack = useRef<HTMLDivElement>(null);
  const near = useNearness(stack);
  const pen = useRef<HTMLCanvasElement>(null);
  const { sheet } = written;
  const scale = width / sheet.width;
  const height = sheet.height * scale;
  // Reading it makes the words and bars follow.
  void props.changed.value;
  const lines = linesOf(written, page);

  useLayoutEffect(() => {
    if (!near) return;
    const canvases = [...(stack.current?.querySelectorAll("canvas") ?? [])];
    const painter = new Painter(canvases);
    props.painters.set(page, painter);
    painter.lay(sheet, width);
    painter.redraw(linesOf(written, page), look);
    return () => {
      painter.clear();
      if (props.painters.get(page) === painter) props.painters.delete(page);
    };
  }, [written, page, width, sheet, near]);

  useLayoutEffect(() => {
    props.painters.get(page)?.redraw(linesOf(written, page), look);
  }, [look.colour, look.pen.kind, look.pen.width]);

  useEffect(
    () =>
      props.pen.subscribe((place) => {
        const canvas = pen.current;
        if (!canvas) return;
        canvas.hidden = place === null || place.page !== page;
        if (place === null || place.page !== page) return;
        const ratio = devicePixelRatio || 1;
        const side = 2 * REACH;
        if (canvas.width !== side * ratio) canvas.width = canvas.height = side * ratio;
        const context = canvas.getContext("2d");
        if (!context) return;
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, side, side);
        drawPen(context, REACH, REACH, look.colour, place.down);
        canvas.style.transform = `translate(${place.x * scale - REACH}px, ${place.y * scale - REACH}px)`;
      }),
    [page, scale, look.colour],
  );

  const read = lines.filter((line) => line.settled).map((line) => line.text);
  return (
    <div
      class="sheet"
      style={{ width: `${width}px`, height: `${height}px` }}
      onKeyDown={(event) => moveFocus(event)}
    >
      <div
        ref={stack}
        class="layers"
        role="img"
        aria-label={
          read.length ? `Page ${page + 1}, handwritten: ${read.join(" ")}` : `Page ${page + 1}, empty`
        }
      >
        <canvas class="paper" />
        <canvas class="ink" />
        <canvas class="ink live" />
      </div>
      {lines
        .filter((line) => !line.settled && line.drawn === 0)
        .flatMap((line) =>
          line.words.map((word, k) => (
            <span
              key={`${line.id}/${k}`}
              class="bar"
              style={{
                left: `${word.box[0] * scale}px`,
                width: `${(word.box[2] - word.box[0]) * scale}px`,
                top: `${line.baseline * scale - 4}px`,
              }}
            />
          )),
        )}
      {lines
        .filter((line) => line.settled)
        .map((line) => (
          <div key={line.id} role="group" aria-label={`Line “${line.text}”`}>
            {line.words.map((word, index) => (
              <WordButton
                key={index}
                word={word}
                scale={scale}
                first={line === lines.find((other) => other.settled) && index === 0}
                chosen={props.chosen?.line.id === line.id && props.chosen.index === index}
                disabled={props.busy}
                onClick={() => props.onWord({ line, index })}
              />
            ))}
          </div>
        ))}
      <canvas ref={pen} class="pen" hidden aria-hidden="true" style={{ width: `${2 * REACH}px`, height: `${2 * REACH}px` }} />
    </div>
  );
}

/** Whether an element is seen, or nearly: pages far away need no memory for their pixels. */
function useNearness(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useLayoutEffect(() => {
    if (!element.current) return;
    const watch = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      { root: element.current.closest(".desk"), rootMargin: "100% 0px" },
    );
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  return near;
}

function WordButton(props: {
  word: Word;
  scale: number;
  first: boolean;
  chosen: boolean;
  disabled: boolean;
  onClick: () => void;
}) {
  const { word, scale } = props;
  const [left, top, right, bottom] = word.box;
  const margin = 0.6;
  const classes = ["word"];
  if (word.misread !== null) classes.push("misread");
  if (props.chosen) classes.push("chosen");
  return (
    <button
      type="button"
      class={classes.join(" ")}
      tabIndex={props.first ? 0 : -1}
      disabled={props.disabled}
      aria-label={
        word.misread === null
          ? word.text
          : `${word.text}, misread as “${word.misread}”: write it again`
      }
      title={
        word.misread === null ? undefined : `Reads as “${word.misread}”. Tap to write it again.`
      }
      style={{
        left: `${(left - margin) * scale}px`,
        top: `${(top - margin) * scale}px`,
        width: `${(right - left + 2 * margin) * scale}px`,
        height: `${(bottom - top + 2 * margin) * scale}px`,
      }}
      onClick={props.onClick}
    />
  );
}

/** Arrow keys go from word to word, and from line to line. */
function moveFocus(event: KeyboardEvent): void {
  const here = event.target;
  if (!(here instanceof HTMLElement) || !here.classList.contains("word")) return;
  const sheet = here.closest(".sheet");
  const words = [...(sheet?.querySelectorAll<HTMLElement>("button.word") ?? [])];
  const place = words.indexOf(here);
  const line = here.parentElement;
  const inLine = [...(line?.querySelectorAll<HTMLElement>("button.word") ?? [])];
  const first = place - inLine.indexOf(here);
  const goal = {
    ArrowRight: place + 1,
    ArrowLeft: place - 1,
    ArrowDown: first + inLine.length,
    ArrowUp: first - 1,
    Home: first,
    End: first + inLine.length - 1,
  }[event.key];
  const next = goal === undefined ? undefined : words[goal];
  if (!next) return;
  event.preventDefault();
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
