// The map under the reader's hand: from station to station by arrow keys, nearer and
// farther, moved by dragging. Without this script every station is a link as it stands.
(() => {
  "use strict";
  const BEYOND = 2, NEAREST = 16, MANY = 3000;
  const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  class Sheet {
    constructor(figure) {
      this.figure = figure;
      this.stage = figure.querySelector(".map-stage");
      this.svg = this.stage.querySelector("svg.map-sheet");
      this.told = this.stage.querySelector(".map-told");
      const [, , width, height] = this.svg.getAttribute("viewBox").split(" ").map(Number);
      this.width = width;
      this.height = height;
      this.box = { x: 0, y: 0, k: 1 };
      this.extent = figure.dataset.extent.split(",").map(Number);
      this.scale = this.svg.querySelector(".map-scale");
      const data = this.stage.querySelector(".map-data");
      this.places = data ? new Dots(this, JSON.parse(data.textContent)) : new Links(this);
      this.listen();
    }

    listen() {
      this.stage.addEventListener("keydown", (event) => this.press(event));
      this.stage.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(Math.exp(event.deltaY / 300), this.spot(event));
      }, { passive: false });
      for (const link of this.figure.querySelectorAll("[data-zoom]")) {
        link.addEventListener("click", (event) => {
          const factor = { in: 0.5, out: 2, all: 0 }[link.dataset.zoom];
          if (this.zoom(factor)) event.preventDefault();
        });
      }
      this.stage.addEventListener("pointerdown", (event) => this.grip(event));
      this.stage.addEventListener("click", (event) => {
        if (this.dragged) { event.preventDefault(); event.stopPropagation(); }
      }, true);
      new ResizeObserver(() => this.show()).observe(this.svg);
    }

    press(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in DIRECTIONS) {
        if (this.places.step(DIRECTIONS[event.key])) event.preventDefault();
      } else if (event.key === "+" || event.key === "=") {
        this.zoom(0.5, this.places.here());
        event.preventDefault();
      } else if (event.key === "-") {
        this.zoom(2, this.places.here());
        event.preventDefault();
      } else if (event.key === "0") {
        this.zoom(0);
        event.preventDefault();
      }
    }

    // Where on the drawing the pointer is.
    spot(event) {
      const frame = this.svg.getBoundingClientRect();
      const { x, y, k } = this.box;
      return [
        x + ((event.clientX - frame.left) / frame.width) * this.width * k,
        y + ((event.clientY - frame.top) / frame.height) * this.height * k,
      ];
    }

    // Answers whether the drawing reaches so far; else the page is asked for anew.
    zoom(factor, about) {
      const { x, y, k } = this.box;
      const wanted = factor === 0 ? 1 : k * factor;
      if (factor === 0 && new URLSearchParams(location.search).has("bbox") && k === 1) return false;
      if (wanted > BEYOND || wanted < 1 / NEAREST) return false;
      const [px, py] = about || [x + (this.width * k) / 2, y + (this.height * k) / 2];
      const share = wanted / k;
      if (factor === 0) this.move(0, 0, 1);
      else this.move(px - (px - x) * share, py - (py - y) * share, wanted);
      return true;
    }

    move(x, y, k) {
      const low = (1 - BEYOND) / 2, high = 1 - low;
      const clamp = (value, size) => Math.min(Math.max(value, low * size), Math.max((high - k) * size, low * size));
      this.box = { x: clamp(x, this.width), y: clamp(y, this.height), k };
      this.stage.classList.toggle("is-near", k < 1);
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.show(); });
      clearTimeout(this.rest);
      this.rest = setTimeout(() => this.remember(), 400);
    }

    show() {
      const { x, y, k } = this.box;
      this.svg.setAttribute("viewBox", `${x} ${y} ${this.width * k} ${this.height * k}`);
      // Marks and words are as large on a phone as on a desk, and near as well as far.
      const pixel = this.width / (this.svg.clientWidth || this.width), size = k * pixel;
      if (size !== this.size) {
        this.size = size;
        this.svg.style.setProperty("--map-zoom", size);
        this.measure(pixel);
      }
      this.scale.setAttribute("transform", `translate(${x} ${y}) scale(${size})`);
      this.places.show();
    }

    // The bar of the scale: a round length again, in the reader's digits.
    measure(pixel) {
      const unit = Number(this.scale.dataset.unit) / this.size;
      const most = this.width / pixel / 5 / unit;
      const power = 10 ** Math.floor(Math.log10(most));
      const long = power * [5, 2, 1].find((one) => one * power <= most * (1 + 1e-9));
      const text = this.scale.querySelector("text"), path = this.scale.querySelector("path");
      let number = String(Number(long.toPrecision(3)));
      if (/[٠-٩]/.test(text.textContent)) number = number.replace(/\d/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[digit]).replace(".", "٫");
      text.textContent = text.textContent.replace(/[\d٠-٩.,٬٫]+/, number);
      const base = this.height / pixel - 14;
      text.setAttribute("y", base - 5);
      path.setAttribute("d", `M14 ${base - 5}V${base}H${14 + long * unit}V${base - 5}`);
    }

    // The address keeps what is shown, so that it can be passed on.
    remember() {
      const { x, y, k } = this.box;
      const url = new URL(location.href);
      const [west, south, east, north] = this.extent;
      const across = (east - west) / this.width, up = (north - south) / this.height;
      const box = [west + x * across, north - (y + this.height * k) * up, west + (x + this.width * k) * across, north - y * up];
      if (k === 1 && x === 0 && y === 0) {
        if (!this.hasMoved) return;
      }
      this.hasMoved = true;
      const text = box.map((one) => Number(one.toFixed(4))).join(",");
      url.searchParams.set("bbox", text);
      url.searchParams.delete("page");
      const asks = this.figure.querySelector("[data-map-asks]");
      if (asks) {
        asks.href = url.href.replace(/%2C/g, ",");
        asks.hidden = false;
        return;
      }
      history.replaceState(history.state, "", url.href.replace(/%2C/g, ","));
    }

    grip(event) {
      this.dragged = false;
      if (event.button !== 0 || (event.pointerType === "touch" && this.box.k >= 1)) return;
      const from = [event.clientX, event.clientY], start = { ...this.box };
      const frame = this.svg.getBoundingClientRect();
      const drag = (now) => {
        const dx = now.clientX - from[0], dy = now.clientY - from[1];
        if (!this.dragged && Math.hypot(dx, dy) < 5) return;
        this.dragged = true;
        this.stage.classList.add("is-moved");
        now.preventDefault();
        this.move(start.x - (dx / frame.width) * this.width * start.k, start.y - (dy / frame.height) * this.height * start.k, start.k);
      };
      const drop = () => {
        this.stage.classList.remove("is-moved");
        removeEventListener("pointermove", drag);
        removeEventListener("pointerup", drop);
        removeEventListener("pointercancel", drop);
      };
      addEventListener("pointermove", drag);
      addEventListener("pointerup", drop);
      addEventListener("pointercancel", drop);
    }

    // Let a spot that got the focus be seen.
    reach(x, y) {
      const { x: left, y: top, k } = this.box, edge = 0.06;
      const fit = (value, start, size) => {
        if (value < start + edge * size) return value - edge * size;
        return value > start + (1 - edge) * size ? value - (1 - edge) * size : start;
      };
      const nextX = fit(x, left, this.width * k), nextY = fit(y, top, this.height * k);
      if (nextX !== left || nextY !== top) this.move(nextX, nextY, k);
    }
  }

  // Of spots in a direction the nearest; what lies aside counts as farther away.
  function nearest(count, at, from, [dx, dy], self) {
    let best = -1, least = Infinity;
    for (let one = 0; one < count; one += 1) {
      if (one === self) continue;
      const [x, y] = at(one);
      const ahead = (x - from[0]) * dx + (y - from[1]) * dy;
      const aside = Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx);
      if (ahead <= 0 || aside > 2 * ahead) continue;
      const far = Math.hypot(ahead, 2 * aside);
      if (far < least) { least = far; best = one; }
    }
    return best;
  }

  // Up to some thousand stations: links in the drawing, one of them in the tab order.
  class Links {
    constructor(sheet) {
      this.sheet = sheet;
      this.links = [...sheet.svg.querySelectorAll(".map-points a")];
      this.spots = this.links.map((link) => {
        const { e, f } = link.transform.baseVal.consolidate().matrix;
        return [e, f];
      });
      this.current = 0;
      this.links.forEach((link, number) => {
        link.setAttribute("tabindex", number ? "-1" : "0");
        link.addEventListener("focus", () => this.enter(number));
        link.addEventListener("pointerenter", () => { sheet.told.textContent = link.getAttribute("aria-label"); });
        link.addEventListener("pointerleave", () => { sheet.told.textContent = ""; });
        link.addEventListener("dragstart", (event) => event.preventDefault());
      });
    }

    enter(number) {
      this.links[this.current].setAttribute("tabindex", "-1");
      this.links[number].setAttribute("tabindex", "0");
      this.current = number;
      this.sheet.reach(...this.spots[number]);
    }

    here() { return this.spots.length ? this.spots[this.current] : undefined; }

    step(direction) {
      if (!this.links.length) return false;
      const next = nearest(this.links.length, (one) => this.spots[one], this.spots[this.current], direction, this.current);
      if (next >= 0) this.links[next].focus();
      return true;
    }

    show() {}
  }

  // Many stations: a canvas over the drawing.
  class Dots {
    constructor(sheet, data) {
      this.sheet = sheet;
      this.data = data;
      this.canvas = sheet.stage.querySelector("canvas");
      this.count = data.x.length;
      this.x = Float32Array.from(data.x, (one) => one / 10);
      this.y = Float32Array.from(data.y, (one) => one / 10);
      this.current = -1;
      this.cells = new Map();
      for (let one = 0; one < this.count; one += 1) {
        const key = this.cell(this.x[one], this.y[one]);
        const held = this.cells.get(key);
        if (held) held.push(one); else this.cells.set(key, [one]);
      }
      this.canvas.addEventListener("pointermove", (event) => this.hover(event));
      this.canvas.addEventListener("pointerleave", () => this.tell(-1));
      this.canvas.addEventListener("click", (event) => this.open(this.hit(event)));
      this.canvas.addEventListener("keydown", (event) => { if (event.key === "Enter") this.open(this.current); });
      this.canvas.addEventListener("focus", () => { if (this.current < 0) this.step([0, 0]); });
      this.canvas.addEventListener("blur", () => this.show());
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.sprites = this.large = null; this.show(); });
    }

    cell(x, y) { return Math.floor(x / 8) * 65536 + Math.floor(y / 8); }

    // The marks, painted once at each size: as they are, and as dots.
    paint(ratio) {
      const probe = document.createElementNS("http://www.w3.org/2000/svg", "path");
      this.sheet.svg.append(probe);
      this.sprites = this.data.marks.map(({ id, path }) => {
        probe.setAttribute("class", `mark mark-${id}`);
        const { fill, stroke } = getComputedStyle(probe);
        return [path, "M-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0Z"].map((outline, small) => {
          const size = small ? 6 : 18, sprite = document.createElement("canvas");
          sprite.width = sprite.height = Math.ceil(size * ratio);
          const pen = sprite.getContext("2d");
          pen.scale(ratio, ratio);
          pen.translate(size / 2, size / 2);
          pen.fillStyle = fill;
          pen.strokeStyle = stroke;
          pen.fill(new Path2D(outline), "evenodd");
          if (!small) pen.stroke(new Path2D(outline));
          return sprite;
        });
      });
      probe.remove();
      this.ratio = ratio;
    }

    // What is seen is cut out of a larger sheet that was painted before: moving the map
    // a little paints nothing anew.
    show() {
      const canvas = this.canvas, frame = canvas.getBoundingClientRect();
      if (!frame.width) return;
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const width = Math.round(frame.width * ratio), height = Math.round(frame.height * ratio);
      if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; this.large = null; }
      if (!this.sprites || this.ratio !== ratio) { this.paint(ratio); this.large = null; }
      const { x, y, k } = this.sheet.box, share = width / (this.sheet.width * k);
      const fits = ({ left, top, at }) => {
        const dx = (x - left) * share, dy = (y - top) * share;
        return at === k && dx >= 0 && dy >= 0 && dx <= width && dy <= height;
      };
      if (!this.large || !fits(this.large)) this.enlarge(width, height, share);
      const pen = canvas.getContext("2d");
      pen.clearRect(0, 0, width, height);
      pen.drawImage(this.large.canvas, Math.round((this.large.left - x) * share), Math.round((this.large.top - y) * share));
      if (this.current >= 0 && document.activeElement === canvas) {
        pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--focus");
        pen.lineWidth = 3 * ratio;
        pen.beginPath();
        pen.arc((this.x[this.current] - x) * share, (this.y[this.current] - y) * share, 10 * ratio, 0, 7);
        pen.stroke();
      }
    }

    // Paint twice the width and height of what is seen.
    enlarge(width, height, share) {
      const { x, y, k } = this.sheet.box;
      const canvas = this.large ? this.large.canvas : document.createElement("canvas");
      canvas.width = 2 * width;
      canvas.height = 2 * height;
      const left = x - (this.sheet.width * k) / 2, top = y - (this.sheet.height * k) / 2;
      this.large = { canvas, left, top, at: k };
      const pen = canvas.getContext("2d"), edge = 9 * this.ratio, seen = [];
      for (let one = 0; one < this.count; one += 1) {
        const px = (this.x[one] - left) * share, py = (this.y[one] - top) * share;
        if (px > -edge && py > -edge && px < 2 * width + edge && py < 2 * height + edge) seen.push(one, px, py);
      }
      const small = seen.length / 3 > MANY ? 1 : 0;
      for (let at = 0; at < seen.length; at += 3) {
        const sprite = this.sprites[this.data.mark[seen[at]]][small];
        pen.drawImage(sprite, (seen[at + 1] - sprite.width / 2) | 0, (seen[at + 2] - sprite.height / 2) | 0);
      }
    }

    hit(event) {
      const [x, y] = this.sheet.spot(event);
      const reach = 9 * this.sheet.box.k * (this.sheet.width / this.canvas.clientWidth);
      let best = -1, least = reach;
      for (let cx = -2; cx <= 2; cx += 1) {
        for (let cy = -2; cy <= 2; cy += 1) {
          for (const one of this.cells.get(this.cell(x + cx * 8, y + cy * 8)) || []) {
            const far = Math.hypot(this.x[one] - x, this.y[one] - y);
            if (far < least) { least = far; best = one; }
          }
        }
      }
      return best;
    }

    hover(event) {
      if (event.buttons) return;
      this.tell(this.hit(event));
    }

    tell(one) {
      this.sheet.stage.classList.toggle("is-over", one >= 0);
      this.sheet.told.textContent = one < 0 ? "" : this.data.label[one];
    }

    open(one) {
      const { before, after, href } = this.data;
      if (one >= 0 && (before + href[one] + after)) location.assign(before + href[one] + after);
    }

    here() { return this.current < 0 ? undefined : [this.x[this.current], this.y[this.current]]; }

    step(direction) {
      const { x, y, k } = this.sheet.box;
      const middle = [x + (this.sheet.width * k) / 2, y + (this.sheet.height * k) / 2];
      const at = (one) => [this.x[one], this.y[one]];
      let next = -1;
      if (this.current >= 0) next = nearest(this.count, at, at(this.current), direction, this.current);
      else {
        let least = Infinity;
        for (let one = 0; one < this.count; one += 1) {
          const far = Math.hypot(this.x[one] - middle[0], this.y[one] - middle[1]);
          if (far < least) { least = far; next = one; }
        }
      }
      if (next >= 0) {
        this.current = next;
        this.tell(next);
        this.sheet.reach(this.x[next], this.y[next]);
        this.show();
      }
      return true;
    }
  }

  const begin = (root) => {
    for (const figure of root.querySelectorAll("[data-map]")) {
      if (figure.sheet || !figure.querySelector("svg.map-sheet")) continue;
      figure.sheet = new Sheet(figure);
    }
  };
  begin(document);
  // Parts of pages that come later (htmx) hold maps too.
  document.addEventListener("htmx:load", (event) => begin(event.target));
})();
