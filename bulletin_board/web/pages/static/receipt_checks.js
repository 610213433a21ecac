"use strict";
// The checks behind an answer, by the browser's own Web Crypto. Every function throws Failed where something does
// not hold. Hashes are Uint8Arrays of 32 bytes, tree sizes and indices whole numbers below 2^53.

export class Failed extends Error {}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ED25519 = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function equal(one, other) {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Bytes of their one padded base64 text. */
export function unbase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new Failed("not base64");
  }
  if (btoa(binary) !== text) throw new Failed("base64 that is not canonical");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** SHA-256(00 ‖ leaf), once the leaf is the entry itself or the stub that names the entry's hash and length. */
export async function leafHash(entry, leaf) {
  if (!equal(entry, leaf)) {
    const stub = { blob: hex(await sha256(entry)), size: entry.length };
    if (decoder.decode(leaf) !== JSON.stringify(stub)) throw new Failed("the leaf is not that of the entry");
  }
  return sha256(Uint8Array.of(0), leaf);
}

function grouped(digest) {
  let bits = 0n;
  for (const byte of digest) bits = (bits << 8n) | BigInt(byte);
  let letters = "";
  for (let shift = 8 * digest.length - 5; shift >= 0; shift -= 5) {
    letters += ALPHABET[Number((bits >> BigInt(shift)) & 31n)];
  }
  return letters.match(/.{4}/g).join("-");
}

/** The entry as a value. Its bytes are canonical JSON (RFC 8785), which is how JSON.stringify writes it again. */
export function parsed(entry) {
  const text = decoder.decode(entry);
  const value = JSON.parse(text);
  if (JSON.stringify(value) !== text) throw new Failed("the entry is not canonical JSON");
  return value;
}

/** Hash and tracker of the ballot in an entry. */
export async function trackerOf(value) {
  const body = await sha256(encoder.encode(JSON.stringify(value.body)));
  return { body, tracker: grouped(body.slice(0, 20)) };
}

export async function pseudonymOf(value) {
  const padded = value.credential.replaceAll("-", "+").replaceAll("_", "/") + "=";
  return grouped((await sha256(unbase64(padded))).slice(0, 10));
}

const odd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);

/** The root to which a path leads from the leaf hash at an index (RFC 9162 section 2.1.3.2). */
export async function rootByInclusion(leaf, index, size, path) {
  if (!Number.isSafeInteger(index) || !(index >= 0 && index < size)) throw new Failed("no such entry");
  let fn = index, sn = size - 1, r = leaf;
  for (const p of path) {
    if (p.length !== 32 || sn === 0) throw new Failed("the path is too long");
    if (odd(fn) || fn === sn) {
      r = await nodeHash(p, r);
      while (fn !== 0 && !odd(fn)) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = await nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) throw new Failed("the path is too short");
  return r;
}

/** The roots of an older and of a newer tree to which one consistency proof leads (RFC 9162 section 2.1.4.2).
 * ownRoot: what the caller takes the older one to be; it begins the proof where that tree is a perfect one. */
export async function rootsByConsistency(oldSize, newSize, ownRoot, proof) {
  if (oldSize === newSize) {
    if (proof.length) throw new Failed("a proof between trees of one size");
    return { before: null, now: null };
  }
  if (!(oldSize > 0 && oldSize < newSize) || !proof.length) throw new Failed("no proof leads there");
  const perfect = (BigInt(oldSize) & (BigInt(oldSize) - 1n)) === 0n;
  const path = perfect ? [ownRoot, ...proof] : proof;
  let fn = oldSize - 1, sn = newSize - 1;
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)];
  let fr = path[0], sr = path[0];
  for (const c of path.slice(1)) {
    if (c.length !== 32 || sn === 0) throw new Failed("the proof is too long");
    if (odd(fn) || fn === sn) {
      [fr, sr] = [await nodeHash(c, fr), await nodeHash(c, sr)];
      while (fn !== 0 && !odd(fn)) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = await nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) throw new Failed("the proof is too short");
  return { before: fr, now: sr };
}

/** A checkpoint in a signed note: origin, size, root, the signed text, and the lines of signatures. */
export function checkpointOf(note) {
  const end = note.lastIndexOf("\n\n");
  if (end < 0) throw new Failed("not a signed note");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) throw new Failed("not a tree size");
  const found = { origin, size: Number(size), root: unbase64(root), text, lines: note.slice(end + 2).split("\n") };
  if (!Number.isSafeInteger(found.size) || found.root.length !== 32) throw new Failed("not a checkpoint");
  return found;
}

/** The signature in a checkpoint by the log's key, `name+id+base64(type ‖ key)`; Failed where it has none. */
export async function signatureBy(verifierKey, checkpoint) {
  const [name, id, ...encoded] = verifierKey.split("+");
  const material = unbase64(encoded.join("+"));
  const own = hex((await sha256(encoder.encode(`${name}\n`), material)).slice(0, 4));
  if (own !== id || material[0] !== ED25519 || material.length !== 33) throw new Failed("not the key of a log");
  if (checkpoint.origin !== name) throw new Failed("a checkpoint of another log");
  for (const line of checkpoint.lines) {
    const [mark, signer, value] = line.split(" ");
    if (mark !== "—" || signer !== name) continue;
    const data = unbase64(value);
    if (hex(data.slice(0, 4)) === id) return { key: material.slice(1), signature: data.slice(4) };
  }
  throw new Failed("not signed with the key of this log");
}

/** Whether a signature holds; null where this browser has no Ed25519. */
export async function verifySignature({ key, signature }, text) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") return null;
    throw new Failed("not a key");
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, encoder.encode(text));
}
