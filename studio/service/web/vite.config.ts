/** Builds the page into studio/service/static, with a list of what it was built from. */

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../../..");
const target = resolve(here, "../static");

const hash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Files by their path in the project, each with its hash. */
function hashes(paths: Iterable<string>): Record<string, string> {
  const named = [...new Set(paths)].map((path) => [relative(root, path).split(sep).join("/"), path]);
  return Object.fromEntries(named.sort().map(([name, path]) => [name, hash(path as string)]));
}

/**
 * Writes build.json beside the built files: the hash of every source that went into them and of
 * every built file, so that a test without Node can tell whether they belong together.
 */
function provenance(): Plugin {
  const sources = new Set<string>();
  return {
    name: "provenance",
    apply: "build",
    buildStart() {
      sources.clear();
      rmSync(join(target, "build.json"), { force: true });
    },
    generateBundle() {
      for (const id of this.getModuleIds()) {
        const path = id.split("?")[0] as string;
        if (path.startsWith(root) && !path.includes("node_modules")) sources.add(path);
      }
    },
    closeBundle() {
      for (const name of ["index.html", "package.json", "package-lock.json", "vite.config.ts"]) {
        sources.add(join(here, name));
      }
      // Style sheets name each other where the bundler does not tell.
      for (const name of readdirSync(join(here, "src"))) sources.add(join(here, "src", name));
      const built = readdirSync(target, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const content = { sources: hashes(sources), built: hashes(built) };
      writeFileSync(join(target, "build.json"), `${JSON.stringify(content, null, 1)}\n`);
    },
  };
}

export default defineConfig({
  root: here,
  // Relative, so that the page works below any path of a proxy.
  base: "./",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: target,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { output: { entryFileNames: "assets/page-[hash].js", assetFileNames: "assets/[name]-[hash][extname]" } },
  },
  plugins: [provenance()],
  server: {
    proxy: Object.fromEntries(
      ["/v1", "/healthz", "/readyz", "/openapi.json"].map((path) => [
        path,
        { target: process.env["SCRIPTORIUM_SERVICE"] ?? "http://127.0.0.1:8765", ws: true },
      ]),
    ),
  },
});
