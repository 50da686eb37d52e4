/** The page: text on the left, paper in the middle, settings on the right, as in the studio. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Format } from "./api.ts";
import { Attention } from "./attention.tsx";
import { BarButton, type Choice, type Scale, Segmented, Select, Slider, Swatches } from "./controls.tsx";
import type { Options } from "./engine.ts";
import { Gallery } from "./gallery.tsx";
import { Icon } from "./icons.tsx";
import type { RulingKind } from "./paper.ts";
import type { PenKind } from "./pens.ts";
import { Recorder } from "./recorder.tsx";
import { LARGEST_SEED, type NumberName, SCALES } from "./settings.ts";
import { PageSheet } from "./sheet.tsx";
import * as state from "./state.ts";
import { dark, toggleTheme } from "./theme.ts";

const SENTENCE = "The quick brown fox jumps over a lazy dog.";

export function App() {
  const recording = useSignal(false);
  useEffect(() => {
    void state.start();
    const key = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
        event.preventDefault();
        if (state.stale.value) state.write();
      } else if (event.key === "Escape" && state.phase.value === "writing") state.stop();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  return (
    <div class="frame" data-view={state.view.value}>
      <Top />
      <main class="parts">
        <TextColumn />
        <Middle />
        <SettingsColumn onDraw={() => (recording.value = true)} />
      </main>
      <Status />
      <Tabs />
      {recording.value && (
        <Recorder
          sentence={SENTENCE}
          taken={[...state.shipped.value, ...state.own.value].map((style) => style.name)}
          onUse={state.takeOwnLine}
          onClose={() => (recording.value = false)}
        />
      )}
      {state.tokenWanted.value && <TokenDialog />}
    </div>
  );
}

function Top() {
  return (
    <header class="bar-top">
      <h1>
        <Icon name="scriptorium" size={24} />
        Scriptorium
      </h1>
      <Share />
      <BarButton
        icon={dark.value ? "sun" : "moon"}
        title={dark.value ? "Light" : "Dark"}
        onClick={toggleTheme}
      />
      <Downloads />
    </header>
  );
}

const FORMATS: readonly (readonly [Format, string, string])[] = [
  ["pdf", "PDF", "All pages in one file; the text can be found and copied"],
  ["svg", "SVG", "Single lines in millimetres, for plotters"],
  ["png", "PNG", "A picture of the page"],
  ["inkml", "InkML", "All points with their times"],
];

function Downloads() {
  const menu = useRef<HTMLDivElement>(null);
  const ready = state.complete.value && !state.stale.value;
  return (
    <>
      <button
        type="button"
        class="tool"
        popovertarget="downloads"
        disabled={!ready}
        title={ready ? "Download" : "Write first; then it can be downloaded"}
      >
        <Icon name="download" />
        <span class="label">Download</span>
      </button>
      <div ref={menu} id="downloads" class="menu" popover="auto" role="group" aria-label="Download as">
        {FORMATS.map(([format, title, about]) => (
          <button
            key={format}
            type="button"
            onClick={() => {
              menu.current?.hidePopover();
              void state.download(format);
            }}
          >
            {title}
            <small>{about}</small>
          </button>
        ))}
      </div>
    </>
  );
}

function Share() {
  const withText = useSignal(false);
  const said = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  const address = state.settings.value ? state.link(withText.value) : "";
  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(address);
      said.value = "Copied.";
    } catch {
      // Without TLS browsers give no clipboard; the field is selected for Ctrl+C.
      said.value = "Press Ctrl+C to copy the marked link.";
    }
  };
  return (
    <>
      <button type="button" class="tool" popovertarget="share" disabled={!address} title="Share by link">
        <Icon name="copy" />
        <span class="label">Share</span>
      </button>
      <div
        id="share"
        class="menu"
        popover="auto"
        role="group"
        aria-label="Share by link"
        onToggle={() => (said.value = "")}
      >
        <div class="pad">
          <label class="field">
            <span>Link to these settings</span>
            <input ref={field} type="text" readOnly value={address} onFocus={(e) => e.currentTarget.select()} />
          </label>
          <label class="row">
            <input
              type="checkbox"
              checked={withText.value}
              onChange={(event) => (withText.value = event.currentTarget.checked)}
            />
            <span>With the text</span>
          </label>
          <p class="muted">
            All of it stands behind # in the link: browsers do not send that to a server. Who has the
            link can read it.
          </p>
          <div class="row">
            <button type="button" class="primary" onClick={() => void copy()}>
              Copy the link
            </button>
            <span role="status">{said.value}</span>
          </div>
        </div>
      </div>
    </>
  );
}

function TextColumn() {
  const known = state.options.value;
  const length = state.text.value.length;
  const near = known !== null && length > 0.9 * known.longest;
  return (
    <section class="column text" aria-label="Text">
      <label for="text" class="section">
        Text
      </label>
      <textarea
        id="text"
        placeholder="Dear Anna, …"
        maxLength={known?.longest}
        spellcheck
        value={state.text.value}
        onInput={(event) => {
          state.text.value = event.currentTarget.value;
        }}
      />
      {near && (
        <p class="muted" role="status">
          {length} of at most {known.longest} characters
        </p>
      )}
      <div class="work">
        <Work />
      </div>
    </section>
  );
}

function sayProgress(): string {
  const { done, all } = state.lineCounts.value;
  const misread = state.misreadCount.value;
  if (state.rewriting.value) return "Writing the word again";
  switch (state.phase.value) {
    case "starting":
      return "Starting";
    case "unreachable":
      return "";
    case "writing":
      return all ? `Writing line ${Math.min(done + 1, all)} of ${all}` : "Laying out";
    case "paused":
      return `Held at line ${Math.min(done + 1, all)} of ${all}`;
    default:
      if (!all) return "";
      if (done < all) return `Stopped: ${done} of ${all} lines written`;
      if (misread) return `All written; ${misread === 1 ? "one word is" : `${misread} words are`} misread`;
      return "All written";
  }
}

function Work() {
  const phase = state.phase.value;
  const busy = phase === "writing" || phase === "paused";
  const { done, all } = state.lineCounts.value;
  const settings = state.settings.value;
  const ready = settings !== null && state.text.value.trim() !== "" && state.stale.value;
  return (
    <>
      <p class="muted" role="status">
        {sayProgress()}
      </p>
      <div class="progress" hidden={!busy} role="progressbar" aria-label="Lines written" aria-valuemin={0} aria-valuemax={Math.max(all, 1)} aria-valuenow={done}>
        <div style={{ width: `${all ? (100 * done) / all : 0}%` }} />
      </div>
      <div class="pace">
        <BarButton
          icon={phase === "paused" ? "play" : "pause"}
          title={phase === "paused" ? "Go on" : "Pause"}
          disabled={!busy}
          onClick={state.pauseOrGoOn}
        />
        <BarButton
          icon="replay"
          title="Replay"
          disabled={busy || done === 0}
          onClick={state.replay}
        />
        <span aria-hidden="true">slow</span>
        <input
          type="range"
          aria-label="Speed of writing, from real time to as fast as possible"
          title="How fast the pen is seen to write: from a writer's pace to as fast as points come"
          min={0}
          max={1}
          step={0.05}
          value={settings?.speed ?? 0.5}
          style={{ "--share": `${100 * (settings?.speed ?? 0.5)}%` }}
          onInput={(event) => state.turn({ speed: Number(event.currentTarget.value) })}
        />
        <span aria-hidden="true">fast</span>
      </div>
      <button
        type="button"
        class={busy ? "write busy" : "write"}
        disabled={!busy && !ready}
        title={busy ? "Stop at once (Esc)" : "Write (Ctrl+Return)"}
        onClick={() => (busy ? state.stop() : state.write())}
      >
        <Icon name={busy ? "square" : "feather"} />
        {busy ? "Stop" : "Write"}
      </button>
    </>
  );
}

function NoticeBar() {
  const notice = state.notice.value;
  return (
    <div role="alert">
      {notice && (
        <div class={`notice ${notice.kind}`}>
          {notice.kind === "error" && <Icon name="circle-alert" />}
          <p>{notice.text}</p>
          {notice.action && (
            <button type="button" class="quiet" onClick={notice.action.run}>
              {notice.action.title}
            </button>
          )}
          <button type="button" class="tool" title="Close" onClick={() => (state.notice.value = null)}>
            <Icon name="x" size={16} />
            <span class="spoken">Close the notice</span>
          </button>
        </div>
      )}
    </div>
  );
}

function WordBar() {
  const word = state.chosen.value;
  void state.changed.value;
  if (!word) return null;
  const found = word.line.words[word.index];
  if (!found) return null;
  const busy = state.rewriting.value !== null || state.phase.value !== "idle" || !state.complete.value;
  return (
    <div class="wordbar" role="group" aria-label="The chosen word">
      <p>
        <b>“{found.text}”</b>
        {found.misread !== null && ` reads as “${found.misread}”`}
      </p>
      <button type="button" disabled={busy} onClick={() => void state.rewrite(word)}>
        {state.rewriting.value ? "Writing …" : "Write again"}
      </button>
      {state.hasEarlier(word) && (
        <button type="button" disabled={busy} onClick={() => void state.backToEarlier(word)}>
          The one before
        </button>
      )}
      <button type="button" class="tool" title="Close" onClick={() => (state.chosen.value = null)}>
        <Icon name="x" size={16} />
        <span class="spoken">Let go of the word</span>
      </button>
    </div>
  );
}

/** CSS pixels that a sheet is wide at most where it fits the room for it. */
const WIDEST = 900;
/** How much larger or smaller than that it can be seen. */
const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3] as const;

