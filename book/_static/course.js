/* A formula that is wider than the page scrolls in itself: let the keyboard reach it, too. */
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    wide ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex");
  }
});
for (const formula of document.querySelectorAll('mjx-container[display="true"]'))
  widths.observe(formula);

/* A link to a section lands on its heading: formulas and late sections change the height of what
   stands above, so go there again until all is laid out, or the reader moves. */
const landing = new ResizeObserver(() => document.querySelector(":target")?.scrollIntoView());
function land() {
  landing.observe(document.documentElement);
  setTimeout(() => landing.disconnect(), 2000);
}
let moved = false;
function move() {
  moved = true;
  landing.disconnect();
}
for (const act of ["keydown", "pointerdown", "touchstart", "wheel"])
  addEventListener(act, move, { passive: true });
addEventListener("hashchange", land);
// after a reload or a step back the reader is left where they were
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  land();
  addEventListener("load", () => moved || land());
}
