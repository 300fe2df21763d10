// Writing an application. Each field is saved by itself a moment after it was typed in; what could not be
// saved stays in this browser until it is. The page works without any of this: its form posts everything.

import { entriesOf, essence, forget, keep, nameOf } from "./unsent.js";
import { checking, guardSubmit, isDeclaring, showPending } from "./pending.js";
import { sayRestored, showLeftovers } from "./leftovers.js";
import { announce, ask, byKey, draw, labelOf, place, post, root, sayNewForm, stamp, tell } from "./writing_page.js";
import { fill, form, originalBodies, bodyOf, redraw, sayRejected, setVersion, showVisible, versionOf, isWrong } from "./writing_fields.js";
import { startUploads, uploading } from "./uploads.js";

const PAUSE = 900; // after the last key
const LONGEST = 5000; // however long somebody types without one
const WAITS = [2000, 5000, 15000, 30000];
const POLL = 15000;
const SOON = 2500; // while a file is being checked
const LEFT_BEHIND = 20000; // an entry of another page that no tab is busy with any more
const AFTER_LEAVING = 250; // a click on its way must still find its button

const entries = new Map(); // what is not saved yet, by field
const saved = new Map(); // what each field held when it was last saved or drawn
const drawings = new Map(); // how the server draws a field, once nobody is in it
let running = null;
let inFlight = null;
let trouble = null;
let tries = 0;
let retry = 0;
let timer = 0;
let drawing = false; // what the script puts into a field is not typed
let kept = true;
let sending = false; // everything, since the application is to be submitted
let late = false; // something was saved that the page shows without
let savedAt = root.dataset.savedAt ?? "";
let since = root.dataset.now;

const urlOf = (key) => `${root.dataset.home}fields/${key}/`;

/* Keeping what is not saved. */

function put(key, entry) {
  entries.set(key, entry);
  const { due, first, clash, rejected, shut, ...lasting } = entry;
  kept = keep(nameOf(place, key), lasting);
}

function drop(key) {
  const entry = entries.get(key);
  entries.delete(key);
  if (entry) forget(nameOf(place, key), entry);
  sayRejected(key, "");
  if (entries.size === 0) kept = true;
}

function typed(key) {
  if (drawing) return;
  const body = bodyOf(key);
  const known = entries.get(key);
  if (!known && essence(body) === essence(saved.get(key) ?? "")) return;
  const now = Date.now();
  const entry = known ?? { version: versionOf(key), sent: null, label: labelOf(key), page: location.pathname, first: now };
  if (entry.body !== body) changed(key, entry);
  entry.body = body;
  entry.at = now;
  entry.due = Math.min(now + PAUSE, (entry.first ?? now) + LONGEST);
  drawings.delete(key);
  if (body === saved.get(key) && entry.sent === null && !entry.clash) drop(key);
  else put(key, entry);
  draw(state());
  later(entry.due - now);
}

function changed(key, entry) {
  delete entry.rejected;
  delete entry.shut;
  sayRejected(key, "");
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(pump, Math.max(wait, 0));
}

const hurry = () => entries.forEach((entry) => (entry.due = 0));

/* Sending, one field after the other. */

// `shut` says why a question takes no answer now: its text waits here, and the others go on.
const canGo = (entry) => !entry.clash && !entry.rejected && !entry.shut;

function next() {
  const now = Date.now();
  for (const [key, entry] of entries) if (canGo(entry) && (entry.due ?? 0) <= now) return key;
  return null;
}

function pump() {
  running ??= work().finally(() => {
    running = inFlight = null;
    showKept();
    draw(state());
    if (late && !sending && !pending().length) showLate();
    const waiting = [...entries.values()].filter(canGo);
    if (waiting.length && !trouble) later(Math.min(...waiting.map((entry) => entry.due ?? 0)) - Date.now());
  });
  return running;
}

async function work() {
  for (let key = next(); key !== null; key = next()) if (!(await send(key))) return;
}

