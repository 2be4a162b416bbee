"use strict";
(function () {
  var chart = document.getElementById("chart"), readout = document.getElementById("readout");
  var data = JSON.parse(document.getElementById("data").textContent);
  if (!chart || !data) { return; }
  var loads = data.loads || [], signals = data.signals || [];
  if (!loads.length && !signals.length) { return; }
  var digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  function number(letters) {
    return letters.split("").reduce(function (n, c) { return 64 * n + digits.indexOf(c); }, 0);
  }
  // A column is packed: see column.go, which has the same numbers.
  function column(text) {
    var out = [], n, i;
    for (i = 0; i < text.length; i += 3) {
      if (text[i] === "*") {
        for (n = number(text.substr(i + 1, 2)); n > 0; n--) { out.push(out[out.length - 1]); }
        continue;
      }
      n = number(text.substr(i, 3));
      if (n < 2) { out.push(n ? 0 : null); continue; }
      n -= 2;
      var half = Math.floor(n / 2);
      out.push(+((n % 2 ? "-" : "") + (half % 900 + 100) + "e" + (Math.floor(half / 900) - 30)));
    }
    return out;
  }
  loads.forEach(function (l) {
    ["p50", "hi", "max", "due", "ok", "err", "drop", "wait", "late"].forEach(function (c) { l[c] = column(l[c]); });
  });
  signals.forEach(function (s) {
    s.lines.forEach(function (l) {
      l.low = column(l.low);
      l.high = l.high ? column(l.high) : l.low;
    });
  });
  var cross = document.getElementById("cross"), range = document.getElementById("range");
  var left = +chart.dataset.left, right = +chart.dataset.right, foot = +range.getAttribute("height");
  var end = +chart.dataset.end, at = -1;
  // The steps of the crosshair are the finest of the loads, or else those of the first signal: from
  // the run's beginning to its end, however long a load or a signal goes on.
  var step = loads.length ? Math.min.apply(null, loads.map(function (l) { return l.step_s; })) : signals[0].step_s;
  var last = Math.max(1, Math.ceil(end / step)) - 1;

  function clock(s) {
    var two = function (n) { return (n < 10 ? "0" : "") + n; }, h = Math.floor(s / 3600);
    return (h ? h + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(Math.floor(s % 60));
  }
  function ms(v) {
    if (v === null || v === undefined) { return "none"; }
    return v >= 1000 ? (v / 1000) + " s" : v + " ms";
  }
  function place(s) { return left + (right - left) * Math.min(s, end) / end; }
  // What a line of a signal is at a moment: what was read last, as long as the line goes on.
  function read(s, l, seconds) {
    var n = Math.min(Math.floor(seconds / s.step_s), l.low.length - 1), from = n, to = n;
    while (from >= 0 && l.low[from] === null) { from--; }
    while (to < l.low.length && l.low[to] === null) { to++; }
    if (from < 0 || (to < l.low.length ? to - from > l.apart : n - from >= l.apart)) { return "missing"; }
    return l.low[from] === l.high[from] ? "" + l.low[from] : l.low[from] + " to " + l.high[from];
  }
  // Where the picture is wider than the screen its box goes to where the crosshair is.
  function reach(x) {
    var box = chart.parentElement, far = x * chart.getBoundingClientRect().width / chart.viewBox.baseVal.width;
    if (far < box.scrollLeft || far > box.scrollLeft + box.clientWidth) { box.scrollLeft = far - box.clientWidth / 2; }
  }
  function show(i) {
    at = Math.max(0, Math.min(i, last));
    cross.setAttribute("d", "M" + place((at + 0.5) * step) + " 0V" + foot);
    reach(place((at + 0.5) * step));
    readout.classList.add("on"); // beside the chart, however high that is
    readout.textContent = clock(at * step) + "  " + loads.map(function (l) {
      var n = Math.floor((at + 0.5) * step / l.step_s), high = l.high ? ", " + l.high + " " + ms(l.hi[n]) : "";
      if (n >= l.p50.length) { return l.name + ": nothing after " + clock(l.p50.length * l.step_s); }
      return l.name + ": p50 " + ms(l.p50[n]) + high + ", max " + ms(l.max[n]) +
        ", offered " + l.due[n] + "/s, succeeded " + l.ok[n] + "/s, errors " + l.err[n] + "/s";
    }).concat(signals.map(function (s) {
      return s.name + ": " + s.lines.map(function (l) { return (l.label ? l.label + " " : "") + read(s, l, (at + 0.5) * step); }).join(", ");
    })).join("\n");
  }
  function seconds(x) {
    var box = chart.getBoundingClientRect();
    return ((x - box.left) / box.width * chart.viewBox.baseVal.width - left) / (right - left) * end;
  }
  function fromHash() {
    var m = /^#t=(\d+)-(\d+)$/.exec(location.hash);
    range.setAttribute("width", 0);
    if (!m) { return; }
    range.setAttribute("x", place(+m[1]));
    range.setAttribute("width", Math.max(0, place(+m[2]) - place(+m[1])));
    document.getElementById("timeline").scrollIntoView();
    show(Math.floor(+m[1] / step));
  }
  function csv() {
    var rows = [["load", "from_s", "p50_ms", "high_ms", "max_ms", "offered_per_s", "succeeded_per_s", "errors_per_s", "dropped_per_s", "queued_per_s", "late_max_ms"]];
    loads.forEach(function (l) {
      l.p50.forEach(function (v, i) {
        rows.push([l.name, i * l.step_s, v, l.hi[i], l.max[i], l.due[i], l.ok[i], l.err[i], l.drop[i], l.wait[i], l.late[i]]);
      });
    });
    return rows;
  }
  function csvOfSignals() {
    var rows = [["signal", "of", "from_s", "least", "most", "unit"]];
    signals.forEach(function (s) {
      s.lines.forEach(function (l) {
        l.low.forEach(function (v, i) { rows.push([s.name, l.label, i * s.step_s, v, l.high[i], s.unit || ""]); });
      });
    });
    return rows;
  }
  // A spreadsheet takes what begins so for a formula.
  function cell(v) {
    if (v === null) { return ""; }
    if (typeof v !== "string") { return v; }
    return '"' + (/^[\t\r]|^[^!-~\u00a1-\uffff]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(v) ? "'" : "") + v.replace(/"/g, '""') + '"';
  }
  function offer(id, file, rows) {
    var save = document.getElementById(id);
    if (!save) { return; }
    save.hidden = false;
    save.addEventListener("click", function () {
      var text = rows().map(function (r) { return r.map(cell).join(","); }).join("\r\n");
      var link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      link.download = file;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
  chart.setAttribute("tabindex", "0");
  readout.hidden = false;
  chart.addEventListener("pointermove", function (e) { show(Math.floor(seconds(e.clientX) / step)); });
  chart.addEventListener("keydown", function (e) {
    var by = e.shiftKey ? 10 : 1;
    if (e.key === "ArrowLeft") { show(at - by); }
    else if (e.key === "ArrowRight") { show(at + by); }
    else if (e.key === "Home") { show(0); }
    else if (e.key === "End") { show(last); }
    else { return; }
    e.preventDefault();
  });
  // What is in a picture can have no focus: the table below has the links for that.
  Array.prototype.forEach.call(chart.querySelectorAll("[data-to]"), function (lane) {
    lane.classList.add("to");
    lane.addEventListener("click", function () { location.hash = lane.dataset.to; });
  });
  if (loads.length) { offer("csv", "eris-timeline.csv", csv); }
  if (signals.length) { offer("csv-signals", "eris-signals.csv", csvOfSignals); }
  window.addEventListener("hashchange", fromHash);
  fromHash();
})();
