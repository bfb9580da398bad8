// The SPARQL editor: colours behind a textarea, completion, running, results as a table with links into the pages.
"use strict";

const form = document.querySelector("form.sparql");
const area = form.querySelector("textarea");
const under = form.querySelector(".editor pre");
const editor = form.querySelector(".editor");
const results = document.getElementById("results");
const base = form.dataset.base;
let terms = { prefixes: [], terms: [] };
let errorLine = 0;

const TOKENS = /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(<[^<>"{}|^`\\\s]*>)|([?$]\w+)|\b(base|prefix|select|construct|describe|ask|distinct|reduced|from|named|where|graph|optional|union|minus|filter|exists|not|bind|values|as|group|by|having|order|asc|desc|limit|offset|in|a|undef|service|true|false|count|sum|min|max|avg|sample|group_concat|separator|str|lang|datatype|iri|if|coalesce|concat|contains|strstarts|strends|regex|replace|substr|strlen|lcase|ucase|bound|isiri|isliteral|abs|round|ceil|floor|year|month|day|now|strafter|strbefore|strdt|strlang|langmatches)\b(?![:\w-])|([A-Za-z_][\w.-]*)?:([\w%][\w.%-]*)?|([+-]?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/gi;

function paint() {
  const text = area.value;
  const pieces = [];
  let at = 0;
  const add = (kind, words) => {
    if (!kind) return pieces.push(document.createTextNode(words));
    const span = document.createElement("span");
    span.className = "tok-" + kind;
    span.textContent = words;
    pieces.push(span);
  };
  for (const match of text.matchAll(TOKENS)) {
    add("", text.slice(at, match.index));
    const kind = match[1] ? "comment" : match[2] ? "string" : match[3] ? "iri" : match[4] ? "variable" : match[5] ? "keyword" : match[8] ? "number" : "name";
    add(kind, match[0]);
    at = match.index + match[0].length;
  }
  add("", text.slice(at) + "\n");
  under.replaceChildren(...pieces);
  if (errorLine) underline(errorLine);
  under.scrollTop = area.scrollTop;
}

function underline(line) {
  let left = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const right = left + (area.value.split("\n")[line - 1] || "").length;
  let at = 0;
  for (const node of [...under.childNodes]) {
    const end = at + node.textContent.length;
    if (end > left && at < right) {
      const words = node.textContent, first = Math.max(0, left - at), last = Math.min(words.length, right - at);
      const parts = [words.slice(0, first), words.slice(first, last), words.slice(last)].map((part, index) => {
        const copy = node.nodeType === 1 ? node.cloneNode() : document.createElement("span");
        copy.textContent = part;
        if (index === 1) copy.classList.add("tok-error");
        return copy;
      });
      node.replaceWith(...parts.filter((part) => part.textContent));
    }
    at = end;
  }
}

editor.classList.add("live");
area.addEventListener("input", () => { errorLine = 0; paint(); });
area.addEventListener("scroll", () => { under.scrollTop = area.scrollTop; });
new ResizeObserver(paint).observe(area);

// Completion: prefixes, terms of the ontology, variables of this query.
const list = document.createElement("ul");
list.className = "options completions";
list.id = "completions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Completions");
list.hidden = true;
editor.after(list);
editor.parentElement.classList.add("holds-completions");
let chosen = 0, from = 0, tabLeaves = false;

function word() {
  const before = area.value.slice(0, area.selectionStart);
  return (before.match(/(?:[?$]\w*|[A-Za-z_][\w.-]*:?[\w.%-]*)$/) || [""])[0];
}
function candidates(start, forced) {
  const wanted = start.toLowerCase();
  if (/^[?$]/.test(start)) return [...new Set(area.value.match(/[?$]\w+/g) || [])].filter((name) => name.toLowerCase().startsWith(wanted) && name !== start).map((name) => ({ name, label: "variable" }));
  if (!forced && !start.includes(":")) return [];
  const local = wanted.includes(":") ? wanted.split(":")[1] : wanted;
  const known = [...terms.terms, ...terms.prefixes.map((item) => ({ name: item.name, label: item.iri, iri: item.iri }))];
  const first = known.filter((item) => item.name.toLowerCase().startsWith(wanted));
  const second = wanted.startsWith("kg:") || !wanted.includes(":") ? known.filter((item) => !first.includes(item) && !item.iri && (item.name.toLowerCase().slice(3).includes(local) || item.label.toLowerCase().includes(local))) : [];
  return [...first, ...second].filter((item) => item.name !== start);
}
function place() {
  const mirror = under.cloneNode();
  Object.assign(mirror.style, { position: "absolute", visibility: "hidden", inset: "0 0 auto 0", minHeight: "0", height: "auto" });
  mirror.textContent = area.value.slice(0, from);
  const marker = document.createElement("span");
  marker.textContent = "\u200b";
  mirror.append(marker);
  editor.append(mirror);
  const top = marker.offsetTop - area.scrollTop + 24, left = marker.offsetLeft;
  mirror.remove();
  list.style.top = editor.offsetTop + top + "px";
  list.style.left = Math.max(0, Math.min(left, editor.clientWidth - 330)) + "px";
}
function suggest(forced) {
  const start = word();
  const found = start || forced ? candidates(start, forced).slice(0, 40) : [];
  if (!found.length) return hide();
  from = area.selectionStart - start.length;
  chosen = 0;
  list.replaceChildren(...found.map((item, index) => {
    const line = document.createElement("li"), name = document.createElement("code"), label = document.createElement("small");
    name.textContent = item.name;
    label.textContent = item.label.slice(0, 40);
    line.id = "completion-" + index;
    line.setAttribute("role", "option");
    line.dataset.name = item.name;
    line.append(name, label);
    line.addEventListener("mousedown", (event) => { event.preventDefault(); chosen = index; take(); });
    return line;
  }));
  list.hidden = false;
  place();
  mark();
}
function mark() {
  [...list.children].forEach((line, index) => line.setAttribute("aria-selected", String(index === chosen)));
  list.children[chosen].scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-controls", list.id);
}
function hide() { list.hidden = true; }
function take() {
  const name = list.children[chosen].dataset.name;
  area.setRangeText(name, from, area.selectionStart, "end");
  hide();
  declare(name);
  paint();
}
function declare(name) {
  const prefix = name.includes(":") && terms.prefixes.find((item) => item.name === name.slice(0, name.indexOf(":") + 1));
  if (!prefix || new RegExp("prefix\\s+" + prefix.name, "i").test(area.value)) return;
  const line = `PREFIX ${prefix.name} <${prefix.iri}>\n`, at = area.selectionStart;
  area.value = line + area.value;
  area.setSelectionRange(at + line.length, at + line.length);
}
area.addEventListener("input", (event) => { if (event.isComposing) return; if (/^[?$]|:/.test(word())) suggest(false); else hide(); });
area.addEventListener("blur", hide);
area.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); hide(); run(); return; }
  if (event.ctrlKey && event.key === " ") { event.preventDefault(); suggest(true); return; }
  if (list.hidden) {
    if (event.key === "Escape") tabLeaves = true;
    else if (event.key === "Tab" && !event.shiftKey && !tabLeaves) { event.preventDefault(); area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end"); paint(); }
    else if (event.key !== "Tab" && event.key !== "Shift") tabLeaves = false;
    return;
  }
  if (event.key === "ArrowDown") chosen = (chosen + 1) % list.children.length;
  else if (event.key === "ArrowUp") chosen = (chosen + list.children.length - 1) % list.children.length;
  else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(); return; }
  else if (event.key === "Escape") { hide(); return; }
  else return;
  event.preventDefault();
  mark();
});

