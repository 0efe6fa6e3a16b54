"use strict";
// What is typed into a field with data-keep stays in this browser, under the account's name, until the server says
// that it was sent: a lost session loses no words. A phrase of the office is put in where the cursor stands,
// a day that an officer names into the field of the event's day.
const sent = document.querySelector("[data-forget]");
if (sent) localStorage.removeItem("kept-" + sent.dataset.forget);
for (const field of document.querySelectorAll("[data-keep]")) {
  const name = "kept-" + field.dataset.keep;
  const kept = localStorage.getItem(name);
  if (!field.value && kept) {
    field.value = kept;
    field.closest("details")?.setAttribute("open", "");
    const told = field.form.querySelector(".kept");
    if (told) told.hidden = false;
  }
  field.addEventListener("input", () => {
    if (field.value) localStorage.setItem(name, field.value);
    else localStorage.removeItem(name);
  });
}
for (const phrase of document.querySelectorAll("[data-insert]")) {
  phrase.addEventListener("click", () => {
    const field = document.getElementById(phrase.dataset.into);
    const before = field.value.slice(0, field.selectionStart);
    const line = before && !before.endsWith("\n") ? "\n" : "";
    field.setRangeText(line + phrase.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
    field.focus();
  });
}
for (const day of document.querySelectorAll("[data-set]")) {
  day.addEventListener("click", () => {
    const field = document.getElementById(day.dataset.into);
    field.value = day.dataset.set;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}
