(() => {
  "use strict";
  const by = (id) => document.getElementById(id);
  const body = by("runs").tBodies[0];
  const rows = Array.from(body.rows, (row, place) => ({ row, place, text: row.textContent.toLowerCase() }));
  const orders = {
    place: (a, b) => a.place - b.place,
    newest: (a, b) => b.row.dataset.at.localeCompare(a.row.dataset.at) || a.place - b.place,
    gravest: (a, b) => b.row.dataset.grave - a.row.dataset.grave || a.place - b.place,
  };
  const filter = () => {
    const words = by("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const year = by("year").value, verdict = by("verdict").value, stands = by("standing").checked;
    let shown = 0;
    for (const { row, text } of rows) {
      const fits = words.every((word) => text.includes(word)) && (!year || row.dataset.year === year) &&
        (!verdict || row.dataset.verdict === verdict) && (!stands || row.classList.contains("stands"));
      row.hidden = !fits;
      shown += fits;
    }
    by("shown").textContent = shown;
  };
  const order = () => body.append(...[...rows].sort(orders[by("order").value]).map(({ row }) => row));
  for (const id of ["words", "year", "verdict", "standing"]) by(id).addEventListener("input", filter);
  by("order").addEventListener("input", order);
  if (location.hash === "#en") by("lang-en").checked = true;
  by("filter").hidden = false;
  filter();
  order();
})();