async function send(key) {
  const entry = entries.get(key);
  // The same text goes out until its fate is known: a second one on top of it could be a conflict with oneself.
  entry.sent ??= entry.body;
  put(key, entry);
  draw(state());
  const sent = entry.sent;
  inFlight = key;
  const answer = await ask(urlOf(key), sent, { _version: entry.version, ...(entry.redraw || isWrong(key) ? { _draw: 1 } : {}) });
  inFlight = null;
  if (answer.kind === "done") return done(key, entry, sent, answer.data);
  if (answer.kind === "conflict") return clashed(key, entry, sent, answer.data);
  if (answer.kind === "rejected") return rejected(key, entry, sent, answer.words);
  if (answer.kind === "not-open") return shut(key, entry, answer.words);
  return stopped(answer);
}

function done(key, entry, sent, data) {
  recovered(data.at);
  setVersion(key, data.version, data.base);
  saved.set(key, sent);
  late = checking;
  if (entry.body === sent) {
    drop(key);
    if (entry.redraw) drawNow(key, data.html);
    else if (data.html) drawings.set(key, data.html);
    drawWhenLeft(key);
  } else {
    Object.assign(entry, { sent: null, version: data.version, first: Date.now() });
    put(key, entry);
  }
  if (data.visible) showVisible(data.visible, saved);
  for (const [other, html] of Object.entries(data.also)) {
    if (entries.has(other)) continue;
    drawings.set(other, html);
    drawWhenLeft(other);
  }
  return true;
}

function clashed(key, entry, sent, data) {
  recovered();
  entry.sent = null;
  // Perhaps another tab of the same person has sent the rest already: then this is no conflict.
  if (entry.body === sent) entry.clash = data;
  put(key, entry);
  if (entry.clash && byKey(key)) openClash(key, data);
  return true;
}

/** The server does not take it: the same would be refused again, so it waits until it is changed. */
function rejected(key, entry, sent, words) {
  entry.sent = null;
  if (entry.body === sent) {
    entry.rejected = words;
    sayRejected(key, words);
    announce(words);
  }
  put(key, entry);
  recovered();
  return true;
}

/** This question alone takes no answer now: the text is kept to copy, and is not sent again from this page. */
function shut(key, entry, words) {
  entry.sent = null;
  entry.shut = words;
  sayRejected(key, words);
  put(key, entry);
  recovered();
  announce(tell(state()));
  return true;
}

function discard(key) {
  const entry = entries.get(key);
  if (!entry) return;
  drop(key);
  announce(`Your text for “${entry.label}” is discarded.`);
  showKept();
  draw(state());
}

function recovered(at) {
  if (at) savedAt = at;
  if (trouble && at) announce(tell({ kind: "saved", at: savedAt }));
  trouble = null;
  tries = 0;
  showKept();
  clearTimeout(retry);
}

function stopped(answer) {
  const news = trouble?.kind !== answer.kind;
  trouble = answer;
  if (news) announce(tell(state()));
  showKept();
  clearTimeout(retry);
  if (answer.kind === "busy") tries = WAITS.length;
  retry = setTimeout(again, WAITS[Math.min(tries, WAITS.length - 1)]);
  tries += 1;
  return false;
}

/** What this browser keeps: text that the server does not take, and on the last page all that is not sent. */
function showKept() {
  const refused = trouble?.kind === "refused" ? trouble.words : "";
  showLeftovers([...entries].filter(([key, entry]) => (refused || entry.rejected || entry.shut) && !byKey(key)), refused, discard);
  showPending(pending(), trouble, discard);
}

/** Text that must be sent or given up before the application is submitted. What cannot be sent at all is not. */
const pending = () => [...entries].filter(([, entry]) => !entry.shut);

function again() {
  hurry();
  if (entries.size) pump();
  else if (trouble) poll();
}

function state() {
  if (trouble) return { ...trouble, kept, waiting: entries.size };
  const clash = [...entries].find(([, entry]) => entry.clash);
  if (clash) return { kind: "clash", key: clash[0], label: clash[1].label, page: clash[1].page };
  const wrong = [...entries.values()].find((entry) => entry.rejected);
  if (wrong) return { kind: "rejected", words: wrong.rejected, label: wrong.label, kept, waiting: entries.size };
  if (pending().length) return { kind: "saving" };
  const closed = [...entries.values()].find((entry) => entry.shut);
  return closed ? { kind: "not-open", label: closed.label, kept } : { kind: "saved", at: savedAt };
}

