// What HTML alone does not have: a file dropped onto a form, visits as they come, a menu that is closed on a phone.
"use strict";

for (const form of document.querySelectorAll("[data-drop]")) {
  const input = form.querySelector("input[type=file]");
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit(form.querySelector("button"));
    }
  });
}

const menu = document.querySelector(".navigator .menu");
if (menu && window.matchMedia("(max-width: 46rem)").matches) menu.open = false;

const live = document.querySelector("[data-live]");
if (live) {
  const news = document.querySelector("[data-news]");
  let shown = live.rows.length && live.querySelector("a") ? live.rows.length : 0;
  let failures = 0;
  const look = async () => {
    try {
      const answer = await fetch(live.dataset.live, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      failures = 0;
      if (text.trim() !== live.dataset.last) {
        const first = live.dataset.last === undefined;
        live.dataset.last = text.trim();
        const held = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        live.innerHTML = text;
        if (held) live.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
        const now = live.querySelectorAll("tr a").length;
        if (!first && now > shown) {
          news.textContent = `${now - shown} new ${now - shown === 1 ? "visit" : "visits"}`;
          for (const row of [...live.rows].slice(0, now - shown)) row.classList.add("fresh");
        }
        shown = now;
      }
    } catch {
      failures += 1;
    }
    if (failures < 5) setTimeout(look, document.hidden ? 5000 : 1000);
  };
  setTimeout(look, 1000);
}
