// The fields of the section that is written: what they hold, which version of the answer that is, drawing them.

import { byKey } from "./writing_page.js";

export const form = document.querySelector("form[data-writing]");

const isOf = (name, key) => name === key || name.startsWith(`${key}.`);

function bodyIn(data, key) {
  const body = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string" && isOf(name, key)) body.append(name, value);
  return body.toString();
}

/** What a field would send now. One that is hidden is switched off and sends nothing. */
export const bodyOf = (key) => bodyIn(new FormData(form), key);

/** What each field held when the server drew the page, whatever was typed since or the browser filled in. */
export function originalBodies() {
  const copy = form.cloneNode(true);
  copy.reset();
  const data = [...new FormData(copy)];
  return [...form.querySelectorAll("[data-question]")].map(({ dataset }) => [dataset.question, bodyIn(data, dataset.question)]);
}

const hidden = (key, name) => byKey(key)?.querySelector(`[name="${name}.${key}"]`);

export const versionOf = (key) => Number(hidden(key, "_version")?.value ?? 0);

export function setVersion(key, version, base) {
  const field = hidden(key, "_version");
  if (!field) return;
  field.value = version;
  if (base !== undefined) hidden(key, "_base").value = base;
}

export const isWrong = (key) => Boolean(byKey(key)?.querySelector(".invalid"));

/** Put a field as the server drew it in place of the one there is. Who is in it stays where they were. */
export function redraw(key, html) {
  const drawn = byKey(key)?.querySelector("[data-drawn]");
  if (!drawn || !html) return;
  const held = drawn.contains(document.activeElement) ? document.activeElement : null;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  drawn.replaceChildren(...fresh.content.childNodes);
  byKey(key).inert = false;
  if (held?.name) backInto(drawn, held);
  // Counters and sums follow what is typed; this was not.
  for (const box of drawn.querySelectorAll("[data-words], [data-amount]")) box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Why the server does not take what a field holds, below it; without words, nothing any more. */
export function sayRejected(key, words) {
  const asked = byKey(key);
  asked?.querySelector("[data-rejected]")?.remove();
  if (!asked || !words) return;
  const line = Object.assign(document.createElement("p"), { className: "error", textContent: words });
  line.dataset.rejected = "";
  asked.querySelector("[data-drawn]").after(line);
}

function backInto(drawn, held) {
  const again = [...drawn.querySelectorAll("[name]")].find((one) => one.name === held.name && (held.type !== "radio" || one.value === held.value));
  if (!again) return;
  again.focus();
  if (held.selectionStart === null || held.selectionStart === undefined || !again.setSelectionRange) return;
  again.setSelectionRange(Math.min(held.selectionStart, again.value.length), Math.min(held.selectionEnd, again.value.length));
}

/** Show and hide fields as the server says. `saved` learns what a field holds that was switched off until now. */
export function showVisible(visible, saved) {
  for (const asked of form?.querySelectorAll("[data-question]") ?? []) {
    const key = asked.dataset.question;
    const shown = visible.fields.includes(key);
    if (asked.hidden !== shown) continue;
    asked.hidden = asked.disabled = !shown;
    if (shown) saved.set(key, bodyOf(key));
  }
}

/** Put a kept text into its controls. False where not all of it has a place. */
export function fill(key, body) {
  const values = new URLSearchParams(body);
  growRows(key, values);
  const controls = [...byKey(key).querySelectorAll("input, textarea, select")];
  const mine = controls.filter((control) => isOf(control.name, key) && control.type !== "file");
  for (const control of mine) {
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.getAll(control.name).includes(control.value);
    else control.value = values.get(control.name) ?? "";
    if (control.dataset.words || control.dataset.amount !== undefined) control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const there = new Set(mine.map((control) => control.name));
  return [...values].every(([name, value]) => value === "" || there.has(name));
}

const ROW = "__row__";

/** As many rows as a kept text has, made from the blank one of templates/grants/fields. */
function growRows(key, values) {
  const box = byKey(key).querySelector("[data-rows]");
  if (!box) return;
  const numbers = [...values.keys()].map((name) => name.slice(key.length + 1).split(".")[0]).filter((part) => /^\d+$/.test(part));
  for (const number of new Set(numbers)) {
    if (box.querySelector(`[name^="${CSS.escape(`${key}.${number}.`)}"]`)) continue;
    const made = document.createElement("template");
    made.innerHTML = box.querySelector("template[data-blank-row]").innerHTML.replaceAll(ROW, number);
    box.querySelector("[data-row-list]").append(made.content);
  }
}
