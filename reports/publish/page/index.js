"use strict";
(function () {
  var form = document.getElementById("filter"), words = document.getElementById("words");
  var verdict = document.getElementById("verdict"), shown = document.getElementById("shown");
  var rows = Array.prototype.slice.call(document.querySelectorAll("#rows tr[data-words]"));

  function show() {
    var wanted = words.value.toLowerCase().split(/\s+/), count = 0;
    rows.forEach(function (row) {
      var fits = (verdict.value === "" || row.dataset.verdict === verdict.value) &&
        wanted.every(function (word) { return row.dataset.words.indexOf(word) >= 0; });
      row.hidden = !fits;
      if (fits) { count++; }
    });
    shown.textContent = count === rows.length ? "" : count + " of " + rows.length + " runs";
  }
  form.hidden = false;
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  words.addEventListener("input", show);
  verdict.addEventListener("change", show);
  show(); // what the browser has kept of an earlier visit
}());
