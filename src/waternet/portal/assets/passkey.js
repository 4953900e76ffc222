// Passkeys: a form asks the node what is to be signed, the device for its signature, and
// is then sent as any other form.
(() => {
  "use strict";

  const toBytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (one) => ({ ...one, id: toBytes(one.id) });

  async function ask(form) {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { accept: "application/json" },
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const told = await answer.json();
    return { ...told, challenge: toBytes(told.challenge) };
  }

  async function make(form) {
    const told = await ask(form);
    const publicKey = {
      ...told,
      user: named(told.user),
      excludeCredentials: (told.excludeCredentials ?? []).map(named),
    };
    const made = await navigator.credentials.create({ publicKey });
    return written(made, ["clientDataJSON", "attestationObject"]);
  }

  async function sign(form) {
    const publicKey = await ask(form);
    delete publicKey.allowCredentials; // whichever this person has for this node
    const made = await navigator.credentials.get({ publicKey });
    const parts = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
    return written(made, parts);
  }

  function written(made, parts) {
    const response = {};
    for (const part of parts) {
      if (made.response[part]) response[part] = toText(made.response[part]);
    }
    const id = toText(made.rawId);
    return JSON.stringify({ id, rawId: id, type: made.type, response });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) {
      form.querySelector("[data-passkey-failed]").hidden = false;
      form.querySelector("button").disabled = true;
      continue;
    }
    // Whoever comes back to the page asks anew.
    addEventListener("pageshow", () => { form.elements.credential.value = ""; });
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      const failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      try {
        const work = form.dataset.passkey === "make" ? make : sign;
        form.elements.credential.value = await work(form);
      } catch (error) {
        failed.hidden = false;
        failed.setAttribute("role", "alert");
        console.info("passkey:", error.name);
        return;
      }
      form.submit();
    });
  }
})();
