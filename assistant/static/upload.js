// Sends the form that adds a document without leaving the page, and says how far it is. Without this script the
// browser sends the form itself.

const GONE = "The server cannot be reached, so it is not known whether the document was added. Load this page again.";
const READING = "The file is there. It is being read and added to the index; a large one takes minutes …";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".upload form")) return;
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (file.size > Number(form.dataset.mostBytes)) return tell(form, form.dataset.tooLarge, "problem");
  send(form);
});

function send(form) {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    tell(form, `The file is being sent: ${Math.floor((100 * loaded) / total)} % …`);
  });
  request.upload.addEventListener("load", () => tell(form, READING));
  request.addEventListener("error", () => end(form, GONE));
  request.addEventListener("load", () => {
    const main = request.response?.querySelector("main");
    if (!main) return end(form, GONE);
    document.querySelector("main").replaceWith(main);
    main.querySelector(".upload [role=status]").focus();
  });
  request.send(new FormData(form));
  form.querySelector("button").disabled = true;
  tell(form, "The file is being sent …");
}

function end(form, words) {
  form.querySelector("button").disabled = false;
  tell(form, words, "problem");
}

function tell(form, words, name = "pending") {
  const line = Object.assign(document.createElement("p"), { className: name, textContent: words });
  form.parentElement.querySelector("[role=status]").replaceChildren(line);
}
