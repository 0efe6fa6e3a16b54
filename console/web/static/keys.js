"use strict";
// j and k go on and back, u up to the list; y confirms, e corrects. Never while somebody is typing, and not at all
// in a browser where they are switched off (WCAG 2.1.4).
const KEYS_OFF = "keys-off";
const off = document.getElementById(KEYS_OFF);
function show() {
  const without = localStorage.getItem(KEYS_OFF) === "1";
  document.documentElement.classList.toggle("no-keys", without);
  if (off) off.checked = without;
}
if (off) {
  off.addEventListener("change", () => {
    if (off.checked) localStorage.setItem(KEYS_OFF, "1");
    else localStorage.removeItem(KEYS_OFF);
    show();
  });
}
show();
document.addEventListener("keydown", (event) => {
  if (localStorage.getItem(KEYS_OFF) === "1") return;
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (wanted) {
    event.preventDefault();
    wanted.click();
  }
});
