#!/usr/bin/env node
// Builds an adapter's project: bundles src/adapter.ts, makes a component with QuickJS inside, and puts the manifest into it.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
// A package carries its own copy; in the repository the WIT stands beside it.
const WIT = [join(here, "wit/adapter.wit"), join(here, "../wit/adapter.wit")].find(existsSync);
const PINNED = "componentize-qjs@0.4.5 esbuild@0.28.2 smol-toml@1.9.1";
const FIELDS = ["id", "version", "description", "reads", "writes", "formats", "settings", "needs", "entered-by-hand", "on2xx", "build", "budget"];

async function tools() {
  try {
    const [{ componentize }, { build }, { parse }] = await Promise.all([import("componentize-qjs"), import("esbuild"), import("smol-toml")]);
    return { componentize, bundle: build, toml: parse };
  } catch (error) {
    throw new Error(`a tool of the build is missing (${error.message}). Install them with: npm install --save-dev --save-exact ${PINNED}`);
  }
}

/** An unsigned number as LEB128. */
export function leb128(number) {
  const bytes = [];
  do {
    const low = number % 128;
    number = Math.floor(number / 128);
    bytes.push(number > 0 ? low + 128 : low);
  } while (number > 0);
  return Buffer.from(bytes);
}

/** A custom section: id 0, its size, its name with the name's size, its bytes. */
export function section(name, payload) {
  const named = Buffer.concat([leb128(Buffer.byteLength(name)), Buffer.from(name), Buffer.from(payload)]);
  return Buffer.concat([Buffer.from([0]), leb128(named.length), named]);
}

/** The sections of a component, by id and bytes. */
export function sections(component) {
  const found = [];
  for (let at = 8; at < component.length; ) {
    const id = component[at++];
    let [size, shift] = [0, 1];
    for (let more = true; more; shift *= 128) {
      const byte = component[at++];
      size += (byte & 127) * shift;
      more = byte > 127;
    }
    found.push({ id, bytes: component.subarray(at, at + size) });
    at += size;
  }
  return found;
}

/** The manifest of adapter.toml, as the hub reads it. */
export async function manifestOf(folder, toml) {
  const written = toml(await readFile(join(folder, "adapter.toml"), "utf8"));
  const unknown = Object.keys(written).find((field) => !FIELDS.includes(field));
  if (unknown) throw new Error(`adapter.toml: unknown field \`${unknown}\`; it has ${FIELDS.join(", ")}`);
  for (const field of ["id", "version", "description"]) if (typeof written[field] !== "string") throw new Error(`adapter.toml: ${field} is missing`);
  for (const field of ["id", "version"]) {
    if (!/^[a-z0-9._+-]{1,60}$/.test(written[field])) throw new Error(`adapter.toml: ${field} has to be 1 to 60 of a-z, 0-9, \`-\`, \`.\`, \`_\` and \`+\``);
  }
  const { settings = {}, needs = {} } = written;
  const manifest = {
    id: written.id, version: written.version, contract: "1.0", description: written.description,
    formats: (written.formats ?? []).map((format) => ({ mediaType: format["media-type"], description: format.description ?? "" })),
    reads: written.reads ?? [], writes: written.writes ?? [],
    settings: typeof settings === "string" ? JSON.parse(await readFile(join(folder, settings), "utf8")) : settings,
    needs: { endpoint: needs.endpoint ?? [], party: needs.party ?? [], credentials: needs.credentials ?? [] },
    enteredByHand: written["entered-by-hand"] ?? false, on2xx: written.on2xx ?? "ask",
  };
  return { manifest, inbox: written.build?.inbox === true };
}

/** Line of the bundle → source and line, so that a defect names the author's file. */
function lineTable(map, count, folder) {
  const [sourceMap, sources, lines] = [new SourceMap(JSON.parse(map)), [], []];
  for (let line = 0; line < count; line++) {
    const entry = sourceMap.findEntry(line, 1_000_000);
    if (!entry.originalSource || entry.generatedLine !== line) { lines.push(null); continue; }
    const path = resolve(folder, "dist", entry.originalSource);
    const name = path.startsWith(join(here, "src")) ? `bindeledd-sdk/${relative(join(here, "src"), path)}` : relative(folder, path);
    if (!sources.includes(name)) sources.push(name);
    lines.push([sources.indexOf(name), entry.originalLine + 1]);
  }
  return { sources, lines, from: 1 };
}

