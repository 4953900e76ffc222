// The controls that were not reached.
(reached) => {
  const known = new Set(reached.map(String));
  return [...document.querySelectorAll("[data-walk]")]
    .filter((one) => !known.has(one.dataset.walk))
    .map((one) => one.outerHTML.slice(0, 120));
}
