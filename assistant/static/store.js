// Conversations in the browser's storage: each under a key of its own, so that two tabs do not overwrite each
// other's. A conversation that cannot be read is put aside, told of, and never thrown away by itself.
//
// conversation: {version, id, title, changed, turns: [{question, answer, asked, verdict, note}]}

const PREFIX = "kyphoplasty-assistant/";
const CONVERSATION = `${PREFIX}conversation/`;
const DAMAGED = `${PREFIX}damaged/`;
const CURRENT = `${PREFIX}current`;
const PENDING = `${PREFIX}pending`;
const SINGLE_KEYS = `${PREFIX}single-keys`;
const VERSION = 1;

export class Store {
  // `keeps` is "browser", or "tab" where the operator has turned history off.
  constructor(keeps) {
    this.keeps = keeps;
  }

  get #kept() {
    return this.keeps === "browser" ? window.localStorage : window.sessionStorage;
  }

  // The conversations, last changed first.
  list() {
    const found = [];
    for (const key of this.#keys(CONVERSATION)) {
      const conversation = this.#read(key);
      if (conversation) found.push(conversation);
    }
    return found.sort((one, other) => other.changed.localeCompare(one.changed));
  }

  load(id) {
    return this.#read(CONVERSATION + id);
  }

  // Whether the browser took it: storage may be blocked or full.
  save(conversation) {
    const content = { ...conversation, version: VERSION, changed: new Date().toISOString() };
    try {
      this.#kept.setItem(CONVERSATION + conversation.id, JSON.stringify(content));
      return true;
    } catch {
      return false;
    }
  }

  remove(id) {
    this.#drop(CONVERSATION + id);
  }

  removeAll() {
    for (const key of [...this.#keys(CONVERSATION), ...this.#keys(DAMAGED)]) this.#drop(key);
  }

  // What could not be read, as it was found: {key, text}.
  damaged() {
    this.list();
    return this.#keys(DAMAGED).map((key) => ({ key, text: this.#kept.getItem(key) }));
  }

  removeDamaged() {
    for (const key of this.#keys(DAMAGED)) this.#drop(key);
  }

  // What belongs to this tab and ends with it: the open conversation, and the question that is being answered.
  get current() {
    return this.#tab(CURRENT);
  }

  set current(id) {
    this.#setTab(CURRENT, id);
  }

  get pending() {
    return this.#tab(PENDING);
  }

  set pending(question) {
    this.#setTab(PENDING, question);
  }

  get singleKeys() {
    try {
      return window.localStorage.getItem(SINGLE_KEYS) !== "off";
    } catch {
      return true;
    }
  }

  set singleKeys(on) {
    try {
      window.localStorage.setItem(SINGLE_KEYS, on ? "on" : "off");
    } catch {
      // holds for this page only
    }
  }

  #keys(prefix) {
    try {
      return Object.keys(this.#kept).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  }

  #read(key) {
    let text;
    try {
      text = this.#kept.getItem(key);
    } catch {
      return null;
    }
    if (text === null) return null;
    try {
      const content = JSON.parse(text);
      if (isConversation(content) && CONVERSATION + content.id === key) return content;
    } catch {
      // not even JSON
    }
    this.#putAside(key, text);
    return null;
  }

  #putAside(key, text) {
    try {
      this.#kept.setItem(DAMAGED + key.slice(CONVERSATION.length), text);
      this.#kept.removeItem(key);
    } catch {
      // it stays where it is, and is told of again
    }
  }

  #drop(key) {
    try {
      this.#kept.removeItem(key);
    } catch {
      // nothing is kept in a blocked storage
    }
  }

  #tab(key) {
    try {
      return window.sessionStorage.getItem(key);
    } catch {
      return null;
    }
  }

  #setTab(key, value) {
    try {
      if (value === null) window.sessionStorage.removeItem(key);
      else window.sessionStorage.setItem(key, value);
    } catch {
      // a reload then starts anew
    }
  }
}

function isConversation(content) {
  return (
    content?.version === VERSION &&
    [content.id, content.title, content.changed].every((text) => typeof text === "string") &&
    Array.isArray(content.turns) &&
    content.turns.every((turn) => [turn?.question, turn?.answer, turn?.asked].every((text) => typeof text === "string"))
  );
}
