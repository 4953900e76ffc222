// The Desk, made easier: files are dragged in, and times are chosen in the table.
// Without this, the same forms are filled in by hand.
(() => {
  "use strict";

  function letDrop(form) {
    const input = form.querySelector("input[type=file]");
    const card = form.closest(".card") || form;
    const over = (is) => form.classList.toggle("over", is);
    card.addEventListener("dragover", (event) => {
      event.preventDefault();
      over(true);
    });
    card.addEventListener("dragleave", () => over(false));
    card.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      if (form.reportValidity()) form.requestSubmit();
    });
  }

  // A click on a time is where an edit begins; with the shift key, where it ends.
  function letChoose(table) {
    const from = document.getElementById("from");
    const to = document.getElementById("to");
    if (!from || !to) return;
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-time]");
      if (!row || event.target.closest("a")) return;
      (event.shiftKey ? to : from).value = row.dataset.time;
      if (!event.shiftKey) to.value = "";
      for (const one of table.querySelectorAll("tr.chosen")) one.classList.remove("chosen");
      row.classList.add("chosen");
    });
  }

  function begin() {
    document.querySelectorAll("form[data-drop]").forEach(letDrop);
    document.querySelectorAll("table[data-figures]").forEach(letChoose);
  }

  begin();
})();
