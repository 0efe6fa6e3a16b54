"use strict";
// A login may end while somebody types. What a form held when it was sent stays in this tab until the next page shows;
// where that is the door, it is put back afterwards where it stood, for the same account alone. No password or file.
(() => {
  const KEY = "sent-form";
  const KEPT = new Set(["text", "search", "url", "number", "date", "datetime-local", "checkbox", "radio", "textarea", "select-one"]);
  const who = document.body.dataset.account;
  const read = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch {
      return null;
    }
  };
  if (who === undefined) { // the door
    const sent = read();
    if (sent && document.body.dataset.ended !== undefined) sessionStorage.setItem(KEY, JSON.stringify({ ...sent, lost: true }));
    return;
  }
  const sent = read();
  if (sent && (!sent.lost || sent.who !== who)) sessionStorage.removeItem(KEY);
  else if (sent && sent.page === location.pathname) {
    sessionStorage.removeItem(KEY);
    const form = [...document.forms].find((one) => one.method === "post" && one.getAttribute("action") === sent.action);
    if (form) putBack(form, sent.fields);
  }

  function putBack(form, fields) {
    for (const [number, name, value] of fields) {
      const field = [...form.elements].filter((one) => one.name === name)[number];
      if (!field || !KEPT.has(field.type)) continue;
      if (typeof value === "boolean") field.checked = value;
      else field.value = value;
      field.closest("details")?.setAttribute("open", "");
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    const told = document.createElement("p");
    told.className = "notice";
    told.setAttribute("role", "status");
    told.textContent = "登录到期时没有提交成的内容已经放回下面的表单，请看过再提交；选过的文件要重新选。";
    form.prepend(told);
    form.closest("details")?.setAttribute("open", "");
    told.scrollIntoView({ block: "center" });
  }

  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const seen = new Map();
    const fields = [];
    for (const field of form.elements) {
      if (!field.name || !KEPT.has(field.type)) continue;
      const number = seen.get(field.name) ?? 0;
      seen.set(field.name, number + 1);
      fields.push([number, field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]);
    }
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ who, page: location.pathname, action: form.getAttribute("action"), fields }));
    } catch {
      sessionStorage.removeItem(KEY); // too large for the browser: then nothing is kept
    }
  });
})();