/* Drawing a field as the server has it, never under somebody's hands. */

function untouched(act) {
  drawing = true;
  try {
    return act();
  } finally {
    drawing = false;
  }
}

function drawNow(key, html) {
  drawings.delete(key);
  untouched(() => redraw(key, html));
  saved.set(key, bodyOf(key));
}

function drawWhenLeft(key) {
  const html = drawings.get(key);
  if (html === undefined || entries.has(key)) return;
  if (byKey(key)?.contains(document.activeElement)) return;
  drawNow(key, html);
}

/* A conflict: the panel comes from the server, in the page and in the field's place. */

function openClash(key, data) {
  byKey(key).querySelector("[data-clash]")?.remove();
  byKey(key).insertAdjacentHTML("afterbegin", data.panel);
  byKey(key).inert = false;
  announce(data.error);
  draw(state());
}

function choose(key, choice) {
  const entry = entries.get(key);
  const theirs = entry?.clash;
  if (!theirs) return;
  byKey(key).querySelector("[data-clash]")?.remove();
  if (choice === "theirs") {
    savedAt = theirs.at;
    drop(key);
    drawNow(key, theirs.html);
  } else {
    if (choice === "both") joinTexts(key, theirs.text);
    setVersion(key, theirs.version, theirs.base);
    Object.assign(entry, { body: bodyOf(key), version: theirs.version, clash: null, due: 0 });
    put(key, entry);
    pump();
  }
  byKey(key).querySelector("input:not([type=hidden]), textarea, select")?.focus();
  draw(state());
}

function joinTexts(key, theirs) {
  const box = byKey(key).querySelector(`[name="${key}"]`);
  box.value = `${theirs}${box.matches("textarea") ? "\n\n" : " "}${box.value}`;
}

/* What others do. */

async function poll() {
  if (document.hidden) return;
  const url = new URL(`${root.dataset.home}changes/`, location.href);
  url.searchParams.set("since", since);
  url.searchParams.set("section", root.dataset.section ?? "");
  const answer = await ask(url);
  if (answer.kind !== "done") {
    stopped(answer);
    draw(state());
    return;
  }
  since = answer.data.now;
  if (trouble) {
    recovered();
    again();
  }
  answer.data.fields.forEach(heard);
  for (const [key, html] of Object.entries(answer.data.files)) uploading.drawList(key, html);
  stamp(answer.data);
  if (root.dataset.form && String(answer.data.form ?? root.dataset.form) !== root.dataset.form) sayNewForm();
  takeUp();
  if (answer.data.drives) await refreshVisible();
  draw(state());
}

function heard(change) {
  if (!byKey(change.key) || change.version <= versionOf(change.key)) return;
  const entry = entries.get(change.key);
  if (entry) {
    // Typed in and changed by somebody else: the server says which, and the panel opens.
    entry.due = 0;
    pump();
    return;
  }
  savedAt = change.at;
  drawNow(change.key, change.html);
  if (change.by) announce(`${change.by} changed “${labelOf(change.key)}”.`);
}

async function refreshVisible() {
  const answer = root.dataset.visible ? await ask(root.dataset.visible) : {};
  if (answer.kind === "done") showVisible(answer.data, saved);
}

function keepPolling() {
  setTimeout(() => poll().finally(keepPolling), uploading.waits() ? SOON : POLL);
}

/* Opening the page again: what was typed and not saved comes back, to the same person only. */

function restore() {
  const back = [];
  for (const [key, entry] of entriesOf(place)) {
    if (form && byKey(key)) {
      if (essence(entry.body) === essence(saved.get(key) ?? "") && entry.sent === null) {
        forget(nameOf(place, key), entry);
        continue;
      }
      const whole = untouched(() => fill(key, entry.body));
      // Nobody types into a part of a text: the server draws the whole once it has it.
      byKey(key).inert = !whole;
      entries.set(key, { ...entry, due: 0, redraw: !whole });
      back.push(entry.label);
    }
  }
  if (back.length) sayRestored(back);
  takeUp();
}

