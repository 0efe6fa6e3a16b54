"use strict";
// j and k go on and back, u up to the list; y confirms, e corrects. Never while somebody is typing, and not at all
// in a browser where they are switched off; each can be put on another key (WCAG 2.1.4).
const KEYS_OFF = "keys-off";
const KEYS = "keys-of-mine";
const off = document.getElementById(KEYS_OFF);
const chosen = JSON.parse(localStorage.getItem(KEYS) || "{}");
const keyOf = (deed) => chosen[deed] || deed;
function show() {
  const without = localStorage.getItem(KEYS_OFF) === "1";
  document.documentElement.classList.toggle("no-keys", without);
  if (off) off.checked = without;
  for (const place of document.querySelectorAll("[data-key] kbd")) {
    place.textContent = keyOf(place.closest("[data-key]").dataset.key);
  }
  for (const field of document.querySelectorAll("input[data-remap]")) {
    if (field !== document.activeElement) field.value = keyOf(field.dataset.remap); // somebody may be typing
  }
}
if (off) {
  off.addEventListener("change", () => {
    if (off.checked) localStorage.setItem(KEYS_OFF, "1");
    else localStorage.removeItem(KEYS_OFF);
    show();
  });
}
for (const field of document.querySelectorAll("input[data-remap]")) {
  field.addEventListener("change", () => {
    const key = field.value.trim().slice(0, 1).toLowerCase();
    const taken = [...document.querySelectorAll("input[data-remap]")].some(
      (other) => other !== field && keyOf(other.dataset.remap) === key,
    );
    if (key && !taken) chosen[field.dataset.remap] = key;
    else if (!key) delete chosen[field.dataset.remap];
    field.setCustomValidity(taken ? "这个键已经用在别处，请换一个。" : "");
    field.reportValidity();
    localStorage.setItem(KEYS, JSON.stringify(chosen));
    if (!taken) show();
  });
}
show();
document.addEventListener("htmx:after:swap", show);
document.addEventListener("keydown", (event) => {
  if (localStorage.getItem(KEYS_OFF) === "1") return;
  const typing = event.target.closest("input, select, textarea, dialog");
  if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const deed = [...document.querySelectorAll("[data-key]")].find((one) => keyOf(one.dataset.key) === event.key);
  if (deed) {
    event.preventDefault();
    deed.click();
  }
});
