"use strict";
// Pictures in a viewer over the page: arrows go on and back, + and − zoom, r turns, 0 fits, o opens the original,
// Escape closes. Without it each picture is a link to a large one.
{
  const views = () => [...document.querySelectorAll("a[data-view]")];
  let dialog = null;
  let at = 0;
  let zoom = 1;
  let turn = 0;
  function part(selector) {
    return dialog.querySelector(selector);
  }
  function draw() {
    const image = part("img");
    image.style.transform = `rotate(${turn}deg) scale(${zoom})`;
    part("output").textContent = `${at + 1} / ${views().length}，${Math.round(zoom * 100)}%`;
  }
  function show(number) {
    const all = views();
    at = (number + all.length) % all.length;
    zoom = 1;
    turn = 0;
    const link = all[at];
    part("img").src = link.href;
    part("img").alt = link.querySelector("img").alt;
    part("h2").textContent = link.querySelector("img").alt;
    const original = link.dataset.original;
    part("a").hidden = !original;
    if (original) part("a").href = original;
    draw();
  }
  const DEEDS = {
    ArrowRight: () => show(at + 1),
    ArrowLeft: () => show(at - 1),
    "+": () => { zoom = Math.min(zoom * 1.25, 8); draw(); },
    "-": () => { zoom = Math.max(zoom / 1.25, 0.2); draw(); },
    r: () => { turn = (turn + 90) % 360; draw(); },
    0: () => { zoom = 1; turn = 0; draw(); },
    o: () => { if (!part("a").hidden) part("a").click(); },
  };
  DEEDS["="] = DEEDS["+"];
  function build() {
    dialog = document.createElement("dialog");
    dialog.className = "viewer";
    dialog.setAttribute("aria-labelledby", "viewer-name");
    dialog.innerHTML = `<article><header><h2 id="viewer-name"></h2><output aria-live="polite"></output></header>
      <div class="stage" tabindex="0" role="group" aria-label="图片，放大后可以移动"><img alt=""></div><footer>
      <button type="button" data-deed="ArrowLeft">← 上一张</button><button type="button" data-deed="ArrowRight">下一张 →</button>
      <button type="button" data-deed="+">放大 +</button><button type="button" data-deed="-">缩小 −</button>
      <button type="button" data-deed="r">旋转 r</button><button type="button" data-deed="0">还原 0</button>
      <a role="button">原图 o</a><button type="button" data-close>关闭 Esc</button></footer></article>`;
    document.body.append(dialog);
    for (const button of dialog.querySelectorAll("[data-deed]")) {
      button.addEventListener("click", () => DEEDS[button.dataset.deed]());
    }
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation(); // keys of the page behind do nothing meanwhile
      if (event.ctrlKey || event.metaKey || event.altKey || !DEEDS[event.key]) return;
      event.preventDefault();
      DEEDS[event.key]();
    });
    dialog.addEventListener("close", () => views()[at]?.focus());
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!dialog) build();
    dialog.showModal();
    show(views().indexOf(link));
    part(".stage").focus();
  });
}
