// Files of answers: several at once, each with its progress, then checked; what was refused says why.

import { announce, byKey, kindOf, place, root, tell, token } from "./writing_page.js";

const waiting = new Map(); // a line of the page -> {key, file}: on its way, or to be tried again

const CHECKING = "[data-file] .tag.info";

export const uploading = {
  any: () => waiting.size > 0,
  /** Whether a file on the page is still being checked. */
  waits: () => document.querySelector(CHECKING) !== null,
  /** Take over the list of a field's files from the field as the server draws it. */
  drawList(key, html) {
    const list = byKey(key)?.querySelector("[data-files]");
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const drawn = fresh.content.querySelector("[data-files]");
    if (!list || !drawn || list.innerHTML === drawn.innerHTML) return;
    const before = list.querySelectorAll(CHECKING).length;
    list.replaceChildren(...drawn.childNodes);
    if (list.querySelectorAll(CHECKING).length < before) announce(list.querySelector(".tag.bad") ? "A file was refused." : "The file was checked.");
  },
};

export function startUploads(form) {
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file" || !event.target.files.length) return;
    const key = event.target.closest("[data-question]")?.dataset.question;
    const files = [...event.target.files];
    event.target.value = "";
    byKey(key).querySelector("[data-upload-errors]")?.replaceChildren();
    one(key, files);
  });
  form.addEventListener("click", (event) => {
    const remove = event.target.closest('[name="remove-file"]');
    if (!remove) return;
    event.preventDefault();
    takeAway(remove);
  });
  window.addEventListener("online", retryAll);
  window.addEventListener("focus", retryAll);
}

/** One after the other, so that what a field still takes is counted right. */
async function one(key, files) {
  for (const file of files) await upload(key, file, lineFor(key, file));
}

function lineFor(key, file) {
  const line = document.createElement("li");
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  const words = Object.assign(document.createElement("span"), { className: "about" });
  line.className = "sending progress";
  line.append(Object.assign(document.createElement("span"), { textContent: file.name }), bar, words);
  byKey(key).querySelector("[data-sending]").append(line);
  return line;
}

function upload(key, file, line) {
  waiting.set(line, { key, file });
  line.dataset.sending = "now";
  line.querySelector("a, button")?.remove();
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("file", file);
    data.append("_person", place.person);
    request.open("POST", `${root.dataset.home}fields/${key}/files/`);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => moved(line, event));
    request.addEventListener("load", () => resolve(arrived(key, file, line, request)));
    request.addEventListener("error", () => resolve(held(key, file, line, { kind: "offline" })));
    request.send(data);
  });
}

function moved(line, event) {
  if (!event.lengthComputable) return;
  const percent = Math.floor((100 * event.loaded) / event.total);
  line.querySelector("progress").value = percent;
  line.querySelector(".about").textContent = percent < 100 ? `${percent} % sent` : "Being kept…";
}

function arrived(key, file, line, request) {
  let data = null;
  try {
    data = JSON.parse(request.responseText);
  } catch {
    // A page and not an answer: kindOf goes by the rest.
  }
  const headers = { get: (name) => request.getResponseHeader(name) };
  const redirected = new URL(request.responseURL).pathname !== `${root.dataset.home}fields/${key}/files/`;
  const kind = kindOf({ ok: request.status < 300, status: request.status, redirected, headers }, data);
  if (kind === "done" && !redirected) {
    waiting.delete(line);
    line.remove();
    uploading.drawList(key, data.html);
    announce(`${file.name} is sent. It is being checked now.`);
  } else if (["rejected", "not-open"].includes(kind)) refuse(key, file, line, data?.error ?? (request.status === 413 ? "It is too large." : "It could not be read. Choose it again."));
  else held(key, file, line, { kind, words: data?.error });
}

/** The file is not accepted: the reason stays next to the field until another one is chosen. */
function refuse(key, file, line, words) {
  waiting.delete(line);
  line.remove();
  const text = `${file.name}: ${words}`;
  byKey(key).querySelector("[data-upload-errors]").append(Object.assign(document.createElement("p"), { className: "error", textContent: text }));
  announce(text);
}

/** It could not be sent. The browser cannot keep a file over a reload, but this page does. */
function held(key, file, line, state) {
  delete line.dataset.sending;
  line.querySelector(".about").textContent = state.kind === "refused" ? (state.words ?? "") : `${tell(state).replace(/\.?$/, ".")} The file is not sent yet: leave this page open.`;
  const again = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: "Try again" });
  again.addEventListener("click", () => upload(key, file, line));
  line.append(again);
  if (state.kind === "refused") waiting.delete(line);
}

function retryAll() {
  for (const [line, { key, file }] of waiting) if (!line.dataset.sending) upload(key, file, line);
}

async function takeAway(button) {
  const key = button.closest("[data-question]").dataset.question;
  const data = new URLSearchParams({ _person: place.person });
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  try {
    const answer = await fetch(`${root.dataset.home}files/${button.value}/remove/`, { method: "POST", body: data, headers, redirect: "manual" });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error);
    uploading.drawList(key, found.html);
    announce("The file is removed.");
    byKey(key).querySelector("input[type=file]")?.focus();
  } catch (error) {
    announce(`The file could not be removed. ${error.message}`);
    button.after(Object.assign(document.createElement("span"), { className: "error", textContent: "This did not work. Try again once you are connected." }));
  }
}
