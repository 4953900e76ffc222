// Number every control that the Tab key should reach; return how many there are.
() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex], iframe, [contenteditable]";
  const groups = new Set();
  let count = 0;
  for (const one of document.querySelectorAll(kinds)) {
    delete one.dataset.walk;
    if (one.tabIndex < 0 || one.disabled || one.type === "hidden") continue;
    if (one.closest("[inert]") || !one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.type === "radio" && one.name) {
      // Of a group of radio buttons Tab reaches one; arrows move between them.
      const group = document.querySelectorAll(`input[type=radio][name="${CSS.escape(one.name)}"]`);
      const chosen = [...group].some((other) => other.form === one.form && other.checked);
      const key = `${one.form ? [...document.forms].indexOf(one.form) : -1} ${one.name}`;
      if (chosen ? !one.checked : groups.has(key)) continue;
      groups.add(key);
    }
    one.dataset.walk = count++;
  }
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  return count;
}
