// What has the focus: its number, a name to tell it by, and what is wrong with it.
() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const label = (one.getAttribute("aria-label") || one.innerText || one.value || one.name || "").trim();
  const name = `${one.tagName.toLowerCase()} "${label.slice(0, 40)}"`;
  const faults = [];
  if (one.dataset.walk === undefined) faults.push("has the focus, and is no control that is seen");
  const ring = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const label_of = one.labels?.[0];
  if (!ring(one) && !(label_of && ring(label_of)) && !(one.parentElement && ring(one.parentElement))) {
    faults.push("its focus is not to be seen");
  }
  const place = one.getBoundingClientRect();
  const within = place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth;
  if (!within) faults.push("is outside the window while it has the focus");
  return { number: Number(one.dataset.walk ?? -1), name, fault: faults.join("; ") };
}
