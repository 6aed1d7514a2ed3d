// Shows what the widget tells its page, and asks it a question.
const widget = document.querySelector("kyphoplasty-assistant");
for (const name of ["ready", "answered", "cited", "refused", "error"]) {
  widget.addEventListener(name, ({ detail }) => {
    const item = document.createElement("li");
    const what = detail.citation?.quote ?? detail.answer?.question ?? detail.detail ?? detail.language;
    item.textContent = `${name}: ${what}`;
    document.querySelector("#events").append(item);
  });
}
document.querySelector("#ask").addEventListener("click", () => widget.ask("Which imaging shows cement leakage best?"));
