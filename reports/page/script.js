"use strict";
(function () {
  var chart = document.getElementById("chart"), readout = document.getElementById("readout");
  var loads = JSON.parse(document.getElementById("data").textContent).loads;
  if (!chart || !loads || !loads.length) { return; }
  var cross = document.getElementById("cross"), range = document.getElementById("range");
  var left = +chart.dataset.left, right = +chart.dataset.right, foot = +range.getAttribute("height");
  var end = +chart.dataset.end, at = -1;
  var step = loads[0].step_s, last = loads[0].p50.length - 1;

  function clock(s) {
    var m = Math.floor(s / 60), rest = Math.floor(s % 60);
    return (m < 10 ? "0" : "") + m + ":" + (rest < 10 ? "0" : "") + rest;
  }
  function ms(v) {
    if (v === null || v === undefined) { return "none"; }
    return v >= 1000 ? (v / 1000) + " s" : v + " ms";
  }
  function place(s) { return left + (right - left) * Math.min(s, end) / end; }
  function show(i) {
    at = Math.max(0, Math.min(i, last));
    cross.setAttribute("d", "M" + place((at + 0.5) * step) + " 0V" + foot);
    readout.textContent = clock(at * step) + "  " + loads.map(function (l) {
      var high = l.high ? ", " + l.high + " " + ms(l.hi[at]) : "";
      return l.name + ": p50 " + ms(l.p50[at]) + high + ", max " + ms(l.max[at]) +
        ", offered " + l.due[at] + "/s, succeeded " + l.ok[at] + "/s, errors " + l.err[at] + "/s";
    }).join("; ");
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
    // A spreadsheet takes what begins so for a formula.
    function cell(v) {
      if (v === null) { return ""; }
      if (typeof v !== "string") { return v; }
      return '"' + (/^[=+\-@\t\r]/.test(v) ? "'" : "") + v.replace(/"/g, '""') + '"';
    }
    var text = rows.map(function (r) { return r.map(cell).join(","); }).join("\r\n");
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "eris-timeline.csv";
    link.click();
    URL.revokeObjectURL(link.href);
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
  var save = document.getElementById("csv");
  save.hidden = false;
  save.addEventListener("click", csv);
  window.addEventListener("hashchange", fromHash);
  fromHash();
})();
