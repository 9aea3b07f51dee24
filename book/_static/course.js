/* A formula that is wider than the page scrolls in itself: let the keyboard reach it, too. */
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    wide ? target.setAttribute("tabindex", "0") : target.removeAttribute("tabindex");
  }
});
for (const formula of document.querySelectorAll('mjx-container[display="true"]'))
  widths.observe(formula);
