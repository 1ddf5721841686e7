// Python in a thread of its own: loads derive, and answers one question after the other.
import { loadPyodide } from "./pyodide.mjs";

const here = new URL(".", import.meta.url).href;
const started = start();

async function start() {
  const [python, bundle] = await Promise.all([
    loadPyodide({ indexURL: here }),
    fetch(`${here}engine.zip`).then((answer) => answer.arrayBuffer()),
  ]);
  python.unpackArchive(bundle, "zip", { extractDir: "/lib/derive" });
  python.runPython("import sys; sys.path.insert(0, '/lib/derive')");
  return python.pyimport("derive.readers.playground.engine");
}

function plain(found) {
  const made = found.toJs({ dict_converter: Object.fromEntries });
  found.destroy();
  return made;
}

started.then(
  () => postMessage({ kind: "ready" }),
  (error) => postMessage({ kind: "broken", reason: String(error) }),
);

onmessage = async ({ data: { id, text, language } }) => {
  try {
    const engine = await started, before = performance.now();
    const found = plain(engine.answer(text, language));
    postMessage({ kind: "answer", id, seconds: (performance.now() - before) / 1000, ...found });
    if (!found.error) postMessage({ kind: "checked", id, ...plain(engine.checked(text)) });
  } catch (error) {
    postMessage({ kind: "broken", id, reason: String(error) });
  }
};
