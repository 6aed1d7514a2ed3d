// The embeddable widget: quotes from named sources as an answer, with all that a reader needs to judge them.
//
//   <script src="https://assistant.example.org/widget.js" data-site="clinic" defer></script>
//       a button in a corner of the page, and a dialog
//   <kyphoplasty-assistant data-site="clinic"></kyphoplasty-assistant>
//       the same inside the page, where this element stands
//
// One file without dependencies. It sets no cookie, stores nothing, loads nothing but answers from the server
// that it came from, and makes every node by its text, never from markup. The guide is assistant/widget/README.md.
(() => {
  "use strict";

  const TAG = "kyphoplasty-assistant";
  const SVG = "http://www.w3.org/2000/svg";
  const SECONDS = 90; // the server gives up before, after 60 by default
  const DIRECT = 200; // a first quote up to so many characters is the direct line as a whole, as on the chat page
  const PHONE = "(max-width: 520px)";
  const script = document.currentScript;
  const server = new URL("widget/v1/", script.src).href;

  const STYLE = `
:host { all: initial; display: block; }
:host([hidden]) { display: none; }
.root {
  all: initial; display: block; height: 100%; box-sizing: border-box; color-scheme: light dark;
  --accent: #0b5d7a; --on-accent: #ffffff; --mark: #ffe58a; --on-mark: #1b1f24;
  --ground: light-dark(#ffffff, #16191d); --raised: light-dark(#f3f6f8, #20252b);
  --ink: light-dark(#1b1f24, #e7eaee); --soft: light-dark(#56606b, #a9b3bd);
  --line: light-dark(#d5dce2, #39414a); --link: light-dark(#0b5d7a, #7cc7e4);
  --answered: light-dark(#17663a, #6fd99b); --partial: light-dark(#8a5200, #f0b35e);
  --refused: light-dark(#8c2f39, #f29aa3); --said: light-dark(#e8f3ec, #1b3226);
  --limit: light-dark(#fff1d6, #3a2c0c); --limit-line: light-dark(#c98a16, #d9a13a);
  font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: var(--ink); overflow-wrap: anywhere; text-align: start;
}
.root[data-theme="light"] { color-scheme: light; }
.root[data-theme="dark"] { color-scheme: dark; }
.root *, .root *::before, .root *::after { box-sizing: border-box; }
h2, h3, h4, p, ul, blockquote, table, caption, th, td, mark, form, dialog { margin: 0; padding: 0; border: 0; font: inherit; }
ul { list-style: none; }
button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button { cursor: pointer; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher {
  position: fixed; z-index: 2147483000; inset-block-end: 20px; display: inline-flex; align-items: center; gap: 9px;
  max-width: calc(100vw - 40px); min-height: 48px; padding: 10px 18px; border: 1px solid rgb(255 255 255 / 35%);
  border-radius: 24px; background: var(--accent); color: var(--on-accent); font-weight: 600;
  box-shadow: 0 2px 6px rgb(0 0 0 / 20%), 0 8px 24px rgb(0 0 0 / 20%);
}
.launcher svg { flex: none; }
.launcher span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.root[data-corner$="right"] :is(.launcher, dialog) { right: 20px; left: auto; }
.root[data-corner$="left"] :is(.launcher, dialog) { left: 20px; right: auto; }
.root[data-corner^="bottom"] .launcher { bottom: 20px; top: auto; }
.root[data-corner^="bottom"] dialog { bottom: 80px; top: auto; }
.root[data-corner^="top"] .launcher { top: 20px; bottom: auto; }
.root[data-corner^="top"] dialog { top: 80px; bottom: auto; }

.panel { display: flex; flex-direction: column; height: 100%; background: var(--ground); color: var(--ink); }
.inline .panel { border: 1px solid var(--line); border-radius: 12px; }
dialog {
  position: fixed; z-index: 2147483001; width: var(--width); max-width: calc(100vw - 40px);
  height: var(--height); max-height: calc(100vh - 100px); overflow: hidden; border: 1px solid var(--line);
  border-radius: 14px; box-shadow: 0 4px 12px rgb(0 0 0 / 15%), 0 16px 48px rgb(0 0 0 / 25%);
}
dialog:not([open]) { display: none; }
.root[data-size="small"] { --width: 360px; --height: 520px; }
.root[data-size="medium"] { --width: 430px; --height: 680px; }
.root[data-size="large"] { --width: 600px; --height: 860px; }

header { display: flex; align-items: center; gap: 6px; padding: 10px 10px 10px 16px; background: var(--accent); color: var(--on-accent); }
.root[dir="rtl"] header { padding: 10px 16px 10px 10px; }
.inline header { border-radius: 11px 11px 0 0; }
header h2 { flex: 1; font-size: 16px; font-weight: 650; line-height: 1.3; }
header button {
  display: inline-grid; place-items: center; flex: none; width: 36px; height: 36px; border: 0; border-radius: 8px;
  background: none; color: inherit;
}
header button:hover { background: rgb(127 127 127 / 35%); }
header :focus-visible { outline-color: currentcolor; }
.purpose { padding: 7px 16px; font-size: 13px; color: var(--soft); background: var(--raised); border-bottom: 1px solid var(--line); }
.purpose strong { color: var(--ink); font-weight: 600; }
.conversation { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px; }
.conversation:focus-visible { outline-offset: -3px; }
.offered p { margin-bottom: 10px; }
.offered h3, .suggestions h4 { margin: 0 0 6px; font-size: 13px; font-weight: 600; color: var(--soft); }
.asks { display: grid; gap: 6px; }
.asks button {
  width: 100%; padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised);
  color: var(--link); text-align: start;
}
.asks button:hover { border-color: var(--link); }

.turn + .turn, .offered:not([hidden]) + .turns:not(:empty) { margin-top: 18px; padding-top: 16px; border-top: 1px solid var(--line); }
.question { width: fit-content; max-width: 92%; margin: 0 0 12px auto; padding: 8px 13px; border-radius: 14px 14px 4px 14px; background: var(--accent); color: var(--on-accent); white-space: pre-line; }
.root[dir="rtl"] .question { margin: 0 auto 12px 0; border-radius: 14px 14px 14px 4px; }
.limit { margin-bottom: 8px; padding: 8px 12px; border: 1px solid var(--limit-line); border-inline-start-width: 5px; border-radius: 8px; background: var(--limit); font-weight: 600; }
.outcome { display: flex; align-items: center; gap: 8px; font-weight: 650; color: var(--answered); }
.outcome::before { content: "✓"; }
.partial .outcome { color: var(--partial); }
.partial .outcome::before { content: "◐"; }
.not_in_sources .outcome { color: var(--refused); }
.not_in_sources .outcome::before { content: "✕"; }
.measured, .understood, .notes, .missing, .searched, .references { margin-top: 4px; font-size: 13px; color: var(--soft); }
:is(.notes, .missing, .cited-as) li { padding-inline-start: 14px; position: relative; }
:is(.notes, .missing, .cited-as) li::before { content: "–"; position: absolute; inset-inline-start: 0; }
:is(.notes, .missing) h4, .searched strong { font-weight: 600; }
:is(.notes, .missing, .searched) { margin-top: 8px; }
.direct { margin: 10px 0; padding: 9px 13px; border-radius: 8px; background: var(--said); font-size: 16px; white-space: pre-wrap; }
.statement + .statement { margin-top: 8px; }

.source { margin-top: 16px; padding-top: 14px; border-top: 1px solid var(--line); }
.root[dir="rtl"] :is(.label, .title) { text-align: right; }
.label { font-weight: 650; }
.badges { display: flex; flex-wrap: wrap; gap: 4px; margin: 4px 0; }
.badges li { padding: 0 8px; border: 1px solid var(--line); border-radius: 10px; font-size: 12px; line-height: 19px; color: var(--soft); background: var(--raised); }
.badges .weak { border-color: var(--limit-line); background: var(--limit); color: var(--ink); }
.title { font-size: 13px; color: var(--soft); }
.quotation { margin-top: 12px; }
.where { display: flex; align-items: baseline; gap: 8px; font-size: 13px; color: var(--soft); }
.cite { flex: none; min-width: 32px; min-height: 26px; padding: 0 6px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); color: var(--link); font-weight: 600; font-size: 13px; white-space: nowrap; }
.cite:hover, .cite[aria-expanded="true"] { border-color: var(--link); }
.quote, .said, .near, .lead-in, .context { white-space: pre-wrap; }
.lead-in { margin-top: 4px; font-size: 13px; color: var(--soft); }
blockquote { margin-top: 5px; padding: 1px 0 1px 12px; border-inline-start: 3px solid var(--answered); quotes: none; }
.root blockquote:dir(rtl) { padding: 1px 12px 1px 0; }
blockquote.near { border-inline-start: 3px dashed var(--soft); color: var(--soft); }
:is(.quote, .said, .words, mark) strong { font-weight: 700; }
.table { overflow-x: auto; margin-top: 5px; border-inline-start: 3px solid var(--answered); }
table { border-collapse: collapse; font-size: 14px; }
caption, th, td { padding: 3px 12px; text-align: start; }
caption { font-size: 13px; color: var(--soft); }
th { font-weight: 600; font-size: 13px; color: var(--soft); }
td, th { border-bottom: 1px solid var(--line); overflow-wrap: normal; }
.tab { white-space: pre; tab-size: 0; }
:not(td) > .tab::before, :not(td) > strong > .tab::before { content: " │ "; color: var(--soft); }
.figures, .cited-as { margin-top: 5px; padding-inline-start: 15px; font-size: 13px; color: var(--soft); }
.figures li + li, .cited-as li { margin-top: 2px; }
.cited-as summary { cursor: pointer; }
.comparison li { margin-top: 8px; padding: 10px 12px; border: 1px solid var(--line); border-inline-start: 4px solid var(--partial); border-radius: 8px; }
.comparison .agree { border-inline-start-color: var(--answered); }
.comparison .differ { border-inline-start-color: var(--refused); }
.point { font-weight: 600; }
.point::first-letter { text-transform: uppercase; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin-top: 8px; }
.in-source { margin-top: 8px; padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); font-size: 14px; }
.in-source h4 { font-weight: 600; font-size: 13px; color: var(--soft); }
.context { max-height: 320px; margin: 6px 0; overflow-y: auto; }
.context:focus-visible { outline-offset: 0; }
mark { background: var(--mark); color: var(--on-mark); unicode-bidi: isolate; border-radius: 2px; }
.receipt { font-size: 12px; color: var(--soft); }
.nearest, .suggestions, .references, .comparison { margin-top: 16px; }
:is(.nearest, .references, .comparison) h4 { font-weight: 600; font-size: 13px; color: var(--soft); }
.nearest li + li { margin-top: 14px; }
.nearest .label { margin-top: 4px; }
.nearest .badges li { margin: 0; }
.references li { margin-top: 4px; }
.pending { color: var(--soft); }
.problem { padding: 8px 12px; border-inline-start: 4px solid var(--refused); border-radius: 4px; background: var(--raised); }

form { display: flex; gap: 8px; align-items: flex-end; padding: 10px 12px; border-top: 1px solid var(--line); background: var(--ground); }
.inline :is(.turn, .in-source, .context, mark) { scroll-margin-block: 8px 76px; }
.inline form { position: sticky; bottom: 0; border-radius: 0 0 11px 11px; }
textarea {
  flex: 1; min-width: 0; min-height: 42px; max-height: 140px; field-sizing: content; padding: 8px 11px; resize: none;
  border: 1px solid var(--soft); border-radius: 8px; background: var(--ground); font-size: 16px; line-height: 1.5;
}
textarea:focus-visible { outline-offset: -1px; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.send { min-height: 42px; padding: 0 16px; border: 1px solid transparent; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.send[aria-disabled="true"] { opacity: 0.6; cursor: default; }

@media ${PHONE} {
  .root dialog { inset: 0 !important; width: 100%; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0; }
  .conversation { padding: 12px; }
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] { animation: rise 0.16s ease-out; }
  .pending { animation: breathe 1.6s ease-in-out infinite; }
  @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
  @keyframes breathe { 50% { opacity: 0.55; } }
}
@media (forced-colors: active) {
  mark { forced-color-adjust: none; }
  .launcher, .send, .question { border: 1px solid; }
}
@media print {
  .launcher, form { display: none; }
}
`;

  // ---- Nodes ----------------------------------------------------------------------------------------------

  /** An element with attributes, listeners (onclick …) and children; texts become text nodes. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
    return element;
  }

  /** A drawing of 24 by 24 made of one path; says nothing to screen readers. */
  function icon(path, size = 20) {
    const svg = document.createElementNS(SVG, "svg");
    const line = document.createElementNS(SVG, "path");
    const drawn = {
      viewBox: "0 0 24 24", width: size, height: size, fill: "none", stroke: "currentColor",
      "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
    };
    for (const [name, value] of Object.entries(drawn)) svg.setAttribute(name, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  const ICONS = {
    ask: "M4 5h16v11H9l-5 4zM8 9h8M8 12h5",
    close: "M6 6l12 12M18 6L6 18",
    reset: "M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5",
  };

  /** Words in English from a source or the server, in the direction that their letters have. */
  const spoken = { lang: "en", dir: "auto" };

  /** The text with each tab in an element that draws it as a line. */
  function withTabs(text) {
    return text.split("\t").flatMap((part, i) => (i ? [h("span", { class: "tab" }, "\t"), part] : [part]));
  }

  /** Stretches of a quote, each tab one of its own, and whether each holds the answering words. */
  function runs(citation) {
    const letters = Array.from(citation.quote); // offsets count characters, not UTF-16 units
    const [start, end] = citation.highlight ?? [citation.start, citation.start];
    const [first, last] = [start, end].map((at) => Math.max(0, at - citation.start));
    const parts = [[0, first, false], [first, last, true], [last, letters.length, false]];
    return parts.flatMap(([from, to, strong]) =>
      letters.slice(from, to).join("").split(/(\t)/).filter(Boolean).map((text) => [text, strong && text !== "\t"]));
  }

  const runNode = ([text, strong]) =>
    text === "\t" ? h("span", { class: "tab" }, "\t") : strong ? h("strong", {}, text) : text;

  // ---- An answer ------------------------------------------------------------------------------------------

  /** The parts of an answer, in the order in which they are read.
   *  say(name, values): a label; act.ask(question), act.cite(citation): what buttons do. */
  function answerNodes({ answer, shown }, say, act) {
    const citeButton = (n) => h("button", {
      type: "button", class: "cite", "data-n": n, "aria-label": say("cite", { n }), onclick: () => act.go(n),
    }, `[${n}]`);
    return [
      answer.limits.map((limit) => h("p", { class: "limit", ...spoken }, limit)),
      answer.standalone_question !== answer.question && h("p", { class: "understood" },
        `${say("understood")} `, h("span", spoken, answer.standalone_question)),
      direct(answer, citeButton),
      h("p", { class: "outcome" }, say(`outcome.${answer.status}`)),
      answer.band && h("p", { class: "measured" }, say("measured", answer.band)),
      list("notes", say("notes"), answer.notices),
      notHeld(answer, shown, say),
      bySource(answer.citations).map(([source, citations]) => h("section", { class: "source" },
        sourceNodes(source, shown.sources[source.id], say),
        citations.map((citation) => quotation(citation, shown, say, act)))),
      comparison(answer, shown, say, citeButton),
      nearest(answer, shown, say),
      answer.suggestions.length > 0 && h("section", { class: "suggestions" },
        h("h4", {}, say(answer.status === "answered" ? "next" : "suggestions")), questions(answer.suggestions, act.ask)),
      references(answer, shown, say),
    ];
  }

  /** What is not answered, unless it is the whole question, and where it was looked for. */
  function notHeld(answer, shown, say) {
    if (answer.status === "answered") return null;
    const [first, ...others] = answer.missing;
    const whole = others.length === 0 && [answer.question, answer.standalone_question].includes(first);
    const names = [...shown.searched, ...(shown.more ? [say("more", shown)] : [])];
    return [
      list("missing", say("missing"), whole ? [] : answer.missing),
      names.length > 0 && h("p", { class: "searched" }, h("strong", {}, say("searched")), " ",
        h("span", spoken, `${names.join("; ")}.`)),
    ];
  }

  function list(name, heading, items) {
    return items.length > 0 && h("div", { class: name }, h("h4", {}, heading),
      h("ul", {}, items.map((item) => h("li", spoken, item))));
  }

  /** The statements that are not themselves quotes. */
  function ownStatements(answer) {
    const quotes = new Set(answer.citations.map((citation) => citation.quote));
    return answer.statements.filter((statement) => !quotes.has(statement.text));
  }

  /** The answer in a line: its own words, else the first quote or its answering words with dots around them. */
  function direct(answer, citeButton) {
    const own = ownStatements(answer);
    if (own.length) {
      return h("div", { class: "direct" }, own.map((statement) => h("p", { class: "statement", ...spoken },
        `${statement.text} `, statement.citations.map(citeButton))));
    }
    const [first] = answer.citations;
    if (!first) return null;
    const { quote, start, end, highlight } = first;
    const whole = !highlight || Array.from(quote).length <= DIRECT;
    const words = runs(first).filter(([, strong]) => whole || strong).map(runNode);
    return h("p", { class: "direct", ...spoken }, "“", !whole && highlight[0] > start && "… ",
      h("span", { class: "words" }, words), !whole && highlight[1] < end && " …", "” ", citeButton(first.n));
  }

  /** The pairs of quotes on one point, the words of both below how they relate. */
  function comparison(answer, shown, say, citeButton) {
    const side = (n) => {
      const { source, ...citation } = answer.citations[n - 1];
      const { label, badges } = shown.sources[source.id];
      return h("div", { class: "side" }, h("p", { class: "where" }, citeButton(n), h("span", spoken, label)),
        h("p", { class: "title" }, badges.map((badge) => say(`badge.${badge}`, {}, badge)).join(" · ")),
        h("blockquote", { class: "said", ...spoken }, runs(citation).map(runNode)));
    };
    return answer.comparison.length > 0 && h("section", { class: "comparison" }, h("h4", {}, say("compared")),
      h("ul", {}, answer.comparison.map((pair) => h("li", { class: pair.relation.replace(" ", "-") },
        h("p", { class: "point", dir: "auto" }, say("comparison", { ...pair, relation: say(pair.relation) })),
        h("div", { class: "sides" }, pair.citations.map(side))))));
  }

  /** The citations by source, sources in order of appearance. */
  function bySource(citations) {
    const groups = new Map();
    for (const citation of citations) {
      if (!groups.has(citation.source.id)) groups.set(citation.source.id, [citation.source, []]);
      groups.get(citation.source.id)[1].push(citation);
    }
    return [...groups.values()];
  }

  function sourceNodes(source, names, say) {
    const titled = names.label.startsWith(source.title); // a source without authors is called by its title
    return [
      h("h4", { class: "label", ...spoken }, titled ? linked(names.link, names.label) : names.label),
      h("ul", { class: "badges", "aria-label": say("about_source") },
        names.badges.map((badge) =>
          h("li", { class: names.cautions.includes(badge) && "weak" }, say(`badge.${badge}`, {}, badge)))),
      !titled && h("p", { class: "title", ...spoken }, linked(names.link, source.title)),
    ];
  }

  /** The text, as a link if there is an address for it. The server sends none but http and https. */
  function linked(link, text) {
    return /^https?:\/\//.test(link)
      ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, text) : text;
  }

  function quotation(citation, shown, say, act) {
    const opened = h("div", { class: "in-source", hidden: true });
    const button = h("button", {
      type: "button", class: "cite own", "data-n": citation.n, "aria-expanded": "false",
      "aria-label": say("cite", { n: citation.n }), onclick: () => act.toggle(citation, button, opened),
    }, `[${citation.n}]`);
    return h("div", { class: "quotation" },
      h("p", { class: "where" }, button, h("span", spoken, shown.places[citation.n - 1])),
      citation.quote.includes("\t") && !citation.quote.includes("\n") ? row(citation) : [
        citation.lead_in && h("p", { class: "lead-in", ...spoken }, citation.lead_in),
        h("blockquote", { class: "quote", ...spoken }, runs(citation).map(runNode)),
      ],
      opened,
      citation.figures.length > 0 && h("ul", { class: "figures", "aria-label": say("figures") },
        citation.figures.map((figure) => h("li", { dir: "auto" }, figureWords(figure, say)))),
      citation.cited_as.length > 0 && h("details", { class: "cited-as" },
        h("summary", {}, `${say("reports")} `, say("its_reference", { number: numbersOf(citation) }).replace(/:$/, "")),
        h("ul", {}, citation.cited_as.map((entry) => h("li", { dir: "auto" },
          `${say("its_reference", entry)} `, h("span", spoken, entry.text))))));
  }

  const numbersOf = (citation) => citation.cited_as.map((entry) => entry.number).join(", ");

  /** A table's row under its caption and column heads. A tab stays, at the end of the cell before it. */
  function row(citation) {
    const lines = citation.lead_in.split("\n");
    const heads = lines.at(-1).includes("\t") ? lines.pop().split("\t") : [];
    const caption = lines.filter(Boolean).join(" ");
    const cells = [[]];
    for (const run of runs(citation)) {
      cells.at(-1).push(runNode(run));
      if (run[0] === "\t") cells.push([]);
    }
    return h("div", { class: "table", tabindex: 0, role: "group", "aria-label": caption || "table", ...spoken },
      h("table", {}, caption && h("caption", { class: "lead-in" }, caption),
        heads.length > 0 && h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
        h("tbody", {}, h("tr", { class: "quote" }, cells.map((cell) => h("td", {}, cell))))));
  }

  function figureWords(figure, say) {
    const stated = (value) => ({ value: value === "not stated" ? say("not stated") : value });
    const parts = [
      figure.share_of && say("share_of", stated(figure.share_of)),
      say("procedure", stated(figure.procedure)),
      figure.found_by && say("found_by", stated(figure.found_by)),
    ];
    return `${figure.text} – ${parts.filter(Boolean).join("; ")}`;
  }

  function nearest(answer, shown, say) {
    return answer.nearest.length > 0 && h("section", { class: "nearest" }, h("h4", {}, say("nearest")),
      h("ul", {}, answer.nearest.map((item) => h("li", {},
        h("blockquote", { class: "near", ...spoken }, item.text),
        sourceNodes(item.source, shown.sources[item.source.id], say),
        item.section && h("p", { class: "title", ...spoken }, item.section)))));
  }

  function references(answer, shown, say) {
    return answer.citations.length > 0 && h("section", { class: "references" }, h("h4", {}, say("references")),
      h("ul", {}, bySource(answer.citations).map(([source, citations]) => {
        const { reference, address, link } = shown.sources[source.id];
        const numbers = citations.map((citation) => `[${citation.n}]`).join("");
        return h("li", spoken, `${numbers} ${reference} `, linked(link, address));
      })));
  }

  const questions = (texts, ask) => h("ul", { class: "asks" }, texts.map((text) =>
    h("li", {}, h("button", { type: "button", ...spoken, onclick: () => ask(text) }, text))));

  // ---- Colours --------------------------------------------------------------------------------------------

  /** Red, green and blue of a colour as a page writes it, in [0, 255]; null if it is none or not opaque. */
  function rgb(colour, parent) {
    if (!CSS.supports("color", colour)) return null;
    const probe = parent.appendChild(h("span"));
    probe.style.color = colour;
    const parts = getComputedStyle(probe).color.match(/^rgb\((\d+), (\d+), (\d+)\)$/);
    probe.remove();
    return parts && parts.slice(1).map(Number);
  }

  /** Black or white, whichever is read better on the colour. Source: relative luminance of WCAG 2.2. */
  function inkOn(parts) {
    const [r, g, b] = parts.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
  }

  // ---- The element ----------------------------------------------------------------------------------------

  /** What the server, the connection or the page's own settings refused. */
  class Problem extends Error {
    constructor({ status = 0, title = "", detail = "", seconds = 0 }) {
      super(detail || title);
      Object.assign(this, { status, title, detail, seconds });
    }
  }

  class KyphoplastyAssistant extends HTMLElement {
    server = server;
    floating = false;
    #words = null;
    #history = [];
    #pending = null;
    #started = null;
    #parts = {};
    #before = null;

    connectedCallback() {
      this.#started ??= this.#start();
    }

    disconnectedCallback() {
      this.#pending?.abort();
    }

    /** Opens the dialog, or puts the focus into the inline form. */
    async open() {
      if (!(await this.#started)) return;
      const { dialog, launcher, box } = this.#parts;
      if (dialog && !dialog.open) {
        const active = document.activeElement;
        this.#before = active && active !== document.body && active !== this ? active : launcher;
        if (matchMedia(PHONE).matches) dialog.showModal();
        else dialog.show();
        dialog.setAttribute("aria-modal", String(dialog.matches(":modal")));
        launcher.setAttribute("aria-expanded", "true");
      }
      box.focus();
    }

    /** Closes the dialog and puts the focus back to where it was. */
    close() {
      const { dialog, launcher } = this.#parts;
      if (!dialog?.open) return;
      dialog.close();
      launcher.setAttribute("aria-expanded", "false");
      (this.#before?.isConnected ? this.#before : launcher).focus();
    }

    /** Asks a question as if it had been typed; resolves to the answer, or to null if there is none. */
    async ask(question) {
      if (!(await this.#started)) return null;
      if (this.floating) await this.open();
      return this.#ask(String(question));
    }

    /** Forgets the conversation. */
    reset() {
      this.#pending?.abort();
      this.#pending = null;
      this.#history = [];
      if (!this.#words) return;
      this.#parts.turns.replaceChildren();
      this.#parts.offered.hidden = false;
      this.#parts.status.textContent = "";
      this.#parts.box.value = "";
    }

    // -- Start

    async #start() {
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      try {
        if (!this.dataset.site) throw new Problem({ detail: "The attribute data-site is missing: it names the site." });
        const language = this.dataset.lang || document.documentElement.lang || "";
        this.#words = await this.#post("start", { language: language.slice(0, 35) });
      } catch (error) {
        const detail = error.status === 0 && error.title
          ? "This assistant cannot be reached from this page: it is not running, or it is not served to the page's address."
          : error.message;
        console.error(`${TAG}: ${detail}`);
        if (!this.floating) root.append(h("div", { class: "root" }, h("p", { class: "problem", role: "alert", ...spoken }, detail)));
        this.#tell("error", { status: error.status ?? 0, title: error.title ?? "", detail });
        return false;
      }
      this.#replaceWords();
      root.append(this.#build());
      this.#paint(sheet);
      this.#tell("ready", { language: this.#words.language });
      return true;
    }

    /** Takes the page's own words for the labels that it may replace. */
    #replaceWords() {
      const own = this.#setting("labels", {});
      for (const name of Object.keys(this.#words.interface)) {
        if (typeof own[name] === "string" && own[name]) this.#words.interface[name] = own[name];
      }
      for (const name of ["title", "greeting"]) {
        if (this.dataset[name]) this.#words.interface[name] = this.dataset[name];
      }
    }

    /** A setting of the page that is written in JSON. */
    #setting(name, otherwise) {
      try {
        return JSON.parse(this.dataset[name] ?? "null") ?? otherwise;
      } catch {
        console.warn(`${TAG}: data-${name} is not JSON`);
        return otherwise;
      }
    }

    /** A label with its values filled in. */
    #say = (name, values = {}, otherwise = name) => {
      const words = this.#words.evidence[name] ?? this.#words.interface[name] ?? otherwise;
      return words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
    };

    #build() {
      const say = this.#say;
      const parts = this.#parts;
      const own = this.#setting("suggestions", null);
      const offered = Array.isArray(own) ? own.filter((text) => typeof text === "string" && text) : this.#words.suggestions;
      const ask = (question) => this.#ask(question);
      parts.offered = h("div", { class: "offered" }, h("p", { dir: "auto" }, say("greeting")),
        offered.length > 0 && [h("h3", {}, say("examples")), questions(offered, ask)]);
      parts.turns = h("div", { class: "turns" });
      parts.conversation = h("div", { class: "conversation", tabindex: 0, role: "region", "aria-label": say("conversation") },
        parts.offered, parts.turns);
      parts.status = h("p", { class: "visually-hidden", role: "status" });
      parts.box = h("textarea", {
        rows: 1, "aria-label": say("question"), placeholder: say("placeholder"), dir: "auto", autocomplete: "off",
        maxlength: this.#words.question_characters, enterkeyhint: "send", onkeydown: (event) => this.#typed(event),
      });
      parts.send = h("button", { class: "send", type: "submit" }, say("ask"));
      const headed = (name, pressed) => h("button", { type: "button", "aria-label": say(name), title: say(name), onclick: pressed }, icon(ICONS[name]));
      const content = [
        h("header", {}, h("h2", { id: "title", dir: "auto" }, say("title")),
          headed("reset", () => { this.reset(); parts.box.focus(); }),
          this.floating && headed("close", () => this.close())),
        h("p", { class: "purpose" }, `${say("purpose", this.#words)} `, h("strong", {}, say("not_for"))),
        parts.conversation,
        h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); this.#submitted(); } }, parts.box, parts.send),
        parts.status,
      ];
      return this.#framed(content);
    }

    #framed(content) {
      const { language, direction } = this.#words;
      const parts = this.#parts;
      const one = (name, choices) => (choices.includes(this.dataset[name]) ? this.dataset[name] : choices[0]);
      const settings = {
        lang: language, dir: direction, "data-theme": one("theme", ["auto", "light", "dark"]),
        "data-corner": one("corner", ["bottom-right", "bottom-left", "top-right", "top-left"]),
        "data-size": one("size", ["medium", "small", "large"]),
      };
      if (!this.floating) {
        parts.root = h("div", { class: "root inline", ...settings },
          h("section", { class: "panel", "aria-labelledby": "title" }, content));
        return parts.root;
      }
      parts.launcher = h("button", {
        type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false",
        onclick: () => (parts.dialog.open ? this.close() : this.open()),
      }, icon(ICONS.ask, 22), h("span", { dir: "auto" }, this.#say("title")));
      parts.dialog = h("dialog", {
        role: "dialog", "aria-labelledby": "title",
        oncancel: (event) => { event.preventDefault(); this.close(); },
        onkeydown: (event) => this.#escaped(event),
      }, h("div", { class: "panel" }, content));
      parts.root = h("div", { class: "root", ...settings }, parts.launcher, parts.dialog);
      return parts.root;
    }

    /** Takes the page's colours; those that cannot be read on are answered by black or white upon them. */
    #paint(sheet) {
      const rule = [...sheet.cssRules].find((found) => found.selectorText === ".root");
      for (const [setting, colour, ink] of [["accent", "--accent", "--on-accent"], ["highlight", "--mark", "--on-mark"]]) {
        if (!this.dataset[setting]) continue;
        const parts = rgb(this.dataset[setting], this.#parts.root);
        if (!parts) {
          console.warn(`${TAG}: data-${setting} is no opaque colour`);
          continue;
        }
        rule.style.setProperty(colour, `rgb(${parts.join(" ")})`);
        rule.style.setProperty(ink, inkOn(parts));
      }
    }

    // -- Questions

    #typed(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submitted();
    }

    #escaped(event) {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }

    #submitted() {
      const { box } = this.#parts;
      if (!box.value.trim()) this.#announce(this.#say("empty"));
      else if (this.#pending) this.#announce(this.#say("busy"));
      else this.#ask(box.value);
    }

    #announce(text) {
      this.#parts.status.textContent = text;
    }

    /** Shows the question, then its answer or why there is none. */
    async #ask(question) {
      if (this.#pending) return null;
      const { box, send, turns, offered } = this.#parts;
      const aborted = (this.#pending = new AbortController());
      const view = h("div", { class: "answer" }, h("p", { class: "pending" }, this.#say("searching")));
      const turn = h("section", { class: "turn" }, h("h3", { class: "question", dir: "auto" }, question), view);
      offered.hidden = true;
      turns.append(turn);
      box.value = "";
      send.setAttribute("aria-disabled", "true");
      this.#announce(this.#say("searching"));
      this.#show(turn);
      try {
        const reply = await this.#post("ask", { question, history: this.#history }, aborted.signal);
        this.#history = [...this.#history, reply.turn].slice(-this.#words.turns);
        this.#answered(view, reply);
        this.#show(turn);
        return reply.answer;
      } catch (error) {
        if (aborted.signal.aborted) return null;
        if (!(error instanceof Problem)) console.error(error);
        view.replaceChildren(h("p", { class: "problem", dir: "auto" }, error.message));
        box.value ||= question;
        this.#announce(error.message);
        this.#show(turn);
        this.#tell("error", { status: error.status ?? 0, title: error.title ?? "", detail: error.message });
        return null;
      } finally {
        if (this.#pending === aborted) this.#pending = null;
        if (!this.#pending) send.removeAttribute("aria-disabled");
      }
    }

    #answered(view, reply) {
      const { answer } = reply;
      const act = {
        ask: (question) => this.#ask(question),
        toggle: (citation, button, opened) => this.#toggle(answer, citation, button, opened),
        go: (n) => {
          const button = view.querySelector(`.own[data-n="${n}"]`);
          if (button.getAttribute("aria-expanded") === "false") button.click();
          button.focus();
        },
      };
      view.classList.add(answer.status);
      view.replaceChildren(...answerNodes(reply, this.#say, act).flat(Infinity).filter(Boolean));
      const sources = bySource(answer.citations).length;
      const found = sources ? this.#say("found", { quotes: answer.citations.length, sources }) : "";
      this.#announce([...answer.limits, `${this.#say(`outcome.${answer.status}`)}.`, found].join(" ").trim());
      this.#tell(answer.status === "not_in_sources" ? "refused" : "answered", { answer });
    }

    /** Brings the start of a turn into sight. */
    #show(turn) {
      const { conversation } = this.#parts;
      if (conversation.scrollHeight > conversation.clientHeight) {
        conversation.scrollTop += turn.getBoundingClientRect().top - conversation.getBoundingClientRect().top - 8;
      } else if (!this.floating) turn.scrollIntoView({ block: "nearest" });
    }

    // -- A quote in its source

    /** Opens a quote in its source below it, or closes it again. */
    async #toggle(answer, citation, button, opened) {
      const open = opened.hidden;
      opened.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      if (!open) return;
      this.#tell("cited", { answer, citation });
      if (opened.dataset.state) return;
      opened.dataset.state = "loading";
      opened.replaceChildren(h("p", { class: "pending" }, this.#say("opening")));
      try {
        const { source, start, end } = citation;
        const found = await this.#post("source-context", { source_id: source.id, start, end });
        opened.replaceChildren(...this.#inSource(citation, found));
        opened.dataset.state = "shown";
        const mark = opened.querySelector("mark");
        for (const part of [opened, mark]) part?.scrollIntoView({ block: "nearest" });
        this.#announce(this.#say("in_source", citation));
      } catch (error) {
        delete opened.dataset.state;
        opened.replaceChildren(h("p", { class: "problem", dir: "auto" }, error.message));
        this.#announce(error.message);
        this.#tell("error", { status: error.status ?? 0, title: error.title ?? "", detail: error.message });
      }
    }

    #inSource(citation, found) {
      const say = this.#say;
      const { receipt, source } = citation;
      const heading = h("h4", {}, say("in_source", citation));
      if (found.quote !== citation.quote) return [heading, h("p", { class: "problem" }, say("inexact"))];
      return [
        heading,
        h("div", { class: "context", tabindex: 0, role: "group", "aria-label": say("in_source", citation), ...spoken },
          withTabs(found.before), h("mark", {}, runs(citation).map(runNode)), withTabs(found.after)),
        source.peer_review_basis && h("p", { class: "receipt", dir: "auto" }, say("peer_review", { basis: source.peer_review_basis })),
        h("p", { class: "receipt", dir: "auto" }, say("receipt", {
          source: receipt.source_id, start: receipt.start, end: receipt.end, sha256: receipt.file_sha256.slice(0, 16),
        })),
      ].filter(Boolean);
    }

    // -- Server and page

    /** What the server answers to a request. Throws a Problem with a message for the reader. */
    async #post(path, content, stopped) {
      const late = AbortSignal.timeout(SECONDS * 1000);
      let reply;
      try {
        reply = await fetch(`${this.server}${encodeURIComponent(this.dataset.site)}/${path}`, {
          method: "POST", mode: "cors", credentials: "omit", cache: "no-store", redirect: "error",
          headers: { "Content-Type": "application/json" }, body: JSON.stringify(content),
          signal: stopped ? AbortSignal.any([late, stopped]) : late,
        });
        if (reply.ok) return await reply.json();
      } catch {
        const name = late.aborted ? "slow" : "unreachable";
        throw new Problem({ title: name, detail: this.#words ? this.#say(name, { seconds: SECONDS }) : "" });
      }
      const problem = await reply.json().catch(() => ({}));
      const seconds = Number(reply.headers.get("Retry-After")) || 0;
      if (seconds && this.#words) problem.detail = this.#say(reply.status === 429 ? "too_many" : "later", { seconds });
      throw new Problem({ ...problem, status: reply.status, seconds });
    }

    /** Tells the page what happened. Events do not bubble: "error" is the page's own name, too. */
    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, KyphoplastyAssistant);
  if (script.dataset.site !== undefined) {
    const element = document.createElement(TAG);
    Object.assign(element.dataset, script.dataset);
    Object.assign(element, { server, floating: true });
    document.body.append(element);
  }
})();
