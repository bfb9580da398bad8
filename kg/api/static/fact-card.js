// <lab-fact src="https://host/fact/ID" pin="STATEMENT"> shows a fact of Lab Facts in any page. No dependencies; everything that comes
// from the service is set as text, never as markup. Style it through ::part(card|label|value|chip|state|quote|source|link).
const STYLE = `
:host { display: block; color-scheme: light dark; max-width: 480px; font: 15px/1.5 Inter, system-ui, sans-serif }
[part=card] { border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: 10px; padding: 16px }
p, blockquote { margin: 0; overflow-wrap: anywhere } [part=label], [part=source] { font-size: 13px; opacity: .8 }
[part=value] { font-size: 28px; line-height: 1.2; font-weight: 650; margin-top: 4px }
[part=chip] { font-size: 13px; font-weight: 600; border: 1px solid currentColor; border-radius: 999px; padding: 1px 10px; margin-left: 8px; vertical-align: middle; white-space: nowrap }
[part=state] { font-weight: 600; margin-top: 8px } [part=quote] { margin-top: 8px; padding-left: 12px; border-left: 2px solid; opacity: .85 }
[part=source] { margin-top: 8px }`;

const STATES = {
  superseded: (card) => `Superseded: the leading value is now ${card.now}.`,
  disputed: () => "Disputed: sources contradict each other.",
  gone: () => "Superseded: this statement is no longer part of Lab Facts.",
};

class LabFact extends HTMLElement {
  static observedAttributes = ["src", "pin"];

  connectedCallback() { this.#load(); }

  attributeChangedCallback() { if (this.isConnected) this.#load(); }

  async #load() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const turn = (this.turn = (this.turn ?? 0) + 1);
    let card;
    try {
      const address = new URL(this.getAttribute("src") ?? "", document.baseURI);
      if (!/^https?:$/.test(address.protocol)) throw new Error("src is not an http address");
      const [, id] = /\/(?:fact|statement)\/([0-9a-f]+)/.exec(address.pathname) ?? [];
      if (!id) throw new Error("src is not the address of a fact");
      const data = new URL(`/embed/fact/${id}.json`, address);
      if (this.getAttribute("pin")) data.searchParams.set("pin", this.getAttribute("pin"));
      const answer = await fetch(data, { credentials: "omit", referrerPolicy: "no-referrer" });
      card = answer.ok ? await answer.json()
        : { state: answer.status === 410 ? "gone" : "missing", predicate: "Lab Facts", value: "", page: String(address) };
      if (card.state === "missing") card.value = answer.status === 404 ? "Not found" : "Not available";
    } catch (error) {
      card = { state: "missing", predicate: "Lab Facts", value: "Not available", page: "" };
    }
    if (turn === this.turn) this.#draw(root, card);
  }

  #draw(root, card) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    const article = document.createElement("article");
    article.setAttribute("part", "card");
    const add = (tag, part, text, parent = article) => {
      const element = document.createElement(tag);
      element.setAttribute("part", part);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    add("p", "label", card.subject ? `${card.predicate} of ${card.subject}` : card.predicate);
    if (card.value) {
      const value = add("p", "value", card.value);
      if (card.chip) add("span", "chip", card.chip, value);
    }
    const state = STATES[card.state];
    if (state) add("p", "state", state(card));
    if (card.quote) add("blockquote", "quote", card.quote);
    const source = add("p", "source", [card.claimants && `Said by ${card.claimants}`, card.document && `in ${card.document}`, card.date]
      .filter(Boolean).join(" "));
    if (/^https?:/.test(card.page)) {
      source.append(" ");
      const link = add("a", "link", "Lab Facts", source);
      link.href = card.page;
      link.rel = "noopener";
    }
    this.dataset.state = card.state;
    root.replaceChildren(style, article);
  }
}

if (!customElements.get("lab-fact")) customElements.define("lab-fact", LabFact);
