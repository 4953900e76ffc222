// The characters of an element as they are drawn, from left to right, line by line.
(element) => {
  const drawn = [];
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    for (let offset = 0; offset < node.data.length; offset++) {
      const range = document.createRange();
      range.setStart(node, offset);
      range.setEnd(node, offset + 1);
      const place = range.getClientRects()[0];
      if (place && place.width) drawn.push([Math.round(place.top / 8), place.left, node.data[offset]]);
    }
  }
  drawn.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return drawn.map((each) => each[2]).join("");
}
