// What every page does beside its links and forms; each works without this, too.
(() => {
  "use strict";

  // A form that says so is sent as soon as something in it is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-send-on-change]");
    if (form && !event.target.matches("[data-wait]")) form.requestSubmit();
  });

  // A button that copies what an element says.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 2000);
  });

  // Parts of pages are asked for as pages are: else data would come.
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers.Accept = "text/html";
  });

  // After a part of the page was replaced, say so to who cannot see it.
  document.addEventListener("htmx:afterSettle", (event) => {
    const told = event.target.querySelector?.("[data-announce]");
    if (!told) return;
    let live = document.getElementById("live");
    if (!live) {
      live = document.createElement("p");
      live.id = "live";
      live.className = "unseen";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = told.textContent.trim();
  });

  // What only scripts can do is hidden where there are none.
  document.documentElement.dataset.scripts = "";
})();
