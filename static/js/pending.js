// The last page before an application is submitted: nothing is submitted while this browser keeps text of it
// that is not in it. The person goes and chooses, or gives the text up; nothing is lost silently.

import { discardButton } from "./leftovers.js";
import { announce, root } from "./writing_page.js";

/** Whether this is that page. */
export const checking = root.dataset.checks !== undefined;

const box = document.querySelector("[data-pending]");
const make = (name, values) => Object.assign(document.createElement(name), values);

/** Say what is not sent, and why, as long as there is anything. */
export function showPending(pending, trouble, discard) {
  if (!box) return;
  const known = JSON.stringify([pending.map(([key, entry]) => [key, why(entry, trouble)])]);
  box.hidden = pending.length === 0;
  if (box.dataset.known === known) return;
  box.dataset.known = known;
  box.querySelector("ul").replaceChildren(...pending.map(([key, entry]) => line(key, entry, trouble, discard)));
}

function why(entry, trouble) {
  if (entry.clash) return `${entry.clash.by} wrote another answer meanwhile. Choose which text to keep.`;
  if (entry.rejected) return entry.rejected;
  if (trouble) return "It could not be sent yet.";
  return "It is on its way.";
}

function line(key, entry, trouble, discard) {
  const item = make("li", {});
  const go = make("a", { href: `${entry.page}#asked-${key}`, className: "btn small", textContent: entry.clash ? "Go and choose" : "Go to the question" });
  go.append(make("span", { className: "visually-hidden", textContent: ` for “${entry.label}”` }));
  const buttons = make("span", { className: "buttons" });
  buttons.append(go, discardButton(key, entry.label, discard));
  item.append(make("b", { textContent: entry.label }), ` ${why(entry, trouble)} `, buttons);
  return item;
}

/** Whether somebody has begun to declare. */
export function isDeclaring() {
  const form = document.querySelector("form[data-submits]");
  if (!form) return false;
  const touched = (control) => control.value !== control.defaultValue || control.checked !== control.defaultChecked;
  return form.dataset.bound !== undefined || [...form.querySelectorAll("input")].some(touched);
}

/** Submit only once everything is sent. `sendAll` sends what there is and says whether that was all. */
export function guardSubmit(sendAll) {
  const form = document.querySelector("form[data-submits]");
  let free = false;
  let busy = false;
  form?.addEventListener("submit", async (event) => {
    if (free) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    const button = event.submitter;
    const all = await sendAll();
    // A form cannot be submitted from inside its own submission.
    await new Promise((resolve) => setTimeout(resolve));
    busy = false;
    if (all) {
      free = true;
      form.requestSubmit(button);
      free = false;
      return;
    }
    box.hidden = false;
    box.focus();
    announce(box.querySelector("h2").textContent);
  });
}
