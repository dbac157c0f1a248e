/* The session says two minutes before that it locks, and is extended in one gesture. Once locked, the page is veiled and kept,
   so that what was typed is still there after unlocking in another tab. Without this script the server alone decides. */
(() => {
  const warning = document.querySelector("[data-session-left]");
  if (!warning) return;
  const { sessionExtend: extend, sessionUnlock: unlock } = warning.dataset;
  const title = warning.querySelector("h2");
  const first = title.textContent;
  const noticeMs = Number(warning.dataset.sessionWarning) * 1000;
  let timers = [];

  const start = (seconds) => {
    timers.forEach(clearTimeout);
    warning.hidden = true;
    document.body.classList.remove("is-locked");
    title.textContent = first;
    const left = seconds * 1000;
    timers = [setTimeout(show, Math.max(0, left - noticeMs)), setTimeout(veil, left)];
  };
  const show = () => {
    warning.hidden = false;
  };
  const changed = (field) => {
    if (field.localName === "select") {
      const chosen = [...field.options];
      const first = field.multiple || chosen.some((one) => one.defaultSelected) ? null : chosen.find((one) => !one.disabled);
      return chosen.some((one) => one.selected !== (one.defaultSelected || one === first));
    }
    return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  };
  const veil = () => {
    const typed = [...document.querySelectorAll("main input, main textarea, main select")].some(changed);
    if (!typed || !unlock) {
      location.reload();
      return;
    }
    title.textContent = "Session verrouillée";
    warning.hidden = false;
    document.body.classList.add("is-locked");
  };
  const prolong = async () => {
    const answer = await fetch(extend, {
      method: "POST",
      body: new FormData(warning.querySelector("form")),
      headers: { Accept: "application/json" },
    });
    if (answer.ok) start(Number(answer.headers.get("X-Session-Left")));
    else if (unlock) window.open(unlock, "_blank");
  };

  warning.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    prolong();
  });
  start(Number(warning.dataset.sessionLeft));
})();
