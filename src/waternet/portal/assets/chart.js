// The hydrograph with a cursor and zoom, drawn over the one that the server drew, in the
// same box. It says nothing that the page does not say without it.
(() => {
  "use strict";

  const SUSPECT = 2, BAD = 3, BELOW = 1, ABOVE = 2;
  const DASHES = [[], [9, 3], [3, 2.5], [12, 3, 2, 3], [6, 2, 2, 2, 2, 2]];
  const MOST_SIGNS = 400;
  const EXPAND = 2;  // uPlot: a null holds among what other lines alone have
  let plot = null, observer = null;

  // What `chart/payload.py` wrote.
  function times(written) {
    if (!written || written.first === null) return [];
    const found = [written.first];
    let at = written.first;
    if (written.each) for (const step of written.each) found.push((at += step));
    else for (const [step, count] of written.steps) {
      for (let n = 0; n < count; n++) found.push((at += step));
    }
    return found;
  }

  function values(written) {
    const power = Number(`1e${Math.abs(written.decimals)}`);
    let whole = 0;
    return written.steps.map((step) => {
      if (step === null) return null;
      whole += step;
      return written.decimals < 0 ? whole * power : whole / power;
    });
  }

  function codes(runs, count) {
    const found = new Int8Array(count);
    let at = 0;
    for (const [code, length] of runs) {
      found.fill(code, at, at + length);
      at += length;
    }
    return found;
  }

  function lineOf(written, unit) {
    const time = times(written.time), value = values(written.value);
    const line = {
      ...written, unit, time, value,
      grade: codes(written.grade, time.length),
      censor: codes(written.censor, time.length),
      end: written.end ? times(written.end) : null,
    };
    return line;
  }

  // What is joined up: without bad values; each step as its two corners.
  function drawn(line, isLog) {
    const x = [], y = [];
    line.time.forEach((at, n) => {
      let value = line.grade[n] === BAD ? null : line.value[n];
      if (isLog && value !== null && value <= 0) value = null;
      x.push(at);
      y.push(value);
      if (line.end && line.end[n] - 1 > at) {
        x.push(line.end[n] - 1);
        y.push(value);
      }
    });
    return [x, y];
  }

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function hatch(ctx, colour, isBoth) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    pen.moveTo(0, 8); pen.lineTo(8, 0);
    if (isBoth) { pen.moveTo(0, 0); pen.lineTo(8, 8); }
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }

  // The place of the value nearest to a time.
  function nearest(line, at) {
    let low = 0, high = line.time.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (line.time[middle] < at) low = middle + 1; else high = middle;
    }
    if (low > 0 && at - line.time[low - 1] < line.time[low] - at) low--;
    for (let off = 0; off < 3; off++) {
      if (line.value[low - off] != null) return low - off;
      if (line.value[low + off] != null) return low + off;
    }
    return low;
  }

  function start() {
    const source = document.getElementById("chart-data");
    const box = document.getElementById("canvas");
    if (plot) { plot.destroy(); plot = null; }
    if (observer) { observer.disconnect(); observer = null; }
    if (!source || !box || typeof uPlot === "undefined") return;
    const told = JSON.parse(source.textContent);
    const lines = told.lines.map((one, n) => lineOf(one, told.units[n]));
    if (!lines.some((line) => line.time.length)) return;
    new Hydrograph(box, told, lines);
  }

  class Hydrograph {
    constructor(box, told, lines) {
      this.box = box;
      this.told = told;
      this.lines = lines;
      this.bands = told.bands.map((one) => ({
        ...one, time: times(one.time),
        low: values(one.low), middle: values(one.middle), high: values(one.high),
      }));
      this.number = new Intl.NumberFormat("en", { maximumSignificantDigits: 10 });
      this.calendar = new WaternetCalendar(told);
      this.at = null;
      box.querySelectorAll(".plot").forEach((one) => one.remove());
      this.holder = document.createElement("div");
      this.holder.className = "plot";
      this.holder.tabIndex = 0;
      this.holder.setAttribute("role", "application");
      const figure = box.querySelector("svg");
      this.holder.setAttribute("aria-label", `${figure.getAttribute("aria-label")} ${told.words.keys}`);
      box.append(this.holder);
      this.tools();
      this.make();
      box.classList.add("live");
      this.holder.addEventListener("keydown", (event) => this.key(event));
      observer = new ResizeObserver(() => plot && plot.setSize(this.size()));
      observer.observe(box);
      const dark = matchMedia("(prefers-color-scheme: dark)");
      dark.addEventListener("change", () => this.make());
    }

    size() {
      const inside = this.box.getBoundingClientRect();
      return { width: Math.floor(inside.width) - 2, height: Math.floor(inside.height) - 2 };
    }

    inDigits(text) {
      return text.replace(/[,.]/g, (mark) => this.told.marks[mark === "," ? 0 : 1])
        .replace(/[0-9]/g, (digit) => this.told.digits[digit]).replace(/-/g, "\u2212");
    }

    make() {
      if (plot) plot.destroy();
      const { told, lines, bands } = this;
      const tables = [...lines.map((line) => drawn(line, told.log))];
      for (const band of bands) tables.push([band.time, band.low, band.middle, band.high]);
      // A gap of one line lasts to its own next value, whatever others have within it.
      const gaps = tables.map((one) => one.map(() => EXPAND));
      const data = tables.length === 1 ? tables[0] : uPlot.join(tables, gaps);
      const series = [{}, ...lines.map((line) => this.seriesOf(line))];
      const areas = [];
      for (const band of bands) {
        const first = series.length, scale = `y${band.axis}`;
        const ink = token("--muted");
        series.push({ scale, show: true, stroke: "transparent", points: { show: false } });
        series.push({ scale, stroke: ink, width: 1, dash: [1, 3], points: { show: false } });
        series.push({ scale, stroke: "transparent", points: { show: false } });
        areas.push({ series: [first + 2, first], fill: `${token("--control")}48` });
      }
      const first = Math.min(...lines.filter((one) => !one.other && one.time.length).map((one) => one.time[0]));
      const last = Math.max(...lines.filter((one) => !one.other && one.time.length)
        .map((one) => (one.end || one.time).at(-1)));
      this.whole = last - first > 1000 ? [first, last] : [first - 864e5, first + 864e5];
      const options = {
        ...this.size(), ms: 1, legend: { show: false }, padding: [30, 16, 4, 16],
        tzDate: (at) => this.calendar.local(at),
        scales: { x: { time: true, range: (u, low, high) => (low === data[0][0] && high === data[0].at(-1) ? this.whole : [low, high]) } },
        series, bands: areas, axes: this.axes(),
        cursor: { drag: { x: true, y: false }, y: false, points: { size: 7 } },
        hooks: {
          drawClear: [(u) => this.hatches(u)],
          draw: [(u) => this.signs(u)],
          setCursor: [(u) => this.moved(u)],
          setScale: [(u, name) => name === "x" && this.zoomed(u)],
        },
      };
      for (const line of lines) {
        options.scales[`y${line.axis}`] = { ...(told.log ? { distr: 3 } : { auto: true }), dir: line.depth ? -1 : 1 };
      }
      plot = new uPlot(options, data, this.holder);
    }

    seriesOf(line) {
      const colour = token(`--series-${(line.of % 5) + 1}`);
      const known = line.value.filter((one) => one !== null).length;
      return {
        scale: `y${line.axis}`, stroke: colour, width: line.other ? 1 : 1.6,
        dash: line.other ? [3, 3] : DASHES[line.of % 5],
        spanGaps: false, points: { show: known < 60 && !line.end && !line.other, size: 4 },
      };
    }

    axes() {
      const font = '12px "Noto Sans", system-ui, sans-serif';
      const ink = token("--muted"), rule = token("--line");
      const grid = { stroke: rule, width: 1 };
      const near = this.told.rtl ? 1 : 3, far = this.told.rtl ? 3 : 1;
      const found = [{
        stroke: ink, font, grid, ticks: { show: false }, space: 64, size: 28,
        splits: (u, axis, low, high) => this.calendar.splits(low, high, u.bbox.width / devicePixelRatio / 76),
        values: (u, splits) => splits.map((at) => this.calendar.named(at)),
      }];
      const seen = new Map();
      for (const line of this.lines) {
        if (!seen.has(line.axis)) seen.set(line.axis, new Set());
        seen.get(line.axis).add(line.of);
      }
      for (const axis of [...seen.keys()].sort()) {
        const alone = seen.get(axis).size === 1 && seen.size > 1;
        const of = [...seen.get(axis)][0];
        found.push({
          scale: `y${axis}`, side: axis ? far : near, font,
          stroke: alone ? token(`--series-${(of % 5) + 1}`) : ink,
          grid: axis ? { show: false } : grid, ticks: { show: false },
          size: (u, texts) => Math.max(44, 14 + 7 * Math.max(1, ...(texts || []).map((one) => `${one ?? ""}`.length))),
          values: (u, splits) => splits.map((one) => (one === null ? null : this.inDigits(this.number.format(one)))),
        });
      }
      return found;
    }

    hatches(u) {
      const { ctx } = u, { left, top, width, height } = u.bbox;
      for (const [grade, name] of [[SUSPECT, "--suspect"], [BAD, "--bad"]]) {
        ctx.fillStyle = hatch(ctx, token(name), grade === BAD);
        for (const line of this.lines) {
          if (line.other) continue;
          let from = -1;
          for (let n = 0; n <= line.time.length; n++) {
            const is = n < line.time.length && line.grade[n] === grade;
            if (is && from < 0) from = n;
            if (is || from < 0) continue;
            const begin = u.valToPos(line.time[from], "x", true);
            const end = u.valToPos(line.end ? line.end[n - 1] : line.time[n - 1], "x", true);
            const a = Math.max(begin - 1.5, left), b = Math.min(Math.max(end + 1.5, begin + 3), left + width);
            if (b > a) ctx.fillRect(a, top, b - a, height);
            from = -1;
          }
        }
      }
    }

    signs(u) {
      const { ctx } = u, ratio = devicePixelRatio;
      ctx.save();
      for (const line of this.lines) {
        if (line.other) continue;
        const own = token(`--series-${(line.of % 5) + 1}`);
        const [low, high] = [u.scales.x.min, u.scales.x.max];
        const places = [];
        for (let n = 0; n < line.time.length; n++) {
          if (line.time[n] < low || line.time[n] > high || line.value[n] === null) continue;
          if (line.grade[n] >= SUSPECT || line.censor[n]) places.push(n);
        }
        const every = Math.ceil(places.length / MOST_SIGNS);
        ctx.lineWidth = 1.4 * ratio;
        for (let k = 0; k < places.length; k += every) this.sign(u, line, places[k], own, ratio);
      }
      this.units(u, ratio);
      ctx.restore();
    }

    sign(u, line, n, own, ratio) {
      const { ctx } = u, { top, height } = u.bbox, s = 3.5 * ratio;
      const value = this.told.log && line.value[n] <= 0 ? u.scales[`y${line.axis}`].min : line.value[n];
      const x = u.valToPos(line.time[n], "x", true);
      const y = Math.min(Math.max(u.valToPos(value, `y${line.axis}`, true), top + s), top + height - s);
      ctx.beginPath();
      ctx.strokeStyle = own;
      if (line.grade[n] === BAD) {
        ctx.strokeStyle = token("--bad");
        ctx.moveTo(x - s, y - s); ctx.lineTo(x + s, y + s);
        ctx.moveTo(x + s, y - s); ctx.lineTo(x - s, y + s);
      } else if (line.grade[n] === SUSPECT) {
        ctx.strokeStyle = token("--suspect");
        ctx.arc(x, y, s, 0, 2 * Math.PI);
      }
      ctx.stroke();
      const below = line.depth ? -1 : 1;
      const way = line.censor[n] === BELOW ? below : line.censor[n] === ABOVE ? -below : 0;
      if (!way) return;
      ctx.beginPath();
      ctx.strokeStyle = own;
      ctx.moveTo(x - s, y - way * s); ctx.lineTo(x + s, y - way * s); ctx.lineTo(x, y + way * s);
      ctx.closePath();
      ctx.stroke();
    }

    units(u, ratio) {
      const { ctx } = u, seen = new Set();
      ctx.font = `${12 * ratio}px "Noto Sans", system-ui, sans-serif`;
      ctx.direction = "ltr";
      u.axes.slice(1).forEach((axis) => {
        const line = this.lines.find((one) => `y${one.axis}` === axis.scale);
        if (!line || seen.has(axis.scale)) return;
        seen.add(axis.scale);
        const isLeft = axis.side === 3;
        ctx.fillStyle = typeof axis.stroke === "function" ? axis.stroke(u, 0) : axis.stroke;
        ctx.textAlign = isLeft ? "right" : "left";
        const x = (axis._pos + (isLeft ? -6 : 6)) * ratio;
        ctx.fillText(line.unit, x, u.bbox.top - 15 * ratio);
      });
    }

    tools() {
      const bar = document.getElementById("chart-tools"), { words } = this.told;
      if (!bar) return;
      bar.replaceChildren();
      const button = (text, label, act) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "plain";
        made.textContent = text;
        made.setAttribute("aria-label", label);
        made.title = label;
        made.addEventListener("click", act);
        bar.append(made);
      };
      button("+", words.in, () => this.zoom(0.5));
      button("\u2212", words.out, () => this.zoom(2));
      button("\u21ba", words.reset, () => this.show(...this.whole));
      this.link = document.createElement("a");
      this.link.hidden = true;
      this.link.textContent = words.link;
      bar.append(this.link);
      this.readout = document.createElement("p");
      this.readout.className = "readout";
      bar.append(this.readout);
      this.live = document.createElement("p");
      this.live.className = "unseen";
      this.live.setAttribute("role", "status");
      bar.append(this.live);
    }

    moved(u) {
      if (u.cursor.left === null || u.cursor.left < 0) return;
      this.at = u.posToVal(u.cursor.left, "x");
      this.tell();
    }

    // What stands at the cursor, by the line that lies first; a link to its proof.
    tell() {
      const parts = [];
      for (const line of this.lines) {
        if (line.other && line.name === "") continue;
        const n = nearest(line, this.at);
        if (line.value[n] == null) continue;
        parts.push(this.valueOf(line, n));
      }
      this.readout?.replaceChildren(...parts.flatMap((part, n) => (n ? [" · ", part] : [part])));
    }

    valueOf(line, n) {
      const part = document.createElement("span");
      const figure = document.createElement("bdi");
      figure.dir = "ltr";
      const censor = ["", "<", ">"][line.censor[n]] || "";
      const unit = line.unit ? `\u00a0${line.unit}` : "";
      figure.textContent = `${censor}${this.inDigits(this.number.format(line.value[n]))}${unit}`;
      const when = document.createElement("bdi");
      when.dir = "ltr";
      when.textContent = this.calendar.moment(line.time[n]);
      part.append(figure, " (", when);
      if (line.grade.some(Boolean)) part.append(", ", this.told.words.grades[line.grade[n]]);
      part.append(")");
      const address = this.told.addresses[line.of];
      if (line.other || !this.told.proof) return part;
      const link = document.createElement("a");
      link.href = `${this.told.proof}${encodeURIComponent(address)}&time=${new Date(line.time[n]).toISOString().replace(".000Z", "Z")}`;
      link.title = this.told.words.proof;
      link.append(...part.childNodes);
      part.append(link);
      return part;
    }

    key(event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const { min, max } = plot.scales.x, wide = max - min;
      const acts = {
        ArrowLeft: () => (event.shiftKey ? this.show(min - wide / 4, max - wide / 4) : this.step(-1)),
        ArrowRight: () => (event.shiftKey ? this.show(min + wide / 4, max + wide / 4) : this.step(1)),
        PageUp: () => this.show(min - wide, min),
        PageDown: () => this.show(max, max + wide),
        Home: () => this.go(0),
        End: () => this.go(this.lines[0].time.length - 1),
        "+": () => this.zoom(0.5),
        "=": () => this.zoom(0.5),
        "-": () => this.zoom(2),
        0: () => this.show(...this.whole),
        Enter: () => this.readout?.querySelector("a")?.click(),
      };
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }

    step(way) {
      const line = this.lines[0];
      let n = this.at === null ? (way > 0 ? -1 : line.time.length) : nearest(line, this.at);
      do n += way; while (n > 0 && n < line.time.length - 1 && line.value[n] === null);
      this.go(Math.min(Math.max(n, 0), line.time.length - 1));
    }

    go(n) {
      const line = this.lines[0];
      while (n > 0 && line.value[n] === null) n--;
      this.at = line.time[n];
      const { min, max } = plot.scales.x, wide = max - min;
      if (this.at < min || this.at > max) this.show(this.at - wide / 2, this.at + wide / 2);
      plot.setCursor({ left: plot.valToPos(this.at, "x"), top: 10 }, false);
      this.tell();
      this.live.textContent = this.readout.textContent;
    }

    zoom(factor) {
      const { min, max } = plot.scales.x;
      const middle = this.at !== null && this.at >= min && this.at <= max ? this.at : (min + max) / 2;
      this.show(middle - (middle - min) * factor, middle + (max - middle) * factor);
    }

    show(low, high) {
      const [first, last] = this.whole;
      const wide = Math.min(Math.max(high - low, 60_000), last - first);
      const begin = Math.min(Math.max(low, first), last - wide);
      plot.setScale("x", { min: begin, max: begin + wide });
    }

    // The way to this period as a page of its own.
    zoomed(u) {
      if (!this.link) return;
      const { min, max } = u.scales.x, [first, last] = this.whole;
      const isPart = min > first + 1000 || max < last - 1000;
      this.link.hidden = !isPart;
      if (!isPart) return;
      const address = new URL(location.href);
      const minute = (at) => `${new Date(at).toISOString().slice(0, 16)}Z`;
      address.searchParams.set("start", minute(min));
      address.searchParams.set("end", minute(max + 60_000));
      address.searchParams.delete("span");
      this.link.href = address.href;
    }
  }

  start();
  document.addEventListener("htmx:afterSettle", start);
})();
