// The desk: sends what is typed to the worker, and shows what comes back.  The formula is in the address, too.
(() => {
  "use strict";
  const desk = document.querySelector(".derive-playground");
  const editor = desk.querySelector("textarea"), state = desk.querySelector(".derive-state");
  const mistake = desk.querySelector(".derive-mistake"), share = desk.querySelector("[data-do=share]");
  const stopper = desk.querySelector("[data-do=stop]");
  const told = JSON.parse(desk.dataset.told), PAUSE = 900, KEY = "formula=";
  let worker = null, asked = 0, busy = false, waiting = 0, next = null, name = "";

  function say(what, values = {}) {
    state.textContent = told[what].replace(/\{(\w+)\}/g, (_, key) => values[key]);
    desk.dataset.state = what;
  }

  // --- the address ---------------------------------------------------------------------------------------------------
  function written(text) {
    const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
    return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function read(hash) {
    if (!hash.startsWith(`#${KEY}`)) return null;
    try {
      const bytes = atob(hash.slice(KEY.length + 1).replace(/-/g, "+").replace(/_/g, "/"));
      return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)));
    } catch (broken) {
      return null;
    }
  }

  // --- the worker ----------------------------------------------------------------------------------------------------
  function start() {
    say("loading");
    worker = new Worker(new URL("worker.js", new URL(desk.dataset.from, location.href)), { type: "module" });
    worker.onmessage = ({ data }) => HEARD[data.kind](data);
    worker.onerror = (event) => HEARD.broken({ reason: event.message || "worker" });
  }

  function ask() {
    clearTimeout(waiting);
    if (!editor.value.trim()) return;
    if (busy) { next = editor.value; return; }
    next = null;
    busy = true;
    stopper.disabled = false;
    if (!worker) start(); else if (desk.dataset.state !== "loading") say("working");
    share.href = `#${KEY}${written(editor.value)}`;
    history.replaceState(null, "", share.href);
    worker.postMessage({ id: ++asked, text: editor.value, language: desk.dataset.language });
  }

  function free() {
    busy = false;
    stopper.disabled = true;
    if (next !== null) ask();
  }

  function fill(pane, found) {
    if (pane.dataset.pane === "derivation") { pane.innerHTML = found.derivation; typeset(pane); }
    else pane.textContent = found[pane.dataset.pane];
    pane.closest("details").hidden = false;
  }

  /** Each part is shown as soon as it is there: what was made of another text before it is hidden meanwhile. */
  function show(found, what) {
    for (const pane of desk.querySelectorAll("[data-pane]")) if (pane.dataset.pane in found) fill(pane, found);
    say(what, { name, seconds: found.seconds.toFixed(1) });
  }

  const right = (heard) => (found) => {
    if (!found.error) { heard(found); return; }
    wrong(found);
    say("ready");
    free();
  };

  const HEARD = {
    ready({ remembered }) { desk.dataset.remembered = remembered; say(busy ? "working" : "ready"); },
    derivation: right((found) => {
      mistake.hidden = true;
      editor.removeAttribute("aria-invalid");
      name = found.name;
      for (const pane of desk.querySelectorAll("[data-pane]")) pane.closest("details").hidden = true;
      show(found, "derived");
    }),
    kernels: right((found) => show(found, "done")),
    checked: right((found) => { say("checked", { name, ...found }); free(); }),
    broken({ reason }) { say("broken", { reason }); free(); },
  };

  /** The mistake at its place: a button leads to the line. */
  function wrong({ error, line }) {
    mistake.textContent = line ? "" : error;
    if (line) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = told.line.replace("{line}", line).replace("{error}", error);
      button.addEventListener("click", () => choose(line));
      const shown = document.createElement("code");
      shown.textContent = editor.value.split("\n")[line - 1] || "";
      mistake.append(button, shown);
    }
    mistake.hidden = false;
    mistake.dataset.line = line;
    editor.setAttribute("aria-invalid", "true");
  }

  function choose(line) {
    const lines = editor.value.split("\n"), first = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    editor.focus();
    editor.setSelectionRange(first, first + (lines[line - 1] || "").length);
  }

  /** Mathematics stands between dollars; a dollar of the prose is alone in an element. */
  function typeset(place) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) if (/\$[^$]+\$/.test(walker.currentNode.data)) texts.push(walker.currentNode);
    for (const text of texts) {
      const pieces = text.data.split(/\$([^$]+)\$/);
      text.replaceWith(...pieces.map((piece, number) => {
        if (number % 2 === 0) return piece;
        const made = document.createElement("span");
        katex.render(piece, made, { throwOnError: false, strict: "ignore", output: "htmlAndMathml" });
        return made;
      }));
    }
  }

  // --- what a reader does --------------------------------------------------------------------------------------------
  function type(text) {
    editor.value = text;
    ask();
  }

  editor.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(); }
  });
  desk.querySelector("[data-do=run]").addEventListener("click", ask);
  stopper.addEventListener("click", () => {
    worker.terminate();
    worker = next = null;
    free();
    say("stopped");
  });
  share.addEventListener("click", () => { share.href = `#${KEY}${written(editor.value)}`; });
  for (const button of desk.querySelectorAll("[data-example]")) {
    button.addEventListener("click", () => type(button.dataset.example));
  }
  window.addEventListener("hashchange", () => {
    const text = read(location.hash);
    if (text !== null && text !== editor.value) type(text);
  });

  editor.value = read(location.hash) ?? desk.querySelector("[data-example]").dataset.example;
  if (location.protocol === "file:") say("folder"); else ask();
})();
