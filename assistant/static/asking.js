// Sends questions to the server one after the other, and gives what comes back, part by part.

const FIRST_LOOK_MILLISECONDS = 1500;
const NEXT_LOOK_MILLISECONDS = 4000;
// Source: with 64 people asking at once on two cores, the slowest answer took a minute.
const PATIENCE_MILLISECONDS = 180000;
const NO_ANSWER = "No answer came, though the server is there. Ask again.";

export class Asking {
  #last = Promise.resolve();
  #sent = 0;

  // `lost` is told true when the server cannot be reached, and false when the answer came all the same.
  constructor(wire, lost) {
    this.wire = wire;
    this.lost = lost;
  }

  // The turn's last section, answered or with a problem; `part` is given each section on the way. `wanted` says
  // whether it still has to be asked when its time comes; else the result is null.
  ask(question, history, part, wanted) {
    const result = this.#last.then(() => (wanted() ? this.#send(question, history(), part) : null));
    this.#last = result.catch(() => {});
    return result;
  }

  #send(question, history, part) {
    this.#sent += 1;
    const request = `${Date.now().toString(36)}-${this.#sent}`;
    return new Promise((resolve) => {
      const watch = this.#watch(() => finish(turnSection(question, "problem", NO_ANSWER, "problem")));
      const finish = (section) => {
        this.wire.arrived = null;
        watch.end();
        part(section);
        resolve(section);
      };
      this.wire.arrived = (html) => {
        const section = sectionOf(html);
        if (section?.dataset.request !== request) return;
        if (section.dataset.state === "asking") part(section);
        else finish(section);
      };
      this.wire.send({ request, question, history });
    });
  }

  // Looks whether the server is there while an answer is awaited. One that went away has forgotten the question:
  // once it is back the page is loaded anew (by Gradio, if it noticed), and the conversation goes on from what was
  // kept of it. Where a server that is there gives no answer, `giveUp` is called in the end.
  #watch(giveUp) {
    const since = Date.now();
    let away = false;
    let back = false;
    let timer;
    const look = async () => {
      const there = await isThere();
      if (timer === null) return;
      if (there && back) location.reload();
      if (there && !away && Date.now() - since > PATIENCE_MILLISECONDS) return giveUp();
      if (!there && !away) this.lost(true);
      back = there && away;
      away ||= !there;
      timer = setTimeout(look, NEXT_LOOK_MILLISECONDS);
    };
    timer = setTimeout(look, FIRST_LOOK_MILLISECONDS);
    return {
      end: () => {
        clearTimeout(timer);
        timer = null;
        if (away) this.lost(false);
      },
    };
  }
}

async function isThere() {
  try {
    const reply = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(NEXT_LOOK_MILLISECONDS) });
    return reply.ok;
  } catch {
    return false;
  }
}

function sectionOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  return template.content.firstElementChild;
}

// A turn that the browser itself makes: nothing of it is read as HTML.
export function turnSection(question, state, words, name) {
  const section = document.createElement("section");
  section.className = "turn";
  section.dataset.state = state;
  section.dataset.spoken = words;
  if (question.trim()) {
    const heading = document.createElement("h2");
    heading.className = "question";
    heading.dir = "auto";
    heading.textContent = question;
    section.append(heading);
  }
  const line = document.createElement("p");
  line.className = name;
  line.textContent = words;
  section.append(line);
  return section;
}
