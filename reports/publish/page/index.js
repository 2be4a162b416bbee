"use strict";
(function () {
  var form = document.getElementById("filter"), words = document.getElementById("words");
  var verdict = document.getElementById("verdict"), shown = document.getElementById("shown");
  var choices = Array.prototype.slice.call(form.querySelectorAll("select[data-of]"));
  var rows = Array.prototype.slice.call(document.querySelectorAll("#rows tr[data-words]"));

  // has tells whether a row's text is what is chosen, or of many one is.
  function has(text, c) {
    return c.dataset.many ? text.split(", ").indexOf(c.value) >= 0 : text === c.value;
  }

  function show() {
    var wanted = words.value.toLowerCase().split(/\s+/), count = 0;
    rows.forEach(function (row) {
      var fits = (verdict.value === "" || row.dataset.verdict === verdict.value) &&
        choices.every(function (c) { return c.value === "" || has(row.dataset[c.dataset.of], c); }) &&
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
  choices.forEach(function (c) { c.addEventListener("change", show); });
  show(); // what the browser has kept of an earlier visit
}());
