/** The studio's icons (Lucide), drawn in the colour of the text around them. */

import circleAlert from "../../../../resources/icons/circle-alert.svg?raw";
import copy from "../../../../resources/icons/copy.svg?raw";
import dices from "../../../../resources/icons/dices.svg?raw";
import download from "../../../../resources/icons/download.svg?raw";
import feather from "../../../../resources/icons/feather.svg?raw";
import fileText from "../../../../resources/icons/file-text.svg?raw";
import highlighter from "../../../../resources/icons/highlighter.svg?raw";
import minus from "../../../../resources/icons/minus.svg?raw";
import moon from "../../../../resources/icons/moon.svg?raw";
import pause from "../../../../resources/icons/pause.svg?raw";
import penLine from "../../../../resources/icons/pen-line.svg?raw";
import penTool from "../../../../resources/icons/pen-tool.svg?raw";
import pencil from "../../../../resources/icons/pencil.svg?raw";
import play from "../../../../resources/icons/play.svg?raw";
import plus from "../../../../resources/icons/plus.svg?raw";
import replay from "../../../../resources/icons/rotate-ccw.svg?raw";
import scriptorium from "../../../../resources/icons/scriptorium.svg?raw";
import settings from "../../../../resources/icons/settings.svg?raw";
import signature from "../../../../resources/icons/signature.svg?raw";
import square from "../../../../resources/icons/square.svg?raw";
import sun from "../../../../resources/icons/sun.svg?raw";
import trash from "../../../../resources/icons/trash-2.svg?raw";
import type from "../../../../resources/icons/type.svg?raw";
import undo from "../../../../resources/icons/undo-2.svg?raw";
import x from "../../../../resources/icons/x.svg?raw";

const SOURCES = {
  "circle-alert": circleAlert,
  copy,
  dices,
  download,
  feather,
  "file-text": fileText,
  highlighter,
  minus,
  moon,
  pause,
  "pen-line": penLine,
  "pen-tool": penTool,
  pencil,
  play,
  plus,
  replay,
  scriptorium,
  settings,
  signature,
  square,
  sun,
  trash,
  type,
  undo,
  x,
} as const;

export type IconName = keyof typeof SOURCES;

/** An icon that says nothing to a screen reader: what it stands on has a name. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <span
      class="icon"
      aria-hidden="true"
      style={{ width: `${size}px`, height: `${size}px` }}
      dangerouslySetInnerHTML={{ __html: SOURCES[name].replace(/<!--.*?-->\s*|<title>.*?<\/title>/g, "") }}
    />
  );
}
