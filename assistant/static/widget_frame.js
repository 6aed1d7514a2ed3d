// Fills the page for iframes with the widget. Settings come from the address: ?lang=de&accent=%23063 …
(() => {
  "use strict";
  const SETTINGS = ["lang", "theme", "accent", "highlight", "title", "greeting", "suggestions", "labels"];
  const given = new URLSearchParams(location.search);
  const element = document.createElement("kyphoplasty-assistant");
  element.dataset.site = decodeURIComponent(location.pathname.split("/").pop());
  for (const name of SETTINGS) {
    if (given.has(name)) element.dataset[name] = given.get(name);
  }
  document.body.append(element);
})();
