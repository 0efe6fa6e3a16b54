"use strict";
// A page that renews itself waits while somebody works in the part that would be replaced; what could not be
// fetched is said, never passed over.
document.addEventListener("htmx:before:request", (event) => {
  const part = event.detail.ctx.sourceElement;
  if (part.id === "now" && part.contains(document.activeElement)) event.preventDefault();
});
function told(words) {
  const line = document.getElementById("offline");
  if (!line) return;
  line.textContent = words;
  line.hidden = !words;
}
document.addEventListener("htmx:error", () => told("连不上工作台，页面上的内容没有更新。请检查网络，再试一次。"));
document.addEventListener("htmx:response:error", () => told("工作台没有给出结果，页面上的内容没有更新。请再试一次。"));
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx?.response?.raw?.ok || event.detail.ctx?.response?.status === 200) told("");
});
