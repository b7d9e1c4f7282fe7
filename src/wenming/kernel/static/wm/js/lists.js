// Choosing rows: a box for all, the number chosen, and a bar of acts that appears with the first.
// <form data-rows> … <input type=checkbox data-row-all>, <input type=checkbox data-row name=…>,
// <div data-row-bar hidden> … <b data-row-count data-template="已选 {n} 件"></b>

export function startLists(root, wm) {
  for (const form of root.querySelectorAll("[data-rows]:not([data-rows-started])")) startRows(form, wm);
}

function startRows(form) {
  form.setAttribute("data-rows-started", "");
  const boxes = () => Array.from(form.querySelectorAll("[data-row]"));
  const all = () => Array.from(form.querySelectorAll("[data-row-all]"));
  let last = null;

  function show() {
    const rows = boxes();
    const chosen = rows.filter((box) => box.checked);
    for (const box of rows) {
      const row = box.closest("tr, li");
      if (row) row.classList.toggle("is-chosen", box.checked);
    }
    for (const box of all()) {
      box.checked = chosen.length > 0 && chosen.length === rows.length;
      box.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    for (const bar of form.querySelectorAll("[data-row-bar]")) bar.hidden = chosen.length === 0;
    for (const count of form.querySelectorAll("[data-row-count]")) {
      count.textContent = count.dataset.template.replace("{n}", chosen.length);
    }
  }

  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-row-all]")) for (const box of boxes()) box.checked = event.target.checked;
    show();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches("[data-row]")) return;
    const rows = boxes();
    if (event.shiftKey && last && rows.includes(last)) {
      const ends = [rows.indexOf(last), rows.indexOf(event.target)].sort((a, b) => a - b);
      for (const box of rows.slice(ends[0], ends[1] + 1)) box.checked = event.target.checked;
      show();
    }
    last = event.target;
  });
  show();
}