// Running.
const node = (name, text, kind) => { const made = document.createElement(name); if (text !== undefined) made.textContent = text; if (kind) made.className = kind; return made; };
function inside(iri) {
  if (!iri.startsWith(base)) return null;
  const rest = iri.slice(base.length);
  if (/^id\/[^/]+\/[^/]+$/.test(rest)) return "/page/" + rest.slice(3);
  if (/^(statement|fact|document|check)\/[^/]+$/.test(rest)) return "/" + rest;
  return null;
}
function brief(iri) {
  if (/\/(statement|fact|check)\//.test(iri) && iri.startsWith(base)) return iri.slice(base.length).replace(/\/(.{8}).*$/, " $1…");
  const known = terms.prefixes.filter((item) => iri.startsWith(item.iri)).sort((one, other) => other.iri.length - one.iri.length)[0];
  return known && known.iri !== iri ? known.name + decodeURIComponent(iri.slice(known.iri.length)).slice(0, 60) : iri;
}
const accept = "application/sparql-results+json, text/turtle;q=0.9";
let turn = 0, last = "";

async function run() {
  const query = area.value, mine = (turn += 1);
  errorLine = 0;
  paint();
  results.replaceChildren(node("p", "Running …", "note"));
  history.replaceState(null, "", "/sparql?query=" + encodeURIComponent(query));
  const began = performance.now();
  let answer, body;
  try {
    answer = await fetch("/sparql", { method: "POST", headers: { "Content-Type": "application/sparql-query", Accept: accept }, body: query });
    body = await answer.text();
  } catch (error) {
    return fail("The server cannot be reached. Is it still running?");
  }
  if (mine !== turn) return;
  if (!answer.ok) return problem(body, answer.status);
  last = query;
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  const type = answer.headers.get("Content-Type") || "";
  if (!type.includes("sparql-results+json")) return showText(body, seconds);
  const record = JSON.parse(body);
  if (typeof record.boolean === "boolean") return results.replaceChildren(node("p", record.boolean ? "Yes." : "No.", "value"), node("p", seconds + " s", "note"));
  showTable(record, seconds, answer.headers.get("Kg-Truncated"));
}
function fail(words) {
  const shown = node("p", words, "problem");
  shown.setAttribute("role", "alert");
  results.replaceChildren(shown);
}
function problem(body, status) {
  let record = {};
  try { record = JSON.parse(body); } catch (error) { /* not a problem document */ }
  errorLine = record.line || 0;
  paint();
  fail((errorLine ? `Line ${errorLine}${record.column ? ", column " + record.column : ""}: ` : "") + (record.detail || record.title || "The query failed with status " + status + "."));
  if (errorLine) {
    const lines = area.value.split("\n");
    const at = lines.slice(0, errorLine - 1).reduce((sum, line) => sum + line.length + 1, 0) + Math.max(0, (record.column || 1) - 1);
    area.focus();
    area.setSelectionRange(at, at);
  }
}
function downloads(kinds) {
  const row = node("p", undefined, "data");
  row.append(node("span", "Download:"));
  for (const [label, type, ending] of kinds) {
    const button = node("button", label, "button small");
    button.type = "button";
    button.addEventListener("click", async () => {
      const answer = await fetch("/sparql", { method: "POST", headers: { "Content-Type": "application/sparql-query", Accept: type }, body: last });
      if (!answer.ok) return problem(await answer.text(), answer.status);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = "results." + ending;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    row.append(button);
  }
  return row;
}
function showText(body, seconds) {
  const text = node("pre", body, "mono");
  const box = node("div", undefined, "scroll card");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Graph as Turtle");
  box.append(text);
  results.replaceChildren(node("h2", `Graph in ${seconds} s`), downloads([["Turtle", "text/turtle", "ttl"], ["N-Triples", "application/n-triples", "nt"]]), box);
}
function showTable(record, seconds, truncated) {
  const rows = record.results.bindings;
  const used = record.head.vars.filter((column) => rows.some((row) => row[column]));
  const columns = used.length ? used : record.head.vars;
  const meanings = JSON.parse(form.dataset.columns || "{}");
  const table = document.createElement("table");
  table.dataset.sortable = "";
  const head = table.createTHead().insertRow();
  for (const column of columns) { const cell = node("th", column); cell.scope = "col"; if (meanings[column]) cell.title = meanings[column]; head.append(cell); }
  const body = table.createTBody();
  for (const row of rows.slice(0, 1000)) {
    const line = body.insertRow();
    for (const column of columns) {
      const cell = line.insertCell(), term = row[column];
      if (!term) continue;
      if (term.type === "uri") {
        const page = inside(term.value), words = brief(term.value);
        cell.dataset.sort = term.value;
        if (page) { const link = node("a", words); link.href = page; cell.append(link); } else { cell.textContent = words; cell.title = term.value; }
      } else {
        const numeric = /#(double|decimal|integer|float|int|long)$/.test(term.datatype || "");
        cell.textContent = numeric ? Number(term.value).toLocaleString("en", { maximumSignificantDigits: 15 }) : term.value;
        if (numeric) { cell.className = "num"; cell.dataset.sort = term.value; }
      }
    }
  }
  const empty = record.head.vars.length - columns.length;
  const count = `${rows.length.toLocaleString("en")} ${rows.length === 1 ? "row" : "rows"} in ${seconds} s`;
  const box = node("div", undefined, "scroll card tight");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Table of results");
  box.append(table);
  const drawing = node("div");
  const parts = [node("h2", count), downloads([["CSV", "text/csv", "csv"], ["TSV", "text/tab-separated-values", "tsv"], ["JSON", "application/sparql-results+json", "json"], ["XML", "application/sparql-results+xml", "xml"]])];
  if (empty && rows.length) parts.push(node("p", `Columns without any value are left out: ${record.head.vars.filter((column) => !used.includes(column)).join(", ")}.`, "note"));
  if (truncated) parts.push(node("p", "The result was cut at the row limit; add LIMIT and OFFSET to page through it.", "problem"));
  if (rows.length > 1000) parts.push(node("p", "The first 1,000 rows are shown; the downloads hold all.", "note"));
  results.replaceChildren(...parts, drawing, box);
  sortable(table);
  if (rows.length > 1 && columns.length > 1) draw(drawing, columns, rows);
}
async function draw(holder, columns, rows) {
  const cells = rows.slice(0, 2000).map((row) => columns.map((column) => {
    const term = row[column];
    return term ? { value: term.value, type: term.type === "uri" ? "uri" : term.datatype || "literal", label: term.type === "uri" ? brief(term.value).replace(/^[\w-]+:/, "") : term.value } : null;
  }));
  const answer = await fetch("/sparql/drawing", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ columns, rows: cells }) });
  if (answer.status !== 200) return;
  const parsed = [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("body > svg")];
  if (!parsed.length) return;
  const details = document.createElement("details");
  details.append(node("summary", "Drawing of these results"));
  details.open = true;
  const box = node("div", undefined, "figure-box scroll");
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Drawing of the results");
  box.append(...parsed.map((drawing) => document.importNode(drawing, true)));
  details.append(box);
  holder.replaceChildren(details);
}
form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
const example = document.getElementById("example");
if (example) example.addEventListener("change", () => { if (example.value) location.href = example.value; });
const share = form.querySelector("[data-share]");
if (navigator.clipboard) {
  share.hidden = false;
  share.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.origin + "/sparql?query=" + encodeURIComponent(area.value));
    share.textContent = "Link copied";
    setTimeout(() => { share.textContent = "Copy link"; }, 1500);
  });
}
paint();
fetch("/sparql/terms.json").then((answer) => answer.json()).then((found) => { terms = found; }).catch(() => {}).finally(() => { if (form.dataset.run === "yes") run(); });
