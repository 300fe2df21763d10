// What was typed and is not saved yet, kept in this browser: one entry a field, by person and application.
// Other pages load this too, since signing out removes what is kept of a person.

const START = "unsent/";

/** The name of one field's entry. */
export const nameOf = (place, key) => `${START}${place.person}/${place.program}/${place.application}/${key}`;

/** The storage, or nothing where the browser keeps none. */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

// Once somebody signs out, nothing of theirs is kept any more, whatever the page still wants.
let over = false;

/** Keep an entry. False where the browser would not. */
export function keep(name, entry) {
  if (over) return true;
  try {
    storage().setItem(name, JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

/** Forget an entry, unless another tab has put another text in its place. */
export function forget(name, entry) {
  if (read(name)?.body === entry.body) storage()?.removeItem(name);
}

/** What a text says, whatever inputs were left empty. */
export function essence(body) {
  return new URLSearchParams([...new URLSearchParams(body)].filter(([, value]) => value !== "")).toString();
}

export function read(name) {
  try {
    const entry = JSON.parse(storage()?.getItem(name) ?? "null");
    return entry && typeof entry.body === "string" ? entry : null;
  } catch {
    return null;
  }
}

const names = () => {
  const store = storage();
  return store ? Array.from({ length: store.length }, (_, index) => store.key(index)) : [];
};

/** The entries of one person for one application, as [key, entry]. */
export function entriesOf(place) {
  const start = nameOf(place, "");
  const found = names().filter((name) => name.startsWith(start));
  return found.map((name) => [name.slice(start.length), read(name)]).filter(([, entry]) => entry);
}

function forgetAll() {
  over = true;
  for (const name of names().filter((name) => name.startsWith(START))) storage().removeItem(name);
}

const anything = () => names().some((name) => name.startsWith(START) && read(name));

const ASK = "Some of what you typed is not saved yet. Signing out removes it from this browser. Sign out all the same?";

// Before app.js holds the form, so that "Cancel" leaves the button as it was.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.matches("[data-quick-exit-form]")) {
      forgetAll();
      return;
    }
    if (!form.getAttribute("action")?.endsWith("/accounts/logout/") || !anything()) return;
    if (window.confirm(ASK)) {
      forgetAll();
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);
