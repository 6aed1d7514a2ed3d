// Puts the page's parts together once Gradio has drawn them, and leads clicks and keys to them.

import { Asking } from "./asking.js";
import { Conversation } from "./conversation.js";
import { Card, Evidence } from "./evidence.js";
import { History, damagedWords } from "./history.js";
import { Store } from "./store.js";
import { Tools } from "./tools.js";

const LOST = "The connection to the server was lost. Your conversation is kept; the page goes on when the server is back.";
const find = (selector) => document.querySelector(selector);
const drawn = () => window.assistantWire && ["#turns", "#question textarea", "#open-quote", "#spoken"].every(find);

function start() {
  const box = find("#question textarea");
  box.setAttribute("aria-label", "Question"); // its label holds the button too
  const store = new Store(find(".top").dataset.keeps);
  const say = (words) => (find("#spoken").textContent = words);
  const warn = (words) => {
    const banner = find("#banner");
    banner.hidden = words === "";
    banner.textContent = words;
  };
  const evidence = new Evidence(find("#panel"));
  const card = new Card(document);
  const asking = new Asking(window.assistantWire, (lost) => warn(lost ? LOST : ""));
  const changed = () => {
    const examples = find("#example-questions");
    const count = find("#turns").childElementCount;
    if (examples.dataset.turns !== String(count > 0)) examples.open = count === 0;
    examples.dataset.turns = String(count > 0);
  };
  const conversation = new Conversation({ element: find("#turns"), asking, store, say, warn, changed });

  const write = (text) => {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = async (question) => {
    warn("");
    evidence.close();
    const answered = await conversation.ask(question);
    if (!answered && box.value === "") write(question);
  };
  window.assistantTyped = (text) => {
    ask(text);
    return "";
  };

  const tools = new Tools({ conversation, say, warn, ask });
  const open = async (id) => {
    warn("");
    evidence.close();
    if (!(await conversation.open(id))) warn("This conversation is no longer in this browser.");
  };
  const dialog = find("#history");
  const history = dialog && new History({ dialog, store, conversation, tools, open });

  const actions = {
    new: () => {
      evidence.close();
      warn("");
      conversation.start();
      box.focus();
    },
    history: () => history.show(),
    judgements: () => history.saveJudgements(),
    "delete-all": (button) => history.deleteAll(button),
    keys: () => find("#keys").showModal(),
    close: (button) => button.closest("dialog").close(),
    print: () => window.print(),
    copy: (button) => tools.copy(button),
    link: (button) => tools.link(button),
    edit: (button) => tools.edit(button),
    case: (button) => tools.saveCase(button.closest("form")),
  };
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target) || event.target.closest("button")) menu.open = false;
    }
    const button = event.target.closest("button");
    if (!button) return;
    const { action, question, citation, close, verdict, export: form } = button.dataset;
    if (action) actions[action]?.(button);
    else if (question !== undefined) ask(question);
    else if (citation !== undefined) {
      card.hide();
      evidence.open(button);
    } else if (close !== undefined) evidence.close();
    else if (verdict) tools.judge(button);
    else if (form) tools.export(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".judgement")) return;
    event.preventDefault();
    tools.keepJudgement(event.target);
  });

  listenToKeys({ box, store, evidence, card });
  window.addEventListener("hashchange", () => location.hash.length > 1 && conversation.openLink(location.hash));

  const damaged = store.damaged().length;
  if (damaged > 0) warn(`${damagedWords(damaged)}See Conversations.`);
  if (location.hash.length > 1) conversation.openLink(location.hash);
  else {
    conversation.resume().then((pending) => {
      if (pending && box.value === "") write(pending);
    });
  }
  document.documentElement.dataset.ready = "";
}

function listenToKeys({ box, store, evidence, card }) {
  const single = find("#single-keys");
  single.checked = store.singleKeys;
  single.addEventListener("change", () => (store.singleKeys = single.checked));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = find("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (!find("dialog[open]") && !card.hide()) evidence.close();
      return;
    }
    const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
    if (typing || find("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || !single.checked) return;
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
    } else if (event.key === "?") {
      find("#keys").showModal();
    } else if (/^[1-9]$/.test(event.key)) {
      const answer = [...document.querySelectorAll(".answer")].at(-1);
      const button = answer?.querySelector(`.quotation[data-number="${event.key}"] .cite`);
      if (!button) return;
      button.scrollIntoView({ block: "nearest" });
      button.focus();
      evidence.open(button);
    }
  });
}

function waitUntilDrawn() {
  if (drawn()) start();
  else requestAnimationFrame(waitUntilDrawn);
}
waitUntilDrawn();
