// Turns clicks on the buttons of a component into its events, and shows what is new in it. Gradio runs
// this once for each component, with `element`, `trigger` and `watch`.
//   data-question="…"                   "submit" {question}
//   data-answer="id" data-citation="n"  "select" {answer, citation}
//   data-close                          "clear"
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { question, answer, citation, close } = button.dataset;
  if (question !== undefined) trigger("submit", { question });
  else if (citation !== undefined) trigger("select", { answer, citation: Number(citation) });
  else if (close !== undefined) trigger("clear", {});
});

watch("value", () => {
  const mark = element.querySelector("mark");
  if (mark) {
    const panel = element.closest("#panel");
    panel.scrollTop = 0;
    const below = mark.getBoundingClientRect().bottom - panel.getBoundingClientRect().top;
    if (below > panel.clientHeight) panel.scrollTop = below - panel.clientHeight / 2;
    element.querySelector("h2").focus({ preventScroll: true });
  }
  const turns = element.querySelectorAll(".turn");
  if (turns.length > 0) turns[turns.length - 1].scrollIntoView({ block: "start" });
});
