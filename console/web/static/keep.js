"use strict";
// What is typed into a field with data-keep stays in this browser until it is sent: a lost session loses no words.
for (const field of document.querySelectorAll("[data-keep]")) {
  const name = "kept-" + field.dataset.keep;
  if (!field.value) field.value = localStorage.getItem(name) || "";
  field.addEventListener("input", () => localStorage.setItem(name, field.value));
  if (field.form) field.form.addEventListener("submit", () => localStorage.removeItem(name));
}
