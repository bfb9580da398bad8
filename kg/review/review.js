"use strict";
const names = (element) => (element.dataset.s || "").split(" ");
const byName = new Map();
for (const element of document.querySelectorAll("[data-s]")) {
  for (const name of names(element)) byName.set(name, [...(byName.get(name) || []), element]);
}
const light = (element, on) => {
  for (const name of names(element)) for (const other of byName.get(name) || []) other.classList.toggle("lit", on);
};
const holder = (event) => (event.target instanceof Element ? event.target.closest("[data-s]") : null);
for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(begin, (event) => { const element = holder(event); if (element) light(element, true); });
  document.addEventListener(end, (event) => { const element = holder(event); if (element) light(element, false); });
}
document.addEventListener("click", (event) => {
  const mark = event.target instanceof Element ? event.target.closest("mark[data-s]") : null;
  if (!mark) return;
  const item = (byName.get(names(mark).at(-1)) || []).find((element) => element.tagName === "LI");
  if (item) item.scrollIntoView({ block: "nearest" });
});
const decided = new Map();
const box = document.querySelector(".saved");
const show = () => {
  const lines = [...decided].map(([name, action]) => {
    const statement = JSON.parse(document.getElementById(name).dataset.record);
    return JSON.stringify({ action, id: statement.id, statement });
  });
  const text = lines.join("\n") + (lines.length ? "\n" : "");
  box.hidden = !lines.length;
  box.querySelector("textarea").value = text;
  box.querySelector("output").textContent = String(lines.length);
  const link = box.querySelector("a");
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
};
for (const button of document.querySelectorAll("button[data-action]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const item = button.closest("li");
    const pressed = button.getAttribute("aria-pressed") === "true";
    for (const other of item.querySelectorAll("button[data-action]")) other.setAttribute("aria-pressed", "false");
    decided.delete(item.id);
    if (!pressed) {
      button.setAttribute("aria-pressed", "true");
      decided.set(item.id, button.dataset.action);
    }
    show();
  });
}
