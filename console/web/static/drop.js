"use strict";
// Files may be dropped onto the field that takes them; what was chosen or dropped is named before it is sent, and
// can be taken out again. Without this script the field works as it always did. A file dropped beside a field does
// not lead away from what was typed.
(() => {
  const bytes = (size) =>
    size < 1000 ? `${size} 字节` : size < 1e6 ? `${Math.ceil(size / 1e3)} KB` : `${(size / 1e6).toFixed(1)} MB`;
  const zoneOf = (event) => event.target.closest?.("[data-drop]");
  const fieldOf = (zone) => zone.querySelector("input[type=file]");
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  function fits(field, file) {
    const kinds = field.accept.split(",").filter(Boolean);
    return !kinds.length || kinds.some((kind) => file.name.toLowerCase().endsWith(kind));
  }

  function told(zone, words) {
    const line = zone.querySelector(".drop-trouble");
    line.textContent = words;
    line.hidden = !words;
  }

  function put(field, files) {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function take(zone, dropped) {
    const field = fieldOf(zone);
    const most = field.multiple ? Number(zone.dataset.most) : 1;
    const wrong = dropped.filter((file) => !fits(field, file));
    const before = field.multiple ? [...field.files] : [];
    const right = dropped.filter((file) => fits(field, file));
    const files = [...before, ...right].slice(0, most);
    if (right.length) put(field, files);
    const left = before.length + right.length - files.length;
    const words = [];
    if (wrong.length) words.push(`${wrong.map((file) => `“${file.name}”`).join("、")}不是这里能用的文件（${field.accept.replaceAll(",", " ")}）。`);
    if (left) words.push(most === 1 ? "这里一次只能放一个文件，放进了第一个。" : `一次最多 ${most} 个文件，其余 ${left} 个没有放进来。`);
    if (!dropped.length) words.push("拖来的不是文件；文件夹请先打包，或打开以后选里面的文件。");
    told(zone, words.join(""));
  }

  function list(zone) {
    const field = fieldOf(zone);
    const names = zone.querySelector(".dropped");
    const limit = Number(zone.dataset.bytes);
    names.replaceChildren();
    let total = 0;
    [...field.files].forEach((file, number) => {
      total += file.size;
      const line = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = file.name;
      const size = document.createElement("small");
      size.textContent = bytes(file.size);
      const out = document.createElement("button");
      out.type = "button";
      out.className = "plain";
      out.textContent = "去掉";
      out.setAttribute("aria-label", `去掉 ${file.name}`);
      out.addEventListener("click", () => {
        put(field, [...field.files].filter((_, other) => other !== number));
        field.focus();
      });
      line.append(name, " ", size, " ", out);
      names.append(line);
    });
    told(zone, limit && total > limit ? `合计 ${bytes(total)}，超过了 ${bytes(limit)}，会传不上去。请去掉一些，或压缩以后再传。` : "");
  }

  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    const zone = zoneOf(event);
    for (const other of document.querySelectorAll(".drop.over")) if (other !== zone) other.classList.remove("over");
    event.preventDefault();
    event.dataTransfer.dropEffect = zone ? "copy" : "none";
    zone?.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) for (const zone of document.querySelectorAll(".drop.over")) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const zone = zoneOf(event);
    if (!zone) return;
    zone.classList.remove("over");
    // a folder has no content of its own: the browser would send an empty file of its name
    const items = [...event.dataTransfer.items].filter((one) => one.kind === "file");
    const folders = new Set(items.filter((one) => one.webkitGetAsEntry?.()?.isDirectory).map((one) => one.getAsFile()?.name));
    take(zone, [...event.dataTransfer.files].filter((file) => !folders.has(file.name)));
  });
  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (zone && event.target === fieldOf(zone)) list(zone);
  });
})();
