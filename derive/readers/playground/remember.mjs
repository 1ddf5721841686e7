// Starts the engine once, in the Python that the browser will run, and keeps the memory that it then has.
// node remember.mjs FOLDER EXAMPLES.JSON
import fs from "node:fs";
import zlib from "node:zlib";
import { pathToFileURL } from "node:url";

const [folder, examples] = process.argv.slice(2);
const address = (name) => pathToFileURL(`${folder}/${name}`).href;
const { loadPyodide } = await import(address("pyodide.mjs"));
const { ARCHIVES, furnish, MEMORY, roomFor } = await import(address("engine.mjs"));
const files = Object.fromEntries(ARCHIVES.map((name) => [name, new Uint8Array(fs.readFileSync(`${folder}/${name}`))]));
const texts = JSON.parse(fs.readFileSync(examples, "utf8"));
const MADE = `
import gc
from derive.readers.playground import engine
def made(texts):
    for text in texts:
        found = {**engine.derivation(text, "en"), **engine.coded(text), **engine.checked(text)}
        assert "error" not in found, found
`;

const first = await loadPyodide({ indexURL: folder, _makeSnapshot: true, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
furnish(first, files);
first.runPython(`${MADE}
made(${JSON.stringify(texts)})
engine.forget()
gc.collect()
del made`);
const memory = first.makeMemorySnapshot();

roomFor(memory.length);
const second = await loadPyodide({ indexURL: folder, _loadSnapshot: memory });
furnish(second, files);
second.runPython(`${MADE}
made(${JSON.stringify(texts.slice(0, 1))})`); // what does not come back to life is not kept
fs.writeFileSync(`${folder}/${MEMORY}`, zlib.gzipSync(memory, { level: 9 }));
