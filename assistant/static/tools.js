// What is done with an answer: copy, link, judge, edit its question; and with a conversation: export.

const ENDINGS = { markdown: "md", html: "html", pdf: "pdf", ris: "ris", bibtex: "bib" };
const SHOWN_MILLISECONDS = 2500;

export class Tools {
  constructor({ conversation, say, warn, ask }) {
    Object.assign(this, { conversation, say, warn, ask });
  }

  async copy(button) {
    await this.#toClipboard(button, button.dataset.copy, "Copied with its references");
  }

  async link(button) {
    const turn = this.conversation.turnOf(button);
    await this.#toClipboard(button, this.conversation.link(turn), "Link copied; it holds the questions themselves");
  }

  async #toClipboard(button, text, done) {
    const taken = await copied(text);
    if (taken) this.#flash(button, done);
    else this.warn("The browser does not let this page write to the clipboard. Select the text and copy it.");
  }

  #flash(button, words) {
    this.say(`${words}.`);
    const note = document.createElement("span");
    note.className = "flash";
    note.textContent = words;
    button.parentElement.querySelector(".flash")?.remove();
    button.after(note);
    setTimeout(() => note.remove(), SHOWN_MILLISECONDS);
  }

  // Shows the question as it was understood in a box, to be changed and asked.
  edit(button) {
    const section = button.closest(".turn");
    if (section.querySelector(".edit")) return;
    const form = document.createElement("form");
    form.className = "edit";
    const label = document.createElement("label");
    label.textContent = "The question as it was understood; change it and ask again";
    const box = document.createElement("textarea");
    box.rows = 2;
    box.maxLength = 2000;
    box.value = button.dataset.standalone;
    label.append(box);
    const send = Object.assign(document.createElement("button"), { type: "submit", className: "tool", textContent: "Ask again" });
    const back = Object.assign(document.createElement("button"), { type: "button", className: "tool", textContent: "Cancel" });
    const end = () => {
      form.remove();
      button.focus();
    };
    back.addEventListener("click", end);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") end();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.remove();
      this.ask(box.value);
    });
    form.append(label, send, back);
    button.closest(".understood, .tools").after(form);
    form.scrollIntoView({ block: "nearest" });
    box.focus({ preventScroll: true });
  }

  judge(button) {
    const section = button.closest(".turn");
    const form = section.querySelector(".judgement");
    const verdict = button.dataset.verdict;
    for (const other of section.querySelectorAll("[data-verdict]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    form.hidden = false;
    form.querySelector("fieldset").hidden = verdict === "right";
    const turn = this.conversation.turnOf(button);
    form.querySelector("textarea").value = turn.note ?? "";
    for (const choice of form.querySelectorAll("input")) choice.checked = choice.value === turn.verdict;
    form.scrollIntoView({ block: "nearest" });
    if (verdict === "right") {
      this.#judged(turn, "right", turn.note ?? "");
      this.say("Kept: this was right.");
    } else {
      form.querySelector("input").focus({ preventScroll: true });
    }
  }

  keepJudgement(form) {
    if (!this.#read(form)) return;
    form.hidden = true;
    this.say("Your judgement is kept in this browser.");
    form.closest(".turn").querySelector("[data-verdict][aria-pressed=true]").focus();
  }

  async saveCase(form) {
    const turn = this.#read(form);
    if (turn) await this.saveCases([{ questions: this.conversation.questionsTo(turn), turn }]);
  }

  // Saves judged turns as draft evaluation cases, a line each.
  async saveCases(judged) {
    let lines = "";
    for (const { questions, turn } of judged) {
      const reply = await post("/page/case", { questions, verdict: turn.verdict, note: turn.note ?? "" });
      if (!reply.ok) return this.warn(reply.words);
      lines += await reply.blob.text();
    }
    save(new Blob([lines], { type: "application/jsonl" }), "draft-cases.jsonl");
    this.say("The draft cases are saved.");
  }

  #read(form) {
    const turn = this.conversation.turnOf(form);
    const note = form.querySelector("textarea").value.trim();
    const right = form.querySelector("fieldset").hidden;
    const reason = right ? "right" : form.querySelector("input:checked")?.value;
    if (!reason) {
      this.warn("Choose what was wrong.");
      return null;
    }
    this.#judged(turn, reason, note);
    return turn;
  }

  #judged(turn, verdict, note) {
    Object.assign(turn, { verdict, note });
    this.conversation.keep();
  }

  async export(form) {
    const questions = this.conversation.answered.map((turn) => turn.question);
    if (questions.length === 0) return this.warn("There is nothing to export yet: ask a question first.");
    this.say("The export is being made …");
    const reply = await post(`/page/export/${form}`, { questions });
    if (!reply.ok) return this.warn(reply.words);
    const day = new Date().toISOString().slice(0, 10);
    save(reply.blob, `kyphoplasty-assistant-${day}.${ENDINGS[form]}`);
    this.say("The export is saved.");
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // not allowed, or not there: a page that is not served from this machine or over HTTPS has no clipboard
  }
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "visually-hidden";
  document.body.append(box);
  const focused = document.activeElement;
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  focused?.focus();
  return done;
}

async function post(address, content) {
  try {
    const reply = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content),
    });
    if (reply.ok) return { ok: true, blob: await reply.blob() };
    return { ok: false, words: await reply.text() };
  } catch {
    return { ok: false, words: "The server cannot be reached. Nothing is lost; try again." };
  }
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
