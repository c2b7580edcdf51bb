// The theme makes a navigation landmark of every copy button and of every level of a table of contents, which stands
// on the page twice: readers of screens would list dozens, without names or with the same one.
const INNER = "nav.md-code__nav:not([role]), .md-nav--secondary nav.md-nav:not([role])";
const unmark = () =>
  document.querySelectorAll(INNER).forEach((nav) => {
    nav.removeAttribute("aria-label");
    nav.setAttribute("role", "none");
  });
new MutationObserver(unmark).observe(document.body, { childList: true, subtree: true });
unmark();
