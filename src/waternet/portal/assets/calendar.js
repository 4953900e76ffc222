// Times by the clock of the page's zone: what the time axis of a hydrograph names.
// Loaded before chart.js.
"use strict";

class WaternetCalendar {
  constructor(told) {
    // Older browsers know no '+02:00'; in Etc the signs are the other way round.
    const fixed = /^([+-])(\d\d):00$/.exec(told.zone);
    this.zone = fixed ? `Etc/GMT${fixed[1] === "+" ? "-" : "+"}${Number(fixed[2])}` : told.zone;
    this.months = told.months;
    this.digits = told.digits;
    this.format = this.clock(this.zone);
  }

  clock(zone) {
    const form = {
      year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
      hourCycle: "h23",
    };
    try {
      return new Intl.DateTimeFormat("sv-SE", { ...form, timeZone: zone });
    } catch {
      return new Intl.DateTimeFormat("sv-SE", { ...form, timeZone: "UTC" });
    }
  }

  moment(at) {
    return this.format.format(at);
  }

  local(at) {
    try {
      return uPlot.tzDate(new Date(at), this.zone);
    } catch {
      return uPlot.tzDate(new Date(at), "UTC");
    }
  }

  // Beginnings of years, months, days or hours, as `chart/scale.py` chooses them.
  splits(low, high, most) {
    const day = 864e5, hour = 36e5, minute = 6e4;
    const each = (high - low) / Math.max(most, 1);
    const step = (all, unit) => all.find((n) => n * unit >= each) ?? all.at(-1);
    const begin = this.local(low), found = [];
    const take = (at) => at >= low && at <= high && found.push(at);
    const [year, month, date] = [begin.getFullYear(), begin.getMonth(), begin.getDate()];
    if (each > 200 * day) {
      this.kind = "year";
      const by = step([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], 365 * day);
      for (let n = year - (year % by), at; (at = this.instant(n, 0, 1)) <= high; n += by) take(at);
    } else if (each > 20 * day) {
      this.kind = "month";
      const by = step([1, 2, 3, 6], 30 * day);
      for (let n = month - (month % by), at; (at = this.instant(year, n, 1)) <= high; n += by) take(at);
    } else if (each > 12 * hour) {
      this.kind = "day";
      const by = step([1, 2, 5, 10], day);
      for (let n = date, at; (at = this.instant(year, month, n)) <= high; n++) {
        const of = this.local(at).getDate();
        if ((of - 1) % by === 0 && (of === 1 || of + by <= 32)) take(at);
      }
    } else {
      this.kind = "clock";
      const by = each > 30 * minute ? step([1, 3, 6, 12], hour) * hour : step([1, 5, 15, 30, 60], minute) * minute;
      for (let at = this.instant(year, month, date); at <= high; at += by) take(at);
    }
    return found;
  }

  // The moment at which a day begins by the clock of the page's zone.
  instant(year, month, date) {
    const told = Date.UTC(year, month, date);
    let at = told;
    for (let n = 0; n < 2; n++) {
      const local = this.local(at);
      const shown = Date.UTC(local.getFullYear(), local.getMonth(), local.getDate(), local.getHours(), local.getMinutes());
      at += told - shown;
    }
    return at;
  }

  // Words never stand beside numbers: their order would depend on the script.
  named(at) {
    const when = this.local(at);
    const two = (number) => String(number).padStart(2, "0");
    const year = String(when.getFullYear()).padStart(4, "0");
    const month = two(when.getMonth() + 1), day = two(when.getDate());
    const digits = (text) => text.replace(/[0-9]/g, (digit) => this.digits[digit]);
    if (this.kind === "year") return digits(year);
    if (this.kind === "month") return when.getMonth() ? this.months[when.getMonth()] : digits(year);
    if (this.kind === "day") return digits(when.getDate() === 1 ? `${year}-${month}` : `${month}-${day}`);
    if (!when.getHours() && !when.getMinutes()) return digits(`${month}-${day}`);
    return digits(`${two(when.getHours())}:${two(when.getMinutes())}`);
  }
}
