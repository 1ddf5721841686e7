// Compiles, with the Python that the browser will run, the modules that the engine imports.
// node compile.mjs PYODIDE ENGINE.ZIP EXAMPLES.JSON COMPILED.ZIP
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, engine, examples, compiled] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: pyodide });
python.unpackArchive(new Uint8Array(fs.readFileSync(engine)), "zip", { extractDir: "/lib/derive" });
python.globals.set("examples", python.toPy(JSON.parse(fs.readFileSync(examples, "utf8"))));
python.runPython(`
import importlib.util, py_compile, sys, zipfile
sys.path.insert(0, "/lib/derive")
sys.dont_write_bytecode = True
from derive.readers.playground import engine
for text in examples:
    found = {**engine.answer(text, "en"), **engine.checked(text)}
    assert "error" not in found, found
files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
with zipfile.ZipFile("/compiled.zip", "w", zipfile.ZIP_DEFLATED) as made:
    for file in sorted(name for name in files if name.startswith("/lib/derive/") and name.endswith(".py")):
        place = importlib.util.cache_from_source(file)
        py_compile.compile(file, place, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        with open(place, "rb") as code:
            made.writestr(zipfile.ZipInfo(place.removeprefix("/lib/derive/"), (1980, 1, 1, 0, 0, 0)), code.read(), zipfile.ZIP_DEFLATED)
`);
fs.writeFileSync(compiled, python.FS.readFile("/compiled.zip"));
