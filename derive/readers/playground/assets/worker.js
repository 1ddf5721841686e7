// Python in a thread of its own: loads derive, and answers one question after the other, each in three parts.
import { ARCHIVES, furnish, MEMORY, roomFor } from "./engine.mjs";
import { loadPyodide } from "./pyodide.mjs";

const here = new URL(".", import.meta.url).href;
let remembered = false;
const started = start();

async function start() {
  const [files, memory] = await Promise.all([archives(), kept()]);
  const python = await woken(memory);
  furnish(python, files);
  return python.pyimport("derive.readers.playground.engine");
}

async function archives() {
  const read = await Promise.all(ARCHIVES.map(async (name) => (await fetch(here + name)).arrayBuffer()));
  return Object.fromEntries(ARCHIVES.map((name, place) => [name, read[place]]));
}

/** The memory of an engine that was started when the site was built; null: none was kept, or this browser reads none. */
async function kept() {
  const found = await (await fetch(here + MEMORY)).blob();
  if (!found.size || !globalThis.DecompressionStream) return null;
  return new Uint8Array(await new Response(found.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

async function woken(memory) {
  if (memory !== null) {
    roomFor(memory.length);
    try {
      const python = await loadPyodide({ indexURL: here, _loadSnapshot: memory });
      remembered = true;
      return python;
    } catch (refused) { /* by this browser: the engine starts here, which takes longer */ }
  }
  return loadPyodide({ indexURL: here });
}

function plain(found) {
  const made = found.toJs({ dict_converter: Object.fromEntries });
  found.destroy();
  return made;
}

started.then(
  () => postMessage({ kind: "ready", remembered }),
  (error) => postMessage({ kind: "broken", reason: String(error) }),
);

onmessage = async ({ data: { id, text, language } }) => {
  try {
    const engine = await started, before = performance.now();
    const parts = { derivation: () => engine.derivation(text, language), kernels: () => engine.coded(text), checked: () => engine.checked(text) };
    for (const [kind, make] of Object.entries(parts)) {
      const found = plain(make());
      postMessage({ kind, id, seconds: (performance.now() - before) / 1000, ...found });
      if (found.error) return;
    }
  } catch (error) {
    postMessage({ kind: "broken", id, reason: String(error) });
  }
};
