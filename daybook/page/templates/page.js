"use strict";
// Sorting, filtering and folding of the rankings. Without it every row is there, in the order of sales.
{
  const FOLDED = 10;
  const plain = (text) => text.normalize("NFKC").toLocaleLowerCase();
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

  function makeSortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, column) => {
      const isText = head.dataset.kind === "text";
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const was = head.getAttribute("aria-sort");
        const now = was ? (was === "ascending" ? "descending" : "ascending") : isText ? "ascending" : "descending";
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", now);
        const sign = now === "ascending" ? 1 : -1;
        const value = (row) => isText ? row.cells[column].firstChild.textContent : row.cells[column].dataset.v;
        const rows = [...body.rows].map((row) => [value(row), row]);
        rows.sort(([one], [other]) => {
          if (isText) return sign * order.compare(one, other);
          if (one === "" || other === "") return (one === "") - (other === ""); // what is not known comes last
          return sign * (one - other);
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  for (const section of document.querySelectorAll(".ranking")) {
    const table = section.querySelector("table.sortable");
    if (!table) continue;
    const rows = [...table.tBodies[0].rows];
    if (rows.length > 1) makeSortable(table);
    if (rows.length <= FOLDED) continue;
    const [tools, all] = [section.querySelector(".tools"), section.querySelector("button.all")];
    const [input, output] = [tools.querySelector("input"), tools.querySelector("output")];
    let isOpen = false;
    const show = () => {
      const wanted = plain(input.value.trim());
      let found = 0;
      for (const row of rows) {
        row.hidden = wanted !== "" && !plain(row.cells[0].firstChild.textContent).includes(wanted);
        found += !row.hidden;
      }
      table.classList.toggle("folded", !isOpen && wanted === "");
      all.hidden = wanted !== "";
      all.textContent = isOpen ? all.dataset.fewer : all.dataset.more;
      all.setAttribute("aria-expanded", String(isOpen));
      output.textContent = wanted === "" ? "" : found === 0 ? output.dataset.nothing
        : output.dataset.found.replace("##", rows.length).replace("#", found);
    };
    input.addEventListener("input", show);
    all.addEventListener("click", () => { isOpen = !isOpen; show(); });
    tools.hidden = false;
    show();
  }
}
