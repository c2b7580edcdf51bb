// Tables that are wider than the page scroll sideways: the keyboard must reach them, too.
const reachable = () =>
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((table) => {
    if (table.scrollWidth <= table.clientWidth) return;
    table.tabIndex = 0;
    table.setAttribute("role", "group");
    table.setAttribute("aria-label", "Table, scrolls sideways");
  });
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
window.addEventListener("resize", reachable);
reachable();
