// The dialog of the conversations that this browser keeps: open, rename, delete one, delete all.

import { save } from "./tools.js";

export class History {
  constructor({ dialog, store, conversation, tools, open }) {
    Object.assign(this, { dialog, store, conversation, tools, openConversation: open });
    this.list = dialog.querySelector("#conversations");
    this.problem = dialog.querySelector("#history-problem");
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  show() {
    this.#fill();
    this.dialog.showModal();
  }

  #fill() {
    const conversations = this.store.list();
    this.list.replaceChildren(...conversations.map((conversation) => this.#item(conversation)));
    this.dialog.querySelector("#no-conversations").hidden = conversations.length > 0;
    this.#tellDamaged();
  }

  #item(conversation) {
    const item = document.createElement("li");
    const open = button("open", conversation.title, () => {
      this.dialog.close();
      this.openConversation(conversation.id);
    });
    open.dir = "auto";
    if (conversation.id === this.conversation.id) open.setAttribute("aria-current", "true");
    const count = conversation.turns.length;
    const day = new Date(conversation.changed).toLocaleDateString(undefined, { dateStyle: "medium" });
    const about = document.createElement("p");
    about.className = "muted";
    about.textContent = `${day} · ${count} ${count === 1 ? "question" : "questions"}`;
    const rename = button("tool", "Rename", () => this.#rename(item, conversation));
    rename.setAttribute("aria-label", `Rename ${conversation.title}`);
    const remove = twice("tool", "Delete", "Really delete?", () => {
      this.store.remove(conversation.id);
      if (conversation.id === this.conversation.id) this.conversation.start();
      this.#fill();
      (this.list.querySelector("button") ?? this.dialog.querySelector("[data-action=close]")).focus();
    });
    remove.setAttribute("aria-label", `Delete ${conversation.title}`);
    const tools = document.createElement("div");
    tools.className = "item-tools";
    tools.append(about, rename, remove);
    item.append(open, tools);
    return item;
  }

  #rename(item, conversation) {
    const box = document.createElement("input");
    box.type = "text";
    box.maxLength = 200;
    box.value = conversation.title;
    box.setAttribute("aria-label", "Name of the conversation");
    let ended = false;
    const end = (keep) => {
      if (ended) return;
      ended = true;
      const title = box.value.trim();
      if (keep && title) {
        this.store.save({ ...conversation, title });
        if (conversation.id === this.conversation.id) this.conversation.title = title;
      }
      this.#fill();
      const buttons = [...this.list.querySelectorAll(".open")];
      (buttons.find((other) => other.textContent === (title || conversation.title)) ?? buttons[0])?.focus();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // the key is not for the button that gets the focus, nor for the dialog
      event.stopPropagation();
      end(event.key === "Enter");
    });
    box.addEventListener("blur", () => end(true));
    item.querySelector(".open").replaceWith(box);
    box.select();
  }

  deleteAll(asked) {
    if (asked.dataset.sure === undefined) {
      asked.dataset.sure = "";
      asked.textContent = "Really delete all?";
      return;
    }
    this.resetDeleteAll(asked);
    this.store.removeAll();
    this.conversation.start();
    this.#fill();
    this.dialog.querySelector("[data-action=close]").focus();
  }

  resetDeleteAll(asked) {
    delete asked.dataset.sure;
    asked.textContent = "Delete all …";
  }

  async saveJudgements() {
    const judged = [];
    for (const conversation of this.store.list()) {
      conversation.turns.forEach((turn, i) => {
        const questions = conversation.turns.slice(0, i + 1).map((other) => other.question);
        if (turn.verdict) judged.push({ questions, turn });
      });
    }
    this.#tell(judged.length === 0 ? "No answer was judged yet: use “Was this right?” below an answer." : "");
    if (judged.length > 0) await this.tools.saveCases(judged);
  }

  #tell(words, ...buttons) {
    this.problem.hidden = words === "";
    this.problem.replaceChildren(words, ...buttons);
  }

  #tellDamaged() {
    const damaged = this.store.damaged();
    if (damaged.length === 0) return this.#tell("");
    const text = JSON.stringify(damaged, null, 2);
    this.#tell(
      damagedWords(damaged.length),
      button("tool", "Save to a file", () => save(new Blob([text], { type: "application/json" }), "damaged.json")),
      twice("tool", "Delete", "Really delete?", () => {
        this.store.removeDamaged();
        this.#fill();
      }),
    );
  }
}

export function damagedWords(count) {
  const what = count === 1 ? "A conversation in this browser is" : `${count} conversations in this browser are`;
  return `${what} damaged and cannot be shown. Nothing was deleted. `;
}

function button(name, words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = name;
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

// A button that asks once more before it acts.
function twice(name, words, sure, act) {
  const made = button(name, words, () => {
    if (made.textContent === sure) return act();
    made.textContent = sure;
    made.removeAttribute("aria-label");
  });
  made.addEventListener("blur", () => (made.textContent = words));
  return made;
}
