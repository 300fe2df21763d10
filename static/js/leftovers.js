// Text that the server does not take, of questions that are not on the page: to be copied from here, or given up.

import { announce } from "./writing_page.js";

const make = (name, values) => Object.assign(document.createElement(name), values);

/** What a person typed, as they would read it. */
export const textOf = (entry) => [...new URLSearchParams(entry.body).values()].filter(Boolean).join("\n");

/** A button that gives one text up; its name says whose. */
export function discardButton(key, label, discard) {
  const button = make("button", { type: "button", className: "btn small", textContent: "Discard my text" });
  button.append(make("span", { className: "visually-hidden", textContent: ` for “${label}”` }));
  button.addEventListener("click", () => discard(key));
  return button;
}

/** List the texts, each with why it is not taken and a button that gives it up. */
export function showLeftovers(lost, refused, discard) {
  const note = document.querySelector("[data-unsaved]");
  const known = JSON.stringify(lost);
  note.hidden = lost.length === 0;
  if (note.dataset.known === known) return;
  note.dataset.known = known;
  note.querySelector("dl").replaceChildren(...lost.flatMap(([key, entry]) => lines(key, entry, refused, discard)));
}

function lines(key, entry, refused, discard) {
  const act = make("dd", { className: "act" });
  act.append(discardButton(key, entry.label, discard));
  const why = entry.shut ?? entry.rejected ?? refused;
  const reason = why ? [make("dd", { className: "small muted", textContent: why })] : [];
  return [make("dt", { textContent: entry.label }), ...reason, make("dd", { textContent: textOf(entry) }), act];
}

/** Say which questions have their text back. */
export function sayRestored(labels) {
  const note = document.querySelector("[data-restored]");
  note.hidden = false;
  note.querySelector("[data-restored-what]").textContent = labels.map((label) => `“${label}”`).join(", ");
  announce(note.textContent.replace(/\s+/g, " ").trim());
}
