// Reads the controls, asks the generated kernels, and shows what they say.
(() => {
  "use strict";
  const { f32, f64 } = derive;
  const RANGE = Array.from({ length: 201 }, (_, k) => -10 + k / 10);
  const QUIET = 400; // milliseconds without a movement, before it is said aloud

  function told(value) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
    const size = Math.abs(value);
    return size !== 0 && (size < 0.0005 || size >= 1e5) ? value.toExponential(1) : value.toFixed(3);
  }

  function widget(name, update) {
    const form = document.querySelector(`[data-moving="${name}"]`);
    const status = form.querySelector("[role=status]");
    let waiting = 0;
    const tools = {
      form,
      number: (control) => Number(form.elements[control].value),
      show(place, value) {
        const where = form.querySelector(`[data-place="${place}"]`);
        where.textContent = told(value);
        where.dataset.value = String(value);
        return where;
      },
      /** Fills a pattern of the page, in its language. */
      say(pattern, values) {
        clearTimeout(waiting);
        const text = status.dataset[pattern].replace(/\{(\w+)\}/g, (_, key) => values[key]);
        waiting = setTimeout(() => { status.textContent = text; }, status.textContent ? QUIET : 0);
      },
    };
    const moved = () => {
      form.querySelectorAll("output[for]").forEach((output) => { output.value = tools.number(output.htmlFor.value); });
      update(tools);
    };
    form.addEventListener("input", moved);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(moved));
    moved();
  }

  function bar(cell, from, to) {
    const inside = cell.closest("td").querySelector(".derive-bar");
    inside.style.left = `${100 * Math.min(from, to)}%`;
    inside.style.width = `${100 * Math.abs(to - from)}%`;
  }

  widget("distribution", ({ form, number, show, say }) => {
    const logits = Array.from(form.querySelectorAll("input[id^=logit]"), (input) => Number(input.value));
    const temperature = number("temperature"), target = number("target") - 1;
    const scores = logits.map((x) => x / temperature);
    const shares = f64.tempered_softmax(logits, temperature);
    const { value, grad } = f64.cross_entropy_label_value_and_grad(scores, target);
    const jacobian = f64.softmax_jacobian(scores), classes = logits.length;
    shares.forEach((share, k) => bar(show(`probability-${k + 1}`, share), 0, share));
    grad.forEach((slope, k) => bar(show(`gradient-${k + 1}`, slope), 0.5, 0.5 + slope / 2));
    jacobian.forEach((entry, place) => {
      const cell = show(`jacobian-${Math.floor(place / classes) + 1}-${(place % classes) + 1}`, entry);
      cell.style.setProperty("--share", `${Math.round(200 * Math.abs(entry))}%`); // none is above 1/4
      cell.dataset.sign = entry < 0 ? "below" : "above";
    });
    show("loss", value);
    const top = shares.indexOf(Math.max(...shares));
    say("pattern", {
      top: top + 1, most: told(shares[top]), loss: told(value), target: target + 1, slope: told(grad[target]),
    });
  });

  /** As it stands on the blackboard, in float32. */
  function naive(x) {
    const powers = Float32Array.from(x, Math.exp);
    const sum = powers.reduce((before, power) => Math.fround(before + power), 0);
    return { powers, shares: powers.map((power) => power / sum) };
  }

  widget("offset", ({ number, show, say }) => {
    const shift = number("shift");
    const x = Float32Array.from([1, 2, 3], (logit) => logit + shift);
    const { powers, shares } = naive(x), stable = f32.softmax(x);
    x.forEach((logit, k) => {
      show(`shifted-${k + 1}`, logit).textContent = String(logit);
      show(`power-${k + 1}`, powers[k]);
      show(`naive-${k + 1}`, shares[k]).classList.toggle("derive-wrong", !Number.isFinite(shares[k]));
      show(`stable-${k + 1}`, stable[k]);
    });
    const gap = Math.max(...stable.map((share, k) => Math.abs(share - shares[k])));
    const sum = told(stable.reduce((before, share) => before + share, 0));
    say(Number.isNaN(gap) ? "broken" : "pattern", { shift, gap: told(gap), sum });
  });

  // --- charts --------------------------------------------------------------------------------------------------------
  const LOSSES = { entropy: f64.bce_with_logits_value_and_grad, squares: f64.mse_sigmoid_value_and_grad };
  const at = (loss, z) => {
    const found = LOSSES[loss]([z], [1]);
    return { value: found.value, grad: found.grad[0] };
  };
  const SCALES = { value: [0, 10], grad: [-1.1, 0.1] };
  const across = (z) => 10 + (300 * (z + 10)) / 20;
  const down = (what, y) => 190 - (180 * (y - SCALES[what][0])) / (SCALES[what][1] - SCALES[what][0]);

  function drawn(svg, name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    svg.append(made);
    return made;
  }

  function label(svg, text, x, y, anchor) {
    drawn(svg, "text", { x, y, "text-anchor": anchor }).textContent = text;
  }

  function chart(svg) {
    const what = svg.dataset.chart;
    drawn(svg, "line", { class: "derive-axis", x1: 10, x2: 310, y1: down(what, 0), y2: down(what, 0) });
    drawn(svg, "line", { class: "derive-axis", x1: across(0), x2: across(0), y1: 10, y2: 190 });
    for (const z of [-10, -5, 5, 10]) label(svg, z, across(z), down(what, 0) + 12, "middle");
    for (const y of what === "value" ? [5, 10] : [-1, -0.5]) label(svg, y, across(0) + 4, down(what, y) + 4, "start");
    for (const loss of Object.keys(LOSSES)) {
      const points = RANGE.map((z) => `${across(z).toFixed(1)},${down(what, at(loss, z)[what]).toFixed(1)}`);
      drawn(svg, "polyline", { class: `derive-curve derive-${loss}`, points: points.join(" ") });
      drawn(svg, "circle", { class: `derive-mark derive-${loss}`, r: 5, "data-mark": loss });
    }
  }

  document.querySelectorAll("svg[data-chart]").forEach(chart);

  widget("saturation", ({ form, number, show, say }) => {
    const z = number("z"), found = {};
    for (const loss of Object.keys(LOSSES)) {
      found[loss] = at(loss, z);
      for (const what of ["value", "grad"]) {
        show(`${loss}-${what}`, found[loss][what]);
        const mark = form.querySelector(`[data-chart=${what}] [data-mark=${loss}]`);
        mark.setAttribute("cx", across(z));
        mark.setAttribute("cy", down(what, found[loss][what]));
      }
    }
    say("pattern", { z, entropy: told(found.entropy.grad), squares: told(found.squares.grad) });
  });
  document.documentElement.setAttribute("data-moving", "ready");
})();