function Middle() {
  const desk = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const element = desk.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      const style = getComputedStyle(element);
      setRoom(element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const [zoom, setZoom] = useState(1);
  const width = Math.max(200, Math.min(room, WIDEST)) * zoom;
  const written = state.written.value;
  return (
    <section class="middle" aria-label="Page">
      <NoticeBar />
      <div class="view">
      <div class="desk" ref={desk} tabIndex={0} role="region" aria-label="The paper">
        <div class="sheets">
          {room > 0 && !written && <BlankSheet width={width} />}
          {room > 0 &&
            written &&
            Array.from({ length: written.pages }, (_, page) => (
              <PageSheet
                key={page}
                written={written}
                page={page}
                width={width}
                look={state.look.value}
                changed={state.changed}
                pen={state.pen}
                chosen={state.chosen.value}
                busy={state.phase.value !== "idle"}
                painters={state.painters}
                onWord={state.tapWord}
              />
            ))}
        </div>
      </div>
        <Zoom value={zoom} onValue={setZoom} />
      </div>
      <WordBar />
      <details class="under" open>
        <summary>Attention</summary>
        <div>
          <Attention
            line={state.watched.value}
            grown={state.grown}
            pen={state.look.value.pen}
            colour={state.look.value.colour}
            dark={dark.value}
          />
        </div>
      </details>
    </section>
  );
}

function Zoom({ value, onValue }: { value: number; onValue: (zoom: number) => void }) {
  const next = ZOOMS.find((zoom) => zoom > value);
  const before = ZOOMS.findLast((zoom) => zoom < value);
  return (
    <div class="zoom" role="group" aria-label="Size of the view">
      <BarButton
        icon="minus"
        title="Smaller"
        disabled={before === undefined}
        onClick={() => onValue(before ?? value)}
      />
      <output>{Math.round(100 * value)} %</output>
      <BarButton
        icon="plus"
        title="Larger"
        disabled={next === undefined}
        onClick={() => onValue(next ?? value)}
      />
    </div>
  );
}

function BlankSheet({ width }: { width: number }) {
  const settings = state.settings.value;
  const size = settings && state.options.value?.papers[settings.paper];
  const [wide, high] = size ?? [210, 297];
  const ratio = settings?.landscape ? Math.min(wide, high) / Math.max(wide, high) : high / wide;
  return (
    <div class="sheet" style={{ width: `${width}px`, height: `${width * ratio}px` }}>
      <p class="greeting">
        {state.phase.value === "starting" ? (
          "One moment …"
        ) : state.phase.value === "unreachable" ? (
          "The service that writes does not let this page in."
        ) : (
          <>
            <b>Text goes in, ink comes out.</b>
            Type some lines and press Write: a network writes them here, pen stroke by pen stroke.
          </>
        )}
      </p>
    </div>
  );
}

const PENS: readonly Choice<PenKind>[] = [
  { value: "ballpoint", title: "Ball-point", icon: "pen-line" },
  { value: "fountain", title: "Fountain pen", icon: "pen-tool" },
  { value: "felt", title: "Felt pen", icon: "highlighter" },
  { value: "pencil", title: "Pencil", icon: "pencil" },
];
const RULINGS: readonly Choice<RulingKind>[] = [
  { value: "plain", title: "Plain" },
  { value: "lined", title: "Lined" },
  { value: "squared", title: "Squared" },
  { value: "dotted", title: "Dotted" },
];

function SettingsColumn({ onDraw }: { onDraw: () => void }) {
  const known = state.options.value;
  const now = state.settings.value;
  if (!known || !now) return <section class="column settings" aria-label="Settings" aria-busy="true" />;
  const slider = (name: NumberName) => {
    const usual = SCALES[name];
    const range = known.ranges[name];
    if (!usual || !range) return null;
    const [least, most] = range;
    const standard =
      name === "pen_width" ? (known.pens[now.pen]?.width ?? now.pen_width) : known.standard[name];
    const scale: Scale = { ...usual, least, most, standard };
    return (
      <Slider key={name} scale={scale} value={now[name]} onValue={(value) => state.turn({ [name]: value })} />
    );
  };
  return (
    <section class="column settings" aria-label="Settings">
      <Gallery
        hands={state.hands.value}
        shipped={state.shipped.value}
        own={state.own.value}
        value={now.style}
        onValue={(style) => state.turn({ style })}
        onDraw={onDraw}
        onForget={state.forgetOwn}
      />
      {slider("bias")}
      {slider("x_height")}
      <Seed />
      <h2 class="section">Ink and pen</h2>
      <Swatches inks={known.inks} value={now.colour} onValue={(colour) => state.turn({ colour })} />
      <Segmented
        title="Pen"
        choices={PENS.filter((pen) => pen.value in known.pens)}
        value={now.pen}
        onValue={(pen) => state.turn({ pen, pen_width: known.pens[pen]?.width ?? now.pen_width })}
      />
      {slider("pen_width")}
      <h2 class="section">Paper</h2>
      <Paper known={known} />
      <details>
        <summary>More</summary>
        <div>
          {now.style !== "" && slider("strength")}
          {slider("slant")}
          {slider("word_spacing")}
          {slider("line_spacing")}
          {slider("variation")}
          <Select
            title="Alignment"
            value={now.alignment}
            choices={known.alignments.map((name) => [name, capital(name)] as const)}
            onValue={(alignment) => state.turn({ alignment })}
          />
        </div>
      </details>
    </section>
  );
}

function Paper({ known }: { known: Options }) {
  const now = state.settings.value;
  if (!now) return null;
  return (
    <>
      <Select
        title="Size of the sheet"
        value={now.paper}
        choices={Object.entries(known.papers).map(
          ([name, [width, height]]) =>
            [name, `${name} (${Math.round(width)} × ${Math.round(height)} mm)`] as const,
        )}
        onValue={(paper) => state.turn({ paper })}
      />
      <label class="row">
        <input
          type="checkbox"
          checked={now.landscape}
          onChange={(event) => state.turn({ landscape: event.currentTarget.checked })}
        />
        <span>Longer side across</span>
      </label>
      <Segmented
        title="Ruling"
        choices={RULINGS.filter((ruling) => known.rulings.includes(ruling.value))}
        value={now.ruling}
        onValue={(ruling) => state.turn({ ruling })}
      />
    </>
  );
}

function Seed() {
  const now = state.settings.value;
  if (!now) return null;
  return (
    <div class="row" title="From which chance is drawn: the same seed writes the same ink.">
      <label for="seed">Seed</label>
      <span class="number">
        <input
          id="seed"
          type="number"
          min={0}
          max={LARGEST_SEED}
          step={1}
          value={now.seed}
          onChange={(event) => {
            const seed = Math.round(Number(event.currentTarget.value));
            if (Number.isFinite(seed) && seed >= 0 && seed <= LARGEST_SEED) state.turn({ seed });
            else event.currentTarget.value = String(now.seed);
          }}
        />
      </span>
      <BarButton icon="dices" title="Another seed" onClick={state.anotherSeed} />
    </div>
  );
}

function Status() {
  const written = state.written.value;
  const words = state.text.value.split(/\s+/).filter(Boolean).length;
  return (
    <footer class="status">
      <span>{words === 1 ? "1 word" : `${words} words`}</span>
      {written && <span>{written.pages === 1 ? "1 page" : `${written.pages} pages`}</span>}
      <span>Your text goes to this server alone, and is not kept there</span>
    </footer>
  );
}

function Tabs() {
  const tab = (name: "text" | "page" | "settings", title: string, icon: "type" | "file-text" | "settings") => (
    <button
      type="button"
      aria-pressed={state.view.value === name}
      onClick={() => (state.view.value = name)}
    >
      <Icon name={icon} />
      {title}
    </button>
  );
  return (
    <nav class="tabs" aria-label="Views">
      {tab("text", "Text", "type")}
      {tab("page", "Page", "file-text")}
      {tab("settings", "Settings", "settings")}
    </nav>
  );
}

function TokenDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const token = useSignal("");
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="small-dialog"
      aria-labelledby="token-title"
      onClose={() => (state.tokenWanted.value = false)}
    >
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          state.useToken(token.value.trim());
        }}
      >
        <h2 id="token-title">This service asks for a token</h2>
        <label class="field">
          <span>Token, as you got it from whoever runs the service</span>
          <input
            type="password"
            required
            autocomplete="off"
            value={token.value}
            onInput={(event) => (token.value = event.currentTarget.value)}
          />
        </label>
        <footer>
          <p>It is forgotten when this tab is closed.</p>
          <button type="submit" class="primary">
            Use it
          </button>
        </footer>
      </form>
    </dialog>
  );
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
