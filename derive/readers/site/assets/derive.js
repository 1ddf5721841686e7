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

  function foldButton() {
    var steps = Array.from(document.querySelectorAll("details.derive-steps"));
    var heading = document.querySelector(".md-content h1");
    if (steps.length < 2 || !heading) return;
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
    heading.after(button);
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

  document.addEventListener("DOMContentLoaded", function () {
    typeset();
    foldButton();
    openTarget();
    keepPlace();
  });
  window.addEventListener("hashchange", openTarget);
})();
