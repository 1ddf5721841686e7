// derive in Pyodide: its files put in place, and room for the memory that it is started with.

const PLACE = "/lib/derive", [OWN, LIBRARIES] = ["derive.zip", "libraries.zip"];
export const ARCHIVES = [OWN, LIBRARIES], MEMORY = "engine.memory";

/** The files of the engine, by name: derive unpacked, as it reads its own templates; libraries are read where they lie. */
export function furnish(python, files) {
  python.unpackArchive(files[OWN], "zip", { extractDir: PLACE });
  python.FS.writeFile(`${PLACE}/${LIBRARIES}`, new Uint8Array(files[LIBRARIES]));
  python.runPython(`import sys
for place in ("${PLACE}", "${PLACE}/${LIBRARIES}"):
    if place not in sys.path:
        sys.path.insert(0, place)`);
}

/** Pyodide puts a kept memory into the one that it has just made, and does not make it larger first. */
export function roomFor(bytes) {
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const made = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const found = await made.apply(WebAssembly, given), memory = (found.instance ?? found).exports?.memory;
      if (memory && memory.buffer.byteLength < bytes) memory.grow(Math.ceil((bytes - memory.buffer.byteLength) / 65536));
      return found;
    };
  }
}
