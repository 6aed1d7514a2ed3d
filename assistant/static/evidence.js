// The evidence beside an answer: a card with the quote over a citation number, and the source in the panel.

const NOT_EXACT = "This place cannot be shown exactly, so it is not shown. Ask the question again.";
const NOT_REACHED = "The server cannot be reached, so the source cannot be shown. Try again.";
const NOT_DRAWN = "This page cannot be drawn. Open the original instead.";
const CARD_DELAY_MILLISECONDS = 150;
const CARD_STAYS_MILLISECONDS = 250;

export class Evidence {
  #asked = 0;
  #article = null;
  #opener = null;

  constructor(panel) {
    this.shown = panel.querySelector("#open-quote");
    this.nothing = panel.querySelector("#no-quote");
    this.panel = panel;
    this.#listSources(panel.querySelector("#searched-sources"));
  }

  // The sources may have changed since the server was started, so they are fetched.
  async #listSources(list) {
    try {
      const reply = await fetch("/page/sources");
      if (reply.ok) list.innerHTML = await reply.text();
    } catch {
      // the library page has them too
    }
  }

  get isOpen() {
    return this.shown.childElementCount > 0;
  }

  // Opens the quote of a citation button: in an answer, or in the panel itself (previous and next).
  async open(button) {
    const article = button.closest(".answer") ?? this.#article;
    if (!article) return;
    const number = button.dataset.citation;
    const quotation = article.querySelector(`.quotation[data-number="${CSS.escape(number)}"]`);
    if (!quotation) return;
    if (button.closest(".answer")) this.#opener = button;
    this.#article = article;
    this.#asked += 1;
    const asked = this.#asked;
    const { source, span, words } = quotation.dataset;
    const of = article.querySelectorAll(".quotation").length;
    let html;
    try {
      const reply = await fetch(`/page/quote?${new URLSearchParams({ source, span, words, number, of })}`);
      if (!reply.ok) throw new Error(reply.status);
      html = await reply.text();
    } catch {
      html = null;
    }
    if (asked !== this.#asked) return;
    if (html === null) this.#show(message(NOT_REACHED));
    else this.#show(checked(html, quotation.querySelector(".quote").textContent));
    for (const other of document.querySelectorAll(".quotation.opened")) other.classList.remove("opened");
    quotation.classList.add("opened");
  }

  close() {
    if (!this.isOpen) return false;
    this.#asked += 1;
    this.shown.replaceChildren();
    this.nothing.hidden = false;
    this.panel.classList.remove("open");
    for (const other of document.querySelectorAll(".quotation.opened")) other.classList.remove("opened");
    if (this.#opener?.isConnected) this.#opener.focus();
    return true;
  }

  #show(fragment) {
    this.nothing.hidden = true;
    this.shown.replaceChildren(fragment);
    this.panel.classList.add("open");
    this.panel.scrollTop = 0;
    for (const picture of this.shown.querySelectorAll(".page-image img")) showPage(picture);
    const mark = this.shown.querySelector("mark");
    if (mark) {
      const below = mark.getBoundingClientRect().bottom - this.panel.getBoundingClientRect().top;
      if (below > this.panel.clientHeight) this.panel.scrollTop = below - this.panel.clientHeight / 2;
    }
    this.shown.querySelector("h2").focus({ preventScroll: true });
  }
}

// Scrolls the picture of a page to the quote once it is there; in the place of one that does not come stands a line.
function showPage(picture) {
  const frame = picture.parentElement;
  picture.addEventListener("load", () => {
    frame.scrollTop = frame.dataset.top * picture.offsetHeight - frame.clientHeight / 4;
  });
  picture.addEventListener("error", () => {
    const line = Object.assign(document.createElement("p"), { className: "problem", textContent: NOT_DRAWN });
    frame.replaceWith(line);
  });
}

// The panel's content, if the words it marks are those of the answer, character by character.
function checked(html, quote) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const mark = template.content.querySelector("mark");
  if (mark && mark.textContent !== quote) return message(NOT_EXACT);
  return template.content;
}

function message(words) {
  const section = document.createElement("section");
  section.className = "in-source";
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "close", textContent: "Close" });
  close.dataset.close = "";
  const head = document.createElement("h2");
  head.tabIndex = -1;
  head.textContent = "Not shown";
  const line = document.createElement("p");
  line.className = "problem";
  line.textContent = words;
  section.append(close, head, line);
  return section;
}

// Shows a quote over the citation numbers that do not stand beside it. Esc hides it; the pointer may go into it.
export class Card {
  #timer = null;
  #button = null;

  constructor(root) {
    this.card = document.createElement("div");
    this.card.id = "card";
    this.card.setAttribute("role", "tooltip");
    this.card.hidden = true;
    document.body.append(this.card);
    const chip = (event) => event.target.closest?.(".answer .cite:not(.where .cite)");
    root.addEventListener("pointerover", (event) => chip(event) && this.#later(chip(event), CARD_DELAY_MILLISECONDS));
    root.addEventListener("pointerout", (event) => chip(event) && this.#later(null, CARD_STAYS_MILLISECONDS));
    root.addEventListener("focusin", (event) => chip(event)?.matches(":focus-visible") && this.#later(chip(event), 0));
    root.addEventListener("focusout", (event) => chip(event) && this.#later(null, 0));
    this.card.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.card.addEventListener("pointerleave", () => this.#later(null, CARD_STAYS_MILLISECONDS));
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.card.hidden) return false;
    this.card.hidden = true;
    this.#button?.removeAttribute("aria-describedby");
    return true;
  }

  #later(button, milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (button ? this.#show(button) : this.hide()), milliseconds);
  }

  #show(button) {
    const article = button.closest(".answer");
    const quotation = article?.querySelector(`.quotation[data-number="${CSS.escape(button.dataset.citation)}"]`);
    if (!quotation) return;
    this.hide();
    this.#button = button;
    const group = quotation.closest(".source");
    const label = document.createElement("p");
    label.className = "label";
    label.textContent = `${button.textContent} ${group.querySelector(".label").textContent}`;
    const badges = group.querySelector(".badges").cloneNode(true);
    const words = document.createElement("blockquote");
    words.className = "said";
    words.append(...[...quotation.querySelector(".quote").cloneNode(true).childNodes]);
    this.card.replaceChildren(label, badges, words);
    this.card.hidden = false;
    button.setAttribute("aria-describedby", "card");
    const place = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, document.documentElement.clientWidth - this.card.offsetWidth - 8));
    const below = place.bottom + 6;
    const fits = below + this.card.offsetHeight < window.innerHeight;
    this.card.style.left = `${left}px`;
    this.card.style.top = `${fits ? below : Math.max(8, place.top - this.card.offsetHeight - 6)}px`;
  }
}
