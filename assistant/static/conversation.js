// The conversation that is open: its turns on the page, asked, kept, and asked again when it is opened anew.

import { turnSection } from "./asking.js";

const SEARCHING = "Searching the sources …";
const LOST = "The connection was lost before this question was answered.";
const GAP =
  "A question before this one was not kept, because it seems to identify a patient. Without it, this may be another answer.";
const NOT_SHARED = "No link and no judgement: a question up to here seems to identify a patient.";
const UNKNOWN_LINK = "This link holds no question, so it cannot be replayed. Ask the question anew.";

export class Conversation {
  #generation = 0;

  constructor({ element, asking, store, say, warn, changed }) {
    Object.assign(this, { element, asking, store, say, warn, changed });
    this.#begin(newId(), "");
  }

  // What is kept of the turns that were answered; one that seems to name a patient is not kept. The answers after it
  // are kept without their ids: asked again without that question, they may be others.
  get kept() {
    return this.answered
      .filter((turn) => !turn.private)
      .map((turn) => {
        const { question, asked, verdict, note } = turn;
        return { question, answer: this.namesPatient(turn) ? "" : turn.answer, asked, verdict, note };
      });
  }

  get answered() {
    return this.turns.filter((turn) => turn.answer);
  }

  // The answered questions up to a turn, that turn included.
  questionsTo(turn) {
    return this.answered.slice(0, this.answered.indexOf(turn) + 1).map((other) => other.question);
  }

  // Whether a question up to a turn, its own included, seems to name a patient.
  namesPatient(turn) {
    return this.answered.slice(0, this.answered.indexOf(turn) + 1).some((other) => other.private);
  }

  turnOf(element) {
    const section = element.closest(".turn");
    return this.turns.find((turn) => turn.section === section) ?? null;
  }

  #begin(id, title) {
    this.#generation += 1;
    this.id = id;
    this.title = title;
    this.turns = [];
    this.linked = false;
    this.element.replaceChildren();
    this.changed();
  }

  start() {
    this.#begin(newId(), "");
    this.store.current = null;
    clearLink();
  }

  // Asks a question after those that are there; true once it is answered.
  async ask(question) {
    this.#dropProblems();
    if (this.linked) {
      this.linked = false;
      clearLink();
    }
    this.store.pending = question;
    const turn = await this.#add({ question, asked: new Date().toISOString() }, true);
    this.store.pending = null;
    if (!turn?.answer) return false;
    this.keep();
    return true;
  }

  async open(id) {
    const saved = this.store.load(id);
    if (!saved) return false;
    this.#begin(saved.id, saved.title);
    this.store.current = saved.id;
    await this.#replay(saved.turns);
    return true;
  }

  // Opens what a link names: the questions of a conversation, and the id of the last one's answer.
  async openLink(hash) {
    const link = new URLSearchParams(hash.slice(1));
    const questions = link.getAll("q");
    this.#begin(newId(), "");
    if (questions.length === 0) {
      this.warn(UNKNOWN_LINK);
      clearLink();
      return;
    }
    this.linked = true;
    const turns = questions.map((question) => ({ question, asked: new Date().toISOString() }));
    turns.at(-1).expected = link.get("id") || undefined;
    await this.#replay(turns);
  }

  link(turn) {
    const parameters = new URLSearchParams({ id: turn.answer });
    for (const question of this.questionsTo(turn)) parameters.append("q", question);
    return `${location.origin}${location.pathname}#${parameters}`;
  }

  // Picks up where a reload of the tab left off; a question that was being answered then is shown as not answered.
  async resume() {
    const pending = this.store.pending;
    this.store.pending = null;
    if (this.store.current) await this.open(this.store.current);
    if (pending) {
      const section = turnSection(pending, "problem", LOST, "problem");
      this.#place({ question: pending }, section);
      section.scrollIntoView({ block: "start", behavior: "auto" });
      this.say(LOST);
    }
    return pending;
  }

  keep() {
    const turns = this.kept;
    if (turns.length === 0) return;
    this.title ||= turns[0].question;
    const saved = this.store.save({ id: this.id, title: this.title, turns });
    if (saved) this.store.current = this.id;
    else this.warn("This browser does not keep the conversation: its storage is full or blocked.");
  }

  async #replay(turns) {
    const generation = this.#generation;
    await Promise.all(turns.map((turn) => this.#add({ ...turn, expected: turn.expected ?? turn.answer, answer: "" }, false)));
    return generation === this.#generation;
  }

  async #add(turn, isNew) {
    const generation = this.#generation;
    const before = [...this.turns];
    this.#place(turn, turnSection(turn.question, "asking", SEARCHING, "pending"));
    if (isNew) {
      this.say(SEARCHING);
      turn.section.scrollIntoView({ block: "start", behavior: "auto" });
    }
    const wanted = () => generation === this.#generation;
    const history = () => before.filter((other) => other.record).map((other) => other.record);
    const last = await this.asking.ask(turn.question, history, (section) => this.#show(turn, section), wanted);
    if (!last || !wanted()) return null;
    if (last.dataset.state === "done") this.#answered(turn, last);
    if (isNew) this.say(last.dataset.spoken);
    this.changed();
    return turn;
  }

  #place(turn, section) {
    turn.section = section;
    this.turns.push(turn);
    this.element.append(section);
    this.changed();
  }

  #show(turn, section) {
    const focused = document.activeElement;
    const number = turn.section.contains(focused) ? focused.dataset.citation : undefined;
    turn.section.replaceWith(section);
    turn.section = section;
    if (number) section.querySelector(`.quotation .cite[data-citation="${CSS.escape(number)}"]`)?.focus();
  }

  #answered(turn, section) {
    turn.answer = section.dataset.answer;
    turn.record = JSON.parse(section.dataset.turn);
    turn.private = section.dataset.private !== undefined;
    const today =
      `This is the answer of today. It was ${turn.expected}, it is ${turn.answer}: ` +
      "the sources or the program have changed since.";
    if (turn.expected === "") section.querySelector(".answer").prepend(line("changed", GAP));
    else if (turn.expected && turn.expected !== turn.answer) section.querySelector(".answer").prepend(line("changed", today));
    for (const button of section.querySelectorAll("[data-verdict]")) {
      const judged = turn.verdict && (turn.verdict === "right" ? "right" : "wrong");
      button.setAttribute("aria-pressed", String(button.dataset.verdict === judged));
    }
    if (this.namesPatient(turn)) {
      for (const button of section.querySelectorAll("[data-action=link], [data-verdict]")) button.disabled = true;
      section.querySelector(".tools").append(line("muted", NOT_SHARED));
    }
  }

  #dropProblems() {
    for (const turn of this.turns.filter((other) => other.section.dataset.state === "problem")) turn.section.remove();
    this.turns = this.turns.filter((other) => other.section.dataset.state !== "problem");
  }
}

function line(name, words) {
  return Object.assign(document.createElement("p"), { className: name, textContent: words });
}

function newId() {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return [...numbers].map((number) => number.toString(36)).join("");
}

function clearLink() {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}
