"use strict";
// Checks the proof that the page carries, step by step, and shows the result of each. All sentences are the page's.

const list = document.querySelector("[data-checks]");
const steps = new Map(Array.from(list.querySelectorAll("[data-step]"), (item) => [item.dataset.step, item]));

function show(name, outcome, values = {}) {
  const item = steps.get(name);
  item.dataset.result = outcome;
  item.querySelector(`[data-outcome="${outcome}"]`).hidden = false;
  const shown = item.querySelector("dl");
  for (const place of shown.querySelectorAll("[data-value]")) {
    if (place.dataset.value in values) {
      place.textContent = values[place.dataset.value];
      shown.hidden = false;
    }
  }
}

/** The steps in their order, each a function that returns what it shows and whether it holds (null: cannot tell). */
function stepsOf(checks, data) {
  const { hex, equal, unbase64 } = checks;
  const found = {};

  const signature = async (checkpoint) => {
    const own = await checks.signatureBy(data.key, checkpoint);
    const holds = await checks.verifySignature(own, checkpoint.text);
    return { holds, key: data.key, signature: hex(own.signature) };
  };
  return {
    async leaf() {
      found.entry = unbase64(data.entry);
      found.leaf = await checks.leafHash(found.entry, unbase64(data.leaf));
      return { holds: true, leaf: hex(found.leaf) };
    },
    async tracker() {
      found.value = checks.parsed(found.entry);
      const { body, tracker } = await checks.trackerOf(found.value);
      return { holds: tracker === data.tracker, body: hex(body), tracker };
    },
    async pseudonym() {
      const pseudonym = await checks.pseudonymOf(found.value);
      return { holds: pseudonym === data.pseudonym, pseudonym };
    },
    async inclusion() {
      found.own = checks.checkpointOf(data.checkpoint);
      const root = await checks.rootByInclusion(found.leaf, data.index, found.own.size, data.path.map(unbase64));
      return { holds: equal(root, found.own.root), computed: hex(root), root: hex(found.own.root) };
    },
    signature: () => signature(found.own),
    async later() {
      const now = (found.now = checks.checkpointOf(data.later.checkpoint));
      const hashes = data.later.hashes.map(unbase64);
      if (data.later.way === "inclusion") {
        const root = await checks.rootByInclusion(found.leaf, data.index, now.size, hashes);
        return { holds: equal(root, now.root), computed: hex(root), now: hex(now.root) };
      }
      const roots = await checks.rootsByConsistency(found.own.size, now.size, found.own.root, hashes);
      const before = roots.before ?? now.root;
      const holds = equal(before, found.own.root) && equal(roots.now ?? now.root, now.root);
      return { holds, before: hex(before), own: hex(found.own.root), now: hex(now.root) };
    },
    "signature-now": () => signature(found.now),
  };
}

async function check() {
  const checks = await import(list.dataset.checks);
  const data = JSON.parse(document.getElementById("proof-data").textContent);
  const ways = stepsOf(checks, data);
  const results = [];
  let broken = false;
  for (const name of steps.keys()) {
    let outcome = "bad", values = {};
    try {
      const { holds, ...shown } = await ways[name]();
      [outcome, values] = [holds === null ? "unable" : holds ? "good" : "bad", shown];
    } catch (error) {
      // What a step needs from one that has thrown is not there.
      outcome = broken && !(error instanceof checks.Failed) ? "skipped" : "bad";
      broken = true;
    }
    show(name, outcome, values);
    results.push(outcome);
  }
  return results.includes("bad") ? "bad" : results.every((one) => one === "good") ? "good" : "some";
}

// Where nobody has told the board its address, the browser knows it.
for (const command of document.querySelectorAll("pre.command")) {
  for (const text of command.childNodes) {
    text.textContent = text.textContent.replace("https://ADDRESS", location.origin);
  }
}
if (globalThis.crypto?.subtle) {
  const result = await check();
  document.querySelector(`[data-checked="${result}"]`).hidden = false;
  if (result === "bad") document.getElementById("proof").open = true;
  document.body.dataset.checked = result;
} else {
  document.querySelector("[data-none]").hidden = false;
  document.body.dataset.checked = "none";
}
