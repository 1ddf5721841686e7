// Sets the mathematics, folds and unfolds derivations, and keeps the place when the language changes.
(function () {
  "use strict";

  function typeset() {
    document.querySelectorAll(".arithmatex").forEach(function (place) {
      var text = place.textContent.trim();
      var shown = text.startsWith("\\[");
      katex.render(text.slice(2, -2), place, { displayMode: shown, throwOnError: false, strict: "ignore", output: "htmlAndMathml" });
      place.setAttribute("data-tex", text.slice(2, -2).trim());
    });
    document.documentElement.setAttribute("data-typeset", "done");
  }

  // The buttons of a page with steps stand in a row of their own below its title.
  function tools() {
    var heading = document.querySelector(".md-content h1");
    var steps = Array.from(document.querySelectorAll("details.derive-steps"));
    if (steps.length < 2 || !heading) return;
    var row = document.createElement("div");
    row.className = "derive-tools";
    heading.after(row);
    detailButton(row);
    foldButton(row, steps);
  }

  // Key steps alone, or every step: what the reader chose stays chosen on other pages, where the browser keeps it.
  function detailButton(row) {
    var root = document.documentElement, words = document.querySelector('meta[name="derive-detail"]');
    if (!document.querySelector(".derive-routine")) return;
    function kept(value) {
      try { return value === undefined ? localStorage.getItem("derive-detail") : localStorage.setItem("derive-detail", value); }
      catch (refused) { return null; }
    }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "derive-detail";
    function show(brief) {
      root.classList.toggle("derive-brief", brief);
      button.textContent = brief ? words.dataset.full : words.content;
    }
    button.addEventListener("click", function () {
      var brief = !root.classList.contains("derive-brief");
      show(brief);
      kept(brief ? "brief" : "full");
    });
    show(kept() === "brief");
    row.append(button);
  }

  function foldButton(row, steps) {
    var words = document.querySelector('meta[name="derive-fold"]');
    var button = document.createElement("button");
    button.type = "button";
    button.className = "derive-fold";
    function name() {
      button.textContent = steps.some(function (s) { return s.open; }) ? words.content : words.dataset.unfold;
    }
    button.addEventListener("click", function () {
      var open = !steps.some(function (s) { return s.open; });
      steps.forEach(function (s) { s.open = open; });
      name();
    });
    steps.forEach(function (s) { s.addEventListener("toggle", name); });
    name();
    row.append(button);
  }

  // A link into folded steps opens them.
  function openTarget() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
  }

  // Both languages give the sections of a page the same names.
  function keepPlace() {
    document.querySelectorAll("a.derive-language").forEach(function (link) {
      link.addEventListener("click", function () { link.hash = location.hash; });
    });
  }

  // The search splits at spaces: one goes between Latin and Chinese letters, as on the pages.
  function spaceQuery(event) {
    var field = event.target;
    if (!field.matches || !field.matches("input.md-search__input") || event.isComposing) return;
    var spaced = field.value.replace(/([A-Za-z0-9])(?=[\u4e00-\u9fff])|([\u4e00-\u9fff])(?=[A-Za-z0-9])/g, "$1$2 ");
    if (spaced !== field.value && field.selectionStart === field.value.length) field.value = spaced;
  }
  document.addEventListener("keyup", spaceQuery, true);

  document.addEventListener("DOMContentLoaded", function () {
    typeset();
    tools();
    openTarget();
    keepPlace();
  });
  window.addEventListener("hashchange", openTarget);
})();
