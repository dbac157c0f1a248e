/* Passkeys: adding one, and proving oneself by one. Buttons stay hidden where the browser or the address cannot: without this
   script, or on an address that is a number, the other ways in remain. */
(() => {
  const able = "PublicKeyCredential" in window && !/^[\d.:[\]]+$/.test(location.hostname);
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  const send = async (form, address, fields) => {
    const body = new FormData(form);
    Object.entries(fields).forEach(([name, value]) => body.set(name, value));
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    return { ok: answer.ok, told: await answer.json() };
  };
  const added = (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: keys(options.excludeCredentials),
      },
    });
  const proven = (options) =>
    navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: keys(options.allowCredentials) },
    });
  const written = ({ id, rawId, type, response }) => {
    const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const parts = names.filter((name) => response[name]).map((name) => [name, text(response[name])]);
    return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(parts) });
  };
  const say = (form, sentence) => {
    const line = form.querySelector("[data-passkey-says]");
    line.textContent = sentence;
    line.hidden = !sentence;
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = !able;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say(form, "");
      try {
        const asked = await send(form, form.dataset.passkeyOptions, {});
        if (!asked.ok) {
          say(form, asked.told.message);
          return;
        }
        const credential = await (form.dataset.passkey === "add" ? added : proven)(asked.told);
        const answer = await send(form, form.action, { credential: written(credential) });
        if (answer.ok) location.assign(answer.told.next);
        else say(form, answer.told.message);
      } catch {
        say(form, "La clé d’accès n’a pas répondu. Réessayez, ou utilisez l’autre façon de vous connecter.");
      }
    });
  });
})();