/** Builds the project in a folder, and returns the path of the component and its bytes. */
export async function build(folder, { engine = "quickjs", entry = "src/adapter.ts" } = {}) {
  const { componentize, bundle, toml } = await tools();
  const { manifest, inbox } = await manifestOf(folder, toml);
  const sdk = JSON.stringify(join(here, "src/index.ts"));
  const contents = `
    import "guard";
    import adapter from ${JSON.stringify(`./${entry}`)};
    import { translate as t, inbox as i } from ${sdk};
    export const translate = t(adapter);
    ${inbox ? "export const inbox = i(adapter);" : ""}`;
  const guard = {
    name: "sdk",
    setup(on) {
      on.onResolve({ filter: /^guard$/ }, () => ({ path: "guard", namespace: "sdk" }));
      on.onLoad({ filter: /.*/, namespace: "sdk" }, () => ({ resolveDir: folder, contents: `import { guard } from ${JSON.stringify(join(here, "src/guard.ts"))}; guard();` }));
      on.onResolve({ filter: /^@bindeledd\/adapter$/ }, () => ({ path: join(here, "src/index.ts") }));
    },
  };
  const result = await bundle({
    stdin: { contents, resolveDir: folder, sourcefile: "entry.js" }, plugins: [guard], bundle: true, format: "esm", target: "es2022", write: false,
    absWorkingDir: folder, outfile: join(folder, "dist/adapter.js"), sourcemap: "external", charset: "utf8", logLevel: "silent",
    banner: { js: "globalThis.console = new Proxy({}, { get: () => () => undefined });" },
  });
  const file = (end) => result.outputFiles.find((one) => one.path.endsWith(end)).text;
  const source = file(".js");
  const table = lineTable(file(".map"), source.split("\n").length, folder);
  const js = `${source}\nglobalThis.bindeleddLines = ${JSON.stringify(table)};\n`;
  await mkdir(join(folder, "dist"), { recursive: true });
  const world = inbox ? "fetching-adapter" : "adapter";
  const made = engine === "starlingmonkey" ? await starling(js, world) : (await componentize({ witPath: WIT, world, jsSource: js, stubWasi: true, sync: true, optSize: true })).component;
  const component = Buffer.concat([made, section("bindeledd:manifest", JSON.stringify(manifest))]);
  // Section 10 of a component holds its imports.
  if (sections(component).some(({ id }) => id === 10)) throw new Error("the component imports something, and a hub gives nothing");
  const path = join(folder, "dist", `${manifest.id}.wasm`);
  await writeFile(path, component);
  return { path, component, manifest };
}

async function starling(source, witWorld) {
  const { componentize } = await import("@bytecodealliance/componentize-js").catch(() => {
    throw new Error("StarlingMonkey is missing. Install it with: npm install --save-dev --save-exact @bytecodealliance/componentize-js");
  });
  return (await componentize(source, { witPath: WIT, worldName: witWorld, disableFeatures: ["random", "stdio", "clocks", "http", "fetch-event"] })).component;
}

if (process.argv[1] && (await import("node:fs")).realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const at = args.indexOf("--engine");
  const engine = at < 0 ? "quickjs" : args.splice(at, 2)[1];
  try {
    if (engine !== "quickjs" && engine !== "starlingmonkey") throw new Error("--engine is quickjs or starlingmonkey");
    const { path, component } = await build(resolve(args[0] ?? "."), { engine });
    console.log(`${path}  ${(component.length / 1e6).toFixed(1)} MB  contract 1.0  imports nothing`);
  } catch (error) {
    console.error(`bindeledd-build: ${error.message}`);
    process.exitCode = 1;
  }
}
