// Looks at the page again and puts in what has changed; without this the page reloads as a whole.
"use strict";

const told = document.createElement("p");
told.setAttribute("role", "status");
told.className = "unseen";
document.body.append(told);

function isTyping() {
  return document.activeElement?.matches("input:not([type=hidden]), textarea") ?? false;
}

function opened(main) {
  return [...main.querySelectorAll("details")].map((one) => one.open);
}

function put(other) {
  const main = document.querySelector("main");
  const next = other.querySelector("main");
  if (next.innerHTML === main.dataset.seen || isTyping()) return;
  main.dataset.seen = next.innerHTML;
  const open = opened(main);
  const samePage = main.querySelector("h1")?.textContent === next.querySelector("h1")?.textContent;
  const hadFocus = main.contains(document.activeElement) && document.activeElement !== main;
  main.replaceChildren(...next.childNodes);
  if (samePage) main.querySelectorAll("details").forEach((one, i) => { one.open = open[i] ?? one.open; });
  if (hadFocus) main.focus();
  for (const part of [".way", ".bottom"])
    document.querySelector(part)?.replaceChildren(...(other.querySelector(part)?.childNodes ?? []));
  document.title = other.title;
  const status = main.querySelector("[data-status], .notice h2, h1")?.textContent.trim() ?? "";
  if (status !== told.textContent) told.textContent = status;
}

async function again() {
  const mark = document.getElementById("again");
  const seconds = Number(mark?.dataset.seconds ?? 0);
  if (!seconds) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(mark.dataset.address, { cache: "no-store" });
      if (!answer.ok) { location.reload(); return; }
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The program has ended, or sleeps: the next time tells.
    }
    again();
  }, seconds * 1000);
}

document.querySelector("main").dataset.seen = document.querySelector("main").innerHTML;
again();
