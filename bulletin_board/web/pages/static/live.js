// Asks every ten seconds for the part of this page that changes, and replaces what has changed in it.

const SECONDS = 10;
const area = document.querySelector("[data-live]");
const lost = document.querySelector("[data-live-lost]");
const pause = document.querySelector("[data-live-pause]");

function replace(fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = area.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!old) {
      location.reload(); // the election has gone on: another page is due
      return;
    }
    for (const [i, fold] of old.querySelectorAll("details").entries()) {
      part.querySelectorAll("details")[i]?.toggleAttribute("open", fold.open);
    }
    const holdsFocus = old.contains(document.activeElement);
    if (old.innerHTML !== part.innerHTML && !holdsFocus) old.replaceChildren(...part.childNodes);
  }
}

async function ask() {
  if (document.hidden || pause?.getAttribute("aria-pressed") === "true") return;
  try {
    const answer = await fetch(area.dataset.live, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (lost) lost.hidden = true;
  } catch {
    if (lost) lost.hidden = false;
  }
}

if (area) {
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      const on = pause.getAttribute("aria-pressed") === "true";
      pause.setAttribute("aria-pressed", String(!on));
      ask();
    });
  }
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, SECONDS * 1000);
}
