// Turns each still picture that coursekit.interact left on the page into a figure with sliders.
(() => {
  const CSS = `
    .ck-interact { --ck-paper: var(--pst-color-background, var(--jp-layout-color0, #fff));
      --ck-ink: var(--pst-color-text-base, var(--jp-content-font-color1, #000));
      background: var(--ck-paper); color: var(--ck-ink); padding: 0.25em 0; }
    .ck-stage { max-width: var(--ck-width); aspect-ratio: var(--ck-shape);
      -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    .ck-stage svg { display: block; width: 100%; height: 100%; }
    .ck-row { display: grid; grid: "name name value" auto "less input more" 44px / 44px 1fr 44px;
      gap: 0 0.5em; max-width: var(--ck-width); margin-bottom: 0.5em; }
    .ck-row label { display: contents; }
    .ck-row span { grid-area: name; }
    .ck-row output { grid-area: value; justify-self: end; white-space: nowrap; }
    .ck-row input { grid-area: input; min-width: 0; height: 44px; margin: 0;
      accent-color: #0072b2; }
    .ck-row button { width: 44px; height: 44px; border: 1px solid; border-radius: 6px; padding: 0;
      background: none; color: inherit; font: inherit; touch-action: manipulation; }
    .ck-row button:first-of-type { grid-area: less; }
    .ck-row button:last-of-type { grid-area: more; }
    @media print { .ck-interact { --ck-paper: #fff; --ck-ink: #000; }
      .ck-row { display: block; } .ck-row input, .ck-row button { display: none; } }`;

  function add(parent, tag, properties) {
    return parent.appendChild(Object.assign(document.createElement(tag), properties));
  }

  function svg({ box, defs, base, edits }, i, prefix) {
    const lines = base.slice();
    for (const [at, count, put] of edits[i]) lines.splice(at, count, ...put);
    const all = `<svg aria-hidden="true" viewBox="${box}" fill="currentColor"
      stroke-linejoin="round" stroke-linecap="butt"><defs>${defs}</defs>${lines.join("")}</svg>`;
    return all.replace(/( id="|"#|url\(#)(?=ck\d)/g, `$1${prefix}`); // ids of this figure alone
  }

  function sprite({ image, columns, rows }, i) {
    const part = (k, of) => (of > 1 ? (100 * k) / (of - 1) : 0);
    const place = `${part(i % columns, columns)}% ${part(Math.floor(i / columns), rows)}%`;
    return `#fff url(${image}) ${place} / ${100 * columns}% auto no-repeat`;
  }

  function slider(box, { label, values, start }, changed) {
    const row = add(box, "div", { className: "ck-row" });
    const button = (textContent, by, title) => add(row, "button", {
      type: "button", textContent, title, ariaLabel: title,
      onclick: () => { input.stepUp(by); input.oninput(); },
    });
    button("−", -1, `previous value of ${label}`);
    const name = add(row, "label");
    add(name, "span", { textContent: label });
    const input = add(name, "input", { type: "range", max: values.length - 1, value: start });
    input.autocomplete = "off"; // a reload starts afresh, in each browser
    button("+", 1, `next value of ${label}`);
    const output = add(row, "output");
    const show = () => { input.ariaValueText = output.textContent = values[input.value]; };
    input.oninput = () => { show(); changed(); };
    show();
    return (frame) => frame * values.length + Number(input.value);
  }

  function start(root) {
    const frames = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const prefix = `f${(window.coursekitFigures = (window.coursekitFigures || 0) + 1)}-`;
    root.dataset.on = "";
    root.onkeydown = (e) => e.ctrlKey || e.metaKey || e.stopPropagation(); // else Lab takes it
    root.style = `--ck-width: ${frames.size[0]}px; --ck-shape: ${frames.size.join(" / ")}`;
    root.querySelector("img").remove();
    add(root, "style", { textContent: CSS });
    const box = add(root, "div");
    const stage = add(root, "div", { className: "ck-stage", role: "img" });
    const show = () => {
      const i = sliders.reduce((frame, next) => next(frame), 0);
      if (frames.image) stage.style.background = sprite(frames, i);
      else stage.innerHTML = svg(frames, i, prefix);
      stage.ariaLabel = frames.alt[i];
    };
    const sliders = frames.sliders.map((parameter) => slider(box, parameter, show));
    show();
  }

  document.querySelectorAll(".ck-interact:not([data-on])").forEach(start);
})();
