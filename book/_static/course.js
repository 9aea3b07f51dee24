/* A formula that is wider than the page scrolls in itself: let the keyboard reach it, too. */
window.addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  const reach = () => {
    for (const formula of document.querySelectorAll('mjx-container[display="true"]')) {
      const wide = formula.scrollWidth > formula.clientWidth;
      wide ? formula.setAttribute("tabindex", "0") : formula.removeAttribute("tabindex");
    }
  };
  reach();
  window.addEventListener("resize", reach);
});
