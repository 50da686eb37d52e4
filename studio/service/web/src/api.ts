/** Asks the service: over HTTP for what comes at once, over a WebSocket for what grows. */

import { pointCount } from "./curves.ts";
import { type Answer, type HandInfo, type Job, type Listener, type Options, type OwnStyle, Refusal, type StyleInfo, type Writing } from "./engine.ts";
import type { OwnLine } from "./recorder.tsx";
import { session } from "./storage.ts";
import {
  inkRequest,
  readAnswer,
  readBinary,
  readHands,
  readLine,
  readOptions,
  readPlaces,
  readRemarks,
  readSheet,
  readStyles,
  type WireAnswer,
  type WireHands,
  type WireLine,
  type WireOptions,
  type WirePlan,
  type WireReport,
  type WireStyles,
} from "./wire.ts";
import { zip } from "./zip.ts";

export type Format = "pdf" | "svg" | "png" | "inkml";

const TYPES: Readonly<Record<Format, string>> = {
  pdf: "application/pdf",
  svg: "image/svg+xml",
  png: "image/png",
  inkml: "application/inkml+xml",
};

const LOST = "The connection to the service is lost; look whether it still runs, then try again.";

let token = session.recall("token") ?? "";

/** Send this token along from now on. */
export function setToken(value: string): void {
  token = value;
  session.remember("token", value || null);
}

async function ask(path: string, body?: unknown, accept = "application/json"): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    // Relative to the page: a proxy may serve it below a path.
    response = await fetch(new URL(path, document.baseURI), {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new Refusal(LOST, "connection");
  }
  if (!response.ok) throw await refused(response);
  return response;
}

async function refused(response: Response): Promise<Refusal> {
  const wait = Number(response.headers.get("Retry-After"));
  let told: WireError | undefined;
  try {
    told = ((await response.json()) as { error?: WireError }).error;
  } catch {
    // Something between the page and the service has answered.
  }
  const sentence = told?.message ?? `The service answers with the status ${response.status}.`;
  return new Refusal(wait ? `${sentence} Try again in ${wait} s.` : sentence, told?.code ?? "");
}

interface WireError {
  code: string;
  message: string;
}

async function json<T>(path: string, body?: unknown): Promise<T> {
  const response = await ask(path, body);
  return (await response.json()) as T;
}

/** What there is to choose from, the styles and the hands. */
export async function known(): Promise<{
  options: Options;
  styles: StyleInfo[];
  hands: HandInfo[];
}> {
  const [options, styles, hands] = await Promise.all([
    json<WireOptions>("v1/options"),
    json<WireStyles>("v1/styles"),
    json<WireHands>("v1/hands"),
  ]);
  return {
    options: readOptions(options, styles.default),
    styles: readStyles(styles),
    hands: readHands(hands),
  };
}

/** All that a job comes to, at once. */
export async function answer(job: Job): Promise<Answer> {
  return readAnswer(await json<WireAnswer>("v1/ink", { ...inkRequest(job), attention: true }));
}

/** What is written as a file; several pages of a format that holds one come as an archive. */
export async function download(
  job: Job,
  format: Format,
  pages: number,
): Promise<{ blob: Blob; name: string }> {
  const name = fileName(job.text);
  const get = async (page: number): Promise<Blob> => {
    const body = { ...inkRequest(job), output: { page } };
    return await (await ask("v1/ink", body, TYPES[format])).blob();
  };
  if (pages === 1 || format === "pdf" || format === "inkml") {
    return { blob: await get(1), name: `${name}.${format}` };
  }
  const entries = [];
  for (let page = 1; page <= pages; page++) {
    const content = new Uint8Array(await (await get(page)).arrayBuffer());
    entries.push({ name: `${name}-${page}.${format}`, content });
  }
  return { blob: zip(entries), name: `${name}-${format}.zip` };
}

/** The first words of a text, as a file may be called. */
function fileName(text: string): string {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, 4).join("-").slice(0, 40) || "handwriting";
}

/** Make a style of a line; the remarks say what may be wrong with it. */
export async function makeStyle(line: OwnLine): Promise<{ style: OwnStyle; remarks: string[] }> {
  const strokes = line.strokes.map((stroke) =>
    Array.from({ length: pointCount(stroke) }, (_, i) => {
      const point = [stroke.xy[2 * i], stroke.xy[2 * i + 1], stroke.time?.[i] ?? 0];
      return stroke.pressure ? [...point, stroke.pressure[i]] : point;
    }),
  );
  const body = { name: line.name, lines: [{ text: line.text, strokes }] };
  const made = await json<{ style: { strokes: number[][] }; remarks: string[]; about?: string }>(
    "v1/styles",
    body,
  );
  const style: OwnStyle = {
    name: line.name,
    about: made.about ?? "your own line",
    preview: made.style.strokes.map((xy) => ({ xy })),
    content: made.style,
  };
  return { style, remarks: made.remarks };
}

type Message =
  | { type: "start"; points_per_second: number }
  | ({ type: "plan" } & WirePlan)
  | ({ type: "line" } & WireLine)
  | { type: "done"; report: WireReport }
  | { type: "error"; error: WireError }
  | { type: "retry" | "state" | "pong" };

/** Write a job, point by point. */
export function write(job: Job, rate: number, listener: Listener): Writing {
  const address = new URL("v1/live", document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  let lines: WirePlan["lines"] = [];
  let over = false;
  const end = (): void => {
    over = true;
    socket.close(1000);
  };
  const fail = (error: Refusal): void => {
    if (over) return;
    end();
    listener.failed(error);
  };
  const send = (message: Record<string, unknown>): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const arrived = (buffer: ArrayBuffer): void => {
    const told = readBinary(buffer);
    const line = told && lines[told.line];
    if (!told || !line) return;
    const points: number[] = [];
    for (let i = 0; i < told.points.length; i += 3) {
      const number = told.from + i / 3;
      points.push(
        told.points[i] as number,
        told.points[i + 1] as number,
        number / rate,
        told.points[i + 2] as number,
      );
    }
    listener.arrived(line.id, told.from, points, told.weights);
  };
  socket.addEventListener("open", () => {
    const request = { ...inkRequest(job), attention: true };
    send({ type: "start", ...(token && { token }), request, points: "binary" });
  });
  socket.addEventListener("message", (event: MessageEvent<ArrayBuffer | string>) => {
    if (over) return;
    if (typeof event.data !== "string") {
      arrived(event.data);
      return;
    }
    const message = JSON.parse(event.data) as Message;
    switch (message.type) {
      case "plan":
        lines = message.lines;
        listener.planned(readSheet(message.pages[0]), message.pages.length, readPlaces(message));
        break;
      case "line":
        listener.finished(readLine(message));
        break;
      case "done":
        end();
        listener.done(readRemarks(message.report));
        break;
      case "error":
        fail(new Refusal(message.error.message, message.error.code));
        break;
    }
  });
  socket.addEventListener("close", (event) => {
    if (event.code === 4401) fail(new Refusal("The service asks for a token.", "unauthorized"));
    else fail(new Refusal(LOST, "connection"));
  });
  return {
    pause: () => send({ type: "pause" }),
    resume: () => send({ type: "resume" }),
    stop() {
      send({ type: "stop" });
      end();
    },
  };
}

