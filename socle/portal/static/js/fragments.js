/* After a fragment is replaced: focus goes to what is new, and a waiting block says that it is busy. Menus close on Escape. */
(() => {
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const block = event.detail.elt;
    const landing = block.querySelector?.("[data-focus]") ?? block.querySelector?.("h1, h2, h3");
    if (!landing) return;
    landing.tabIndex = -1;
    landing.focus({ preventScroll: false });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
