/* Buttons that print the page; they stay hidden without this script, since nothing else could answer them. */
(() => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
