// Completion while typing: the language's own words and the names that the text declares, in a list below the editor.
// The arrows choose, Enter or Tab takes what is chosen, Escape closes; Ctrl+Space opens the list by hand.
(() => {
  "use strict";
  const desk = document.querySelector(".derive-playground"), editor = desk.querySelector("textarea");
  const list = desk.querySelector("[role=listbox]"), heard = desk.querySelector(".derive-heard");
  const words = JSON.parse(desk.dataset.words), told = JSON.parse(desk.dataset.told), MOST = 8, FEWEST = 2;
  const DECLARED = /^[ \t]*([A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*)[ \t]*=(?!=)/gm;
  let chosen = -1;

  function begun() {
    if (editor.selectionStart !== editor.selectionEnd) return "";
    return editor.value.slice(0, editor.selectionStart).match(/[A-Za-z_]\w*$/)?.[0] ?? "";
  }

  function fitting(start) {
    const declared = [...editor.value.matchAll(DECLARED)].flatMap((line) => line[1].split(/\s*,\s*/));
    const all = [...new Set([...declared, ...words])];
    return all.filter((word) => word !== start && word.toLowerCase().startsWith(start.toLowerCase())).slice(0, MOST);
  }

  function close() {
    list.hidden = true;
    chosen = -1;
    list.replaceChildren();
    editor.removeAttribute("aria-activedescendant");
    heard.textContent = "";
  }

  function offer(fewest) {
    const start = begun(), found = start.length >= fewest ? fitting(start) : [];
    close();
    if (!found.length) return;
    list.append(...found.map((word, place) => {
      const option = document.createElement("li");
      option.id = `derive-word-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = word;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(word); });
      return option;
    }));
    list.hidden = false;
    heard.textContent = told.offered.replace("{number}", found.length);
  }

  function choose(place) {
    const options = [...list.children];
    chosen = (place + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    editor.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function take(word) {
    const end = editor.selectionStart;
    editor.setRangeText(word, end - begun().length, end, "end");
    editor.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    editor.focus();
  }

  const KEYS = {
    ArrowDown: () => choose(chosen + 1),
    ArrowUp: () => choose(chosen < 0 ? -1 : chosen - 1),
    Enter: () => take(list.children[chosen].textContent),
    Tab: () => take(list.children[chosen].textContent),
    Escape: close,
  };

  editor.addEventListener("input", () => offer(FEWEST));
  editor.addEventListener("blur", close);
  editor.addEventListener("click", close);
  editor.addEventListener("keydown", (event) => {
    if (event.key === " " && event.ctrlKey) { event.preventDefault(); offer(1); return; }
    if (list.hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (["Enter", "Tab"].includes(event.key) && chosen < 0) { close(); return; } // a new line, the next control
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) { close(); return; }
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
})();
