// Theme button, suggestions, sortable and filterable tables, copy buttons, links between marks and statements.
"use strict";

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  const show = () => {
    button.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
  };
  show();
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("theme", theme); } catch (error) { /* not kept */ }
    show();
  });
}

// Suggestions: an ARIA combobox over /api-free JSON of the pages' own /suggest.
let boxes = 0;
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.className = "options";
  list.id = "options-" + (boxes += 1);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list", autocomplete: "off" })) input.setAttribute(name, value);
  let chosen = -1, asked = 0, timer = 0;
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (index) => {
    const items = [...list.children];
    chosen = (index + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", items[chosen].id);
    items[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (item) => {
    input.value = item.dataset.label;
    close();
    if (input.dataset.suggest === "open") location.href = item.dataset.href;
    else { const hidden = input.form.elements[input.name + "_id"]; if (hidden) hidden.value = item.dataset.id; }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const hidden = input.form.elements[input.name + "_id"];
    if (hidden) hidden.value = "";
    const q = input.value.trim();
    if (!q) return close();
    timer = setTimeout(async () => {
      const turn = (asked += 1);
      let found = [];
      try { found = await (await fetch("/suggest?q=" + encodeURIComponent(q))).json(); } catch (error) { return close(); }
      if (turn !== asked || document.activeElement !== input) return;
      list.replaceChildren(...found.map((hit, index) => {
        const item = document.createElement("li");
        item.id = list.id + "-" + index;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        Object.assign(item.dataset, { href: hit.href, label: hit.label, id: hit.id });
        const kind = document.createElement("small");
        kind.textContent = hit.kind;
        item.append(hit.label + " ", kind);
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(item); });
        return item;
      }));
      list.hidden = !found.length;
      chosen = -1;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }, 80);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  const box = document.querySelector(".hero input[data-suggest], .find input");
  if (box) { event.preventDefault(); box.focus(); }
});

// Sortable tables: numbers by data-sort, words as a reader would order them.
function sortable(table) {
  const heads = [...table.querySelectorAll("thead th")];
  heads.forEach((head, column) => {
    if (head.dataset.still !== undefined || !head.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const key = (row) => { const cell = row.cells[column]; return cell ? (cell.dataset.sort ?? cell.textContent.trim()) : ""; };
      const rows = [...body.rows].sort((one, other) => {
        const left = key(one), right = key(other), first = Number(left), second = Number(right);
        if (left === "" || right === "") return (left === "") - (right === "");
        const order = Number.isNaN(first) || Number.isNaN(second) ? left.localeCompare(right, undefined, { numeric: true }) : first - second;
        return down ? -order : order;
      });
      body.append(...rows);
    });
  });
}
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  for (const row of table.tBodies[0].rows) [...row.cells].forEach((cell, column) => { if (column && names[column]) cell.dataset.label = names[column]; });
  sortable(table);
}
for (const input of document.querySelectorAll("input[data-filter]")) {
  const holder = document.getElementById(input.dataset.filter);
  const items = () => (holder.tBodies ? [...holder.tBodies[0].rows] : [...holder.children]);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items()) item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
  });
}

for (const holder of document.querySelectorAll(".copy")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy " + (holder.dataset.what || "this text"));
  holder.append(button);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(holder.querySelector("pre").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

// A document's marks and the statements beside it light up together.
const reader = document.querySelector(".document");
if (reader) {
  const beside = new Map([...document.querySelectorAll("[data-statement]")].map((item) => [item.dataset.statement, item]));
  const marks = new Map();
  for (const mark of reader.querySelectorAll("mark[data-facts]"))
    for (const id of mark.dataset.facts.split(" ")) marks.set(id, [...(marks.get(id) || []), mark]);
  const light = (ids, on, follow) => {
    for (const id of ids) {
      for (const mark of marks.get(id) || []) mark.classList.toggle("lit", on);
      const item = beside.get(id);
      if (item) { item.classList.toggle("lit", on); }
    }
    const list = document.querySelector(".beside");
    const first = beside.get(ids[0]);
    if (on && follow && first && list && list.scrollHeight > list.clientHeight) list.scrollTop = first.offsetTop - list.clientHeight / 3;
  };
  const both = (node, ids, follow) => {
    node.addEventListener("mouseenter", () => light(ids, true, follow));
    node.addEventListener("mouseleave", () => light(ids, false));
    node.addEventListener("focusin", () => light(ids, true, follow));
    node.addEventListener("focusout", () => light(ids, false));
  };
  for (const mark of reader.querySelectorAll("mark[data-facts]")) both(mark, mark.dataset.facts.split(" "), true);
  for (const [id, item] of beside) both(item, [id], false);
  const flash = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest(".document")) return;
    const id = target.id.replace(/^span-/, "");
    const found = marks.get(id) || [];
    for (const mark of found) mark.classList.add("lit");
    setTimeout(() => { for (const mark of found) mark.classList.remove("lit"); }, 2500);
    target.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", flash);
  flash();
}
