"use strict";
// Reads the QR code of a printed receipt out of a photograph, where the browser can, and fills in the form.

const box = document.querySelector("[data-code]");

function say(state) {
  for (const text of box.querySelectorAll("[data-state]")) text.hidden = text.dataset.state !== state;
}

/** Tracker and pseudonym out of the address of an answer, whatever its host; null for anything else. */
function namesIn(text) {
  if (!URL.canParse(text)) return null;
  const address = new URL(text);
  const tracker = address.searchParams.get("tracker");
  if (!/\/find\/ballot$/.test(address.pathname) || !tracker) return null;
  return { tracker, pseudonym: address.searchParams.get("pseudonym") ?? "" };
}

async function read(file) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const codes = await detector.detect(await createImageBitmap(file));
  return codes.map((code) => namesIn(code.rawValue)).find(Boolean) ?? null;
}

async function offered() {
  return "BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

if (await offered()) {
  box.hidden = false;
  const input = document.getElementById("code");
  input.addEventListener("change", async () => {
    say("");
    if (!input.files.length) return;
    const names = await read(input.files[0]).catch(() => null);
    if (!names) return say("none");
    say("found");
    document.getElementById("tracker").value = names.tracker.slice(0, 200);
    document.getElementById("pseudonym").value = names.pseudonym.slice(0, 200);
    document.getElementById("tracker").form.requestSubmit();
  });
}