/** Text of other pages, once no tab is busy with it any more; on the last page before submitting, all of it. */
function takeUp() {
  for (const [key, entry] of entriesOf(place)) {
    if (entries.has(key) || (form && byKey(key))) continue;
    const isLeft = Date.now() - entry.at > LEFT_BEHIND || entry.page === location.pathname;
    if (checking || isLeft) entries.set(key, { ...entry, due: 0 });
  }
  if (pending().length) pump();
}

/** The last page shows answers older than what was saved just now. Where somebody declares already, sending says so. */
function showLate() {
  late = false;
  if (!isDeclaring()) location.replace(`${root.dataset.home}check/`);
}

async function sendAll() {
  sending = true;
  takeUp();
  // Once more where the first try was under way already, and met what is over now.
  for (let turn = 0; turn < 2 && [...entries.values()].some(canGo); turn += 1) {
    hurry();
    await pump();
  }
  sending = false;
  return pending().length === 0;
}

/* Listening. */

const keyOf = (target) => target.closest?.("[data-question]")?.dataset.question;
const isAnswer = (target) => (target.name && !target.name.startsWith("_") && target.type !== "file") || target.matches("[data-rows]");

/** What keeps a person on this page: its own text, and what is on its way. */
const held = () => [...entries].some(([key, entry]) => canGo(entry) || (!entry.shut && byKey(key)));

async function leave(event) {
  if (!held() && !uploading.any()) return;
  event.preventDefault();
  const button = event.submitter;
  // What the person has just left may still be on its way.
  for (let turn = 0; turn < 3 && held() && !trouble; turn += 1) {
    hurry();
    await pump();
  }
  if (!held() && !uploading.any()) {
    form.requestSubmit(button);
    return;
  }
  (document.querySelector("[data-clash], [data-rejected]") ?? document.querySelector("[data-saved]")).scrollIntoView({ block: "center" });
  announce(uploading.any() ? "Wait for the file: it is still on its way." : tell(state()));
}

function onFocusOut(event) {
  const key = keyOf(event.target);
  if (!key || byKey(key).contains(event.relatedTarget)) return;
  const entry = entries.get(key);
  if (entry) {
    entry.due = 0;
    later(0);
  }
  setTimeout(() => drawWhenLeft(key), AFTER_LEAVING);
}

function onChange(event) {
  const key = keyOf(event.target);
  if (!key || !isAnswer(event.target)) return;
  typed(key);
  const entry = entries.get(key);
  if (!entry) return;
  entry.due = 0;
  later(0);
}

function listen() {
  form.addEventListener("input", (event) => keyOf(event.target) && isAnswer(event.target) && typed(keyOf(event.target)));
  form.addEventListener("change", onChange);
  form.addEventListener("focusout", onFocusOut);
  form.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]");
    // A panel that came with the page is decided by sending the page.
    if (!choice || !entries.get(keyOf(choice))?.clash) return;
    event.preventDefault();
    choose(keyOf(choice), choice.dataset.choice);
  });
  form.addEventListener("submit", leave);
}

/** The page may never come back: what fits is sent, and what is kept stays until its fate is known. */
function sendAway() {
  for (const [key, entry] of entries) {
    if (!canGo(entry) || key === inFlight) continue;
    entry.sent ??= entry.body;
    put(key, entry);
    post(urlOf(key), entry.sent, { _version: entry.version }).catch(() => {});
  }
}

window.addEventListener("beforeunload", (event) => {
  if ((entries.size && !kept) || uploading.any()) event.preventDefault();
});
window.addEventListener("pagehide", sendAway);
document.addEventListener("visibilitychange", () => {
  hurry();
  if (document.hidden) pump();
  else poll().then(again);
});
window.addEventListener("online", again);
window.addEventListener("focus", again);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) poll().then(refreshVisible).then(again);
});

if (form) {
  for (const [key, body] of originalBodies()) saved.set(key, body);
  listen();
  startUploads(form);
}
guardSubmit(sendAll);
restore();
// Typed before this script came.
if (form) for (const key of saved.keys()) if (!entries.has(key)) typed(key);
draw(state());
keepPolling();
