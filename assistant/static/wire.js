// The wire between the page's scripts and the server. Gradio runs this once, with `props`, `trigger` and `watch`:
// a sent request is an event of the component; what comes back becomes its value.
window.assistantWire = {
  send: (request) => trigger("submit", request),
  arrived: null,
};
watch("value", () => window.assistantWire.arrived?.(props.value));
document.dispatchEvent(new Event("assistant-wire"));
