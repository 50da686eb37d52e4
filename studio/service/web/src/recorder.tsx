/** The sheet on which one writes a line of one's own, with a pen, a finger or the mouse. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Stroke } from "./curves.ts";
import { Icon } from "./icons.tsx";
import { drawStrokes } from "./pens.ts";
import type { Taken } from "./state.ts";

/** Pixels of the sheet's ink that are a millimetre: as on the sheet of the studio. */
const PER_MILLIMETRE = 4;
const PEN = { kind: "felt", width: 0.6, opacity: 1 } as const;

interface Growing {
  xy: number[];
  time: number[];
  pressure: number[] | undefined;
}

export interface OwnLine {
  readonly name: string;
  readonly text: string;
  /** In pixels of the sheet. */
  readonly strokes: readonly Stroke[];
}

/** A dialog that asks for a line of ink. */
export function Recorder(props: {
  sentence: string;
  taken: readonly string[];
  onUse: (line: OwnLine, anyway: boolean) => Promise<Taken>;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const strokes = useRef<Growing[]>([]);
  const growing = useRef<{ id: number; type: string; stroke: Growing } | null>(null);
  const penSeen = useRef(0);
  const begun = useRef(0);
  const [count, setCount] = useState(0);
  const [text, setText] = useState(props.sentence);
  const [name, setName] = useState(() => freeName(props.taken));
  const [remark, setRemark] = useState("");
  /** Whether what is there could be used all the same. */
  const [usable, setUsable] = useState(false);
  const [busy, setBusy] = useState(false);

  const draw = (): void => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
    if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = getComputedStyle(element).getPropertyValue("--rule");
    context.beginPath();
    context.moveTo(16, height * 0.62);
    context.lineTo(width - 16, height * 0.62);
    context.lineWidth = 1;
    context.stroke();
    const scaled = strokes.current.map((stroke) => ({
      xy: stroke.xy.map((value) => value / PER_MILLIMETRE),
      time: stroke.time,
      pressure: stroke.pressure,
    }));
    context.scale(PER_MILLIMETRE, PER_MILLIMETRE);
    const ink = getComputedStyle(element).color;
    drawStrokes(context, scaled, PEN, ink, 1 / (ratio * PER_MILLIMETRE));
  };

  useEffect(() => {
    dialog.current?.showModal();
    const element = canvas.current;
    if (!element) return;
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const add = (event: PointerEvent): void => {
    const now = growing.current;
    const element = canvas.current;
    if (!now || now.id !== event.pointerId || !element) return;
    const box = element.getBoundingClientRect();
    // Browsers join what a fast pen says between two frames; the points between them are kept.
    const joined = event.getCoalescedEvents?.() ?? [];
    for (const part of joined.length ? joined : [event]) {
      const x = part.clientX - box.left;
      const y = part.clientY - box.top;
      const last = now.stroke.xy.length - 2;
      if (last >= 0 && now.stroke.xy[last] === x && now.stroke.xy[last + 1] === y) continue;
      now.stroke.xy.push(x, y);
      now.stroke.time.push(Math.max(0, part.timeStamp - begun.current) / 1000);
      now.stroke.pressure?.push(part.pressure);
    }
    draw();
  };

  const down = (event: PointerEvent): void => {
    if (event.pointerType === "pen") penSeen.current = event.timeStamp;
    // While a pen is near, the palm and fingers are not ink; nor is a second finger.
    const palm = event.pointerType === "touch" && event.timeStamp - penSeen.current < 3000;
    if (event.button !== 0 || growing.current || (palm && penSeen.current > 0)) return;
    event.preventDefault();
    canvas.current?.setPointerCapture(event.pointerId);
    if (strokes.current.length === 0) begun.current = event.timeStamp;
    const stroke: Growing = {
      xy: [],
      time: [],
      pressure: event.pointerType === "pen" && event.pressure > 0 ? [] : undefined,
    };
    strokes.current.push(stroke);
    growing.current = { id: event.pointerId, type: event.pointerType, stroke };
    changed();
    add(event);
  };

  const up = (event: PointerEvent): void => {
    if (growing.current?.id !== event.pointerId) return;
    if (event.type === "pointercancel") strokes.current.pop();
    growing.current = null;
    setCount(strokes.current.length);
    draw();
  };

  const changed = (): void => {
    setRemark("");
    setUsable(false);
  };

  const undo = (): void => {
    changed();
    strokes.current.pop();
    setCount(strokes.current.length);
    draw();
  };

  const clear = (): void => {
    changed();
    strokes.current = [];
    setCount(0);
    draw();
  };

  const use = async (): Promise<void> => {
    setBusy(true);
    const line = { name: name.trim(), text: text.trim(), strokes: strokes.current };
    const found = await props.onUse(line, usable);
    setBusy(false);
    if (found.taken) {
      dialog.current?.close();
    } else {
      setRemark(found.say);
      setUsable(found.usable);
    }
  };

  return (
    <dialog
      ref={dialog}
      class="recorder"
      aria-labelledby="recorder-title"
      onClose={props.onClose}
      onKeyDown={(event) => {
        const typed = event.target instanceof HTMLInputElement;
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && !typed) {
          event.preventDefault();
          undo();
        }
      }}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          void use();
        }}
      >
        <header>
          <h2 id="recorder-title">Your own line as a style</h2>
          <button type="button" class="tool" title="Close" onClick={() => dialog.current?.close()}>
            <Icon name="x" />
            <span class="spoken">Close</span>
          </button>
        </header>
        <label class="field">
          <span>Write this, or type what you write instead</span>
          <input
            type="text"
            required
            maxLength={80}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              changed();
            }}
          />
        </label>
        <div class="pad">
          <canvas
            ref={canvas}
            role="img"
            aria-label={`The sheet to write on with a pen, a finger or the mouse: ${strokeCount(count)}`}
            onPointerDown={down}
            onPointerMove={add}
            onPointerUp={up}
            onPointerCancel={up}
          />
          {count === 0 && (
            <p class="hint" aria-hidden="true">
              Write on the line with a pen, a finger or the mouse
            </p>
          )}
        </div>
        <div class="row">
          <button type="button" class="tool" disabled={count === 0} onClick={undo}>
            <Icon name="undo" />
            <span class="label">Undo</span>
          </button>
          <button type="button" class="tool" disabled={count === 0} onClick={clear}>
            <Icon name="trash" />
            <span class="label">Clear</span>
          </button>
          <label class="field inline">
            <span>Name</span>
            <input
              type="text"
              required
              maxLength={40}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
        </div>
        <p class="remark" role="alert">
          {remark}
        </p>
        <footer>
          <p>
            Your ink stays in this browser. It goes to the server with what you have written in
            it, and is not kept there.
          </p>
          <button type="submit" class="primary" disabled={busy || count === 0}>
            {busy ? "Looking at it …" : usable ? "Use it all the same" : "Use this line"}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

function strokeCount(count: number): string {
  return count === 0 ? "empty" : count === 1 ? "one stroke" : `${count} strokes`;
}

function freeName(taken: readonly string[]): string {
  const wanted = "My hand";
  for (let k = 1; ; k++) {
    const name = k === 1 ? wanted : `${wanted} ${k}`;
    if (!taken.includes(name)) return name;
  }
}
