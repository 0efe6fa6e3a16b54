"use strict";
// A page that renews itself waits while somebody works in the part that would be replaced; what could not be
// fetched is said, never passed over.
document.addEventListener("htmx:before:request", (event) => {
  const part = event.detail.ctx.sourceElement;
  if (part.id === "now" && part.contains(document.activeElement)) event.preventDefault();
});
let failed = null;
function told(words, whose) {
  failed = whose;
  const line = document.getElementById("offline");
  if (!line) return;
  line.textContent = words;
  line.hidden = !words;
}
document.addEventListener("htmx:error", (event) => told("连不上工作台，页面上的内容没有更新。请检查网络，再试一次。", event.target));
document.addEventListener("htmx:response:error", (event) => told("工作台没有给出结果，页面上的内容没有更新。请再试一次。", event.target));
document.addEventListener("htmx:after:request", (event) => {
  // what another part of the page was given does not mend the part that was given nothing
  const mended = !failed || failed === document || !failed.isConnected || failed === event.target;
  if (mended && (event.detail.ctx?.response?.raw?.ok || event.detail.ctx?.response?.status === 200)) told("", null);
});
