// Which numbers, dates and ranges of a page are not drawn from left to right.
() => {
  const token = /[+\u2212-]?\d[\d.,:\/\u2013\u2212-]*/g;
  const wrong = [];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    const holder = node.parentElement;
    if (!holder.checkVisibility() || holder.closest("script, style, noscript, option")) continue;
    for (const found of node.data.matchAll(token)) {
      if (found[0].length < 2) continue;
      const places = [...found[0]].map((_, offset) => {
        const range = document.createRange();
        range.setStart(node, found.index + offset);
        range.setEnd(node, found.index + offset + 1);
        return range.getClientRects()[0];
      });
      for (let number = 1; number < places.length; number++) {
        const [before, here] = [places[number - 1], places[number]];
        if (!before || !here || !here.width) continue;
        const sameLine = Math.abs(here.top - before.top) < before.height / 2;
        if (sameLine && here.left < before.left) {
          wrong.push(`${found[0]} in ${holder.closest("p, td, th, li, dd, dt, h1, h2, h3, svg, div")?.textContent.trim().slice(0, 80)}`);
          break;
        }
      }
    }
  }
  return wrong;
}
