// The page that is written in: its fields, its line about what is saved, and how it talks to the server.

/** Everything the page says about itself. */
export const root = document.querySelector("[data-writing]");
export const place = {
  person: root.dataset.person,
  program: root.dataset.program,
  application: root.dataset.application,
};

export const byKey = (key) => document.querySelector(`[data-question="${CSS.escape(key)}"]`);
export const labelOf = (key) => byKey(key)?.dataset.label ?? key;

export function announce(words) {
  const announcer = document.getElementById("announcer");
  if (announcer && announcer.textContent !== words) announcer.textContent = words;
}

const FITS = 60000;

/* Asking the server. Signing in again in another tab renews the token's cookie, so it is read each time. */

export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

export function post(url, body, extra) {
  const data = new URLSearchParams(body);
  for (const [name, value] of Object.entries({ ...extra, _person: place.person })) data.append(name, value);
  const headers = { "X-CSRFToken": token(), Accept: "application/json" };
  // It arrives although the page is being left, as far as browsers allow.
  const keepalive = data.toString().length < FITS;
  return fetch(url, { method: "POST", body: data, headers, redirect: "manual", keepalive });
}

/** Ask, and say what came of it: `{kind, data}`. Never throws. A body makes it a POST. */
export async function ask(url, body, extra) {
  let answer;
  try {
    const options = { headers: { Accept: "application/json" }, redirect: "manual" };
    answer = body === undefined ? await fetch(url, options) : await post(url, body, extra);
  } catch {
    return { kind: "offline" };
  }
  const data = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json().catch(() => null) : null;
  const kind = kindOf(answer, data);
  return { kind, data, words: data?.error ?? (kind === "rejected" ? (answer.status === 413 ? TOO_LARGE : NOT_TAKEN) : undefined) };
}

/** What an answer amounts to. A redirect leads to a sign-in page, which is no answer to this. */
export function kindOf(answer, data) {
  if (answer.ok && data) return "done";
  if (answer.status === 409 && data) return "conflict";
  if (data?.reason === "person") return "person";
  if (data?.reason === "question") return "not-open";
  if (answer.status === 401 || answer.type === "opaqueredirect" || answer.redirected || answer.headers.get("X-Reason") === "sign-in") return "signed-out";
  if ([403, 404, 410].includes(answer.status)) return "refused";
  if ([400, 413, 422].includes(answer.status)) return "rejected";
  if (answer.status === 429) return "busy";
  return answer.status >= 500 ? "broken" : "offline";
}

/* The line that says what is saved. */

const GONE = "You can no longer open this application.";
const TOO_LARGE = "This is more text than can be kept. Shorten it.";
const NOT_TAKEN = "This text could not be taken as it is. Change it, or ask the program for help.";
const HERE = "What you typed is kept in this browser.";
const OPEN = "What you typed is on this page only: leave it open.";

const CLOCK = { hour: "numeric", minute: "2-digit", hour12: true, timeZoneName: "short" };

/** The time by the clock of the round, as pages write it: "4:12 pm AEDT", and "12:00 noon AEDT". */
export function clock(at) {
  const parts = new Intl.DateTimeFormat("en-AU", { ...CLOCK, timeZone: root.dataset.zone || undefined }).formatToParts(new Date(at));
  const { hour, minute, dayPeriod, timeZoneName } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const half = dayPeriod.toLowerCase() === "pm" && hour === "12" && minute === "00" ? "noon" : dayPeriod.toLowerCase();
  return `${hour}:${minute} ${half} ${timeZoneName}`;
}

export function tell(state) {
  const where = state.kept === false ? OPEN : HERE;
  const rest = state.waiting ? ` ${where}` : "";
  if (state.kind === "saving") return "Saving…";
  if (state.kind === "offline") return state.waiting ? (state.kept === false ? `Not connected. ${OPEN}` : "Not connected: kept in this browser") : "Not connected";
  if (state.kind === "broken") return `Saving does not work just now; it is tried again by itself.${rest}`;
  if (state.kind === "busy") return `Too much arrives at once just now; it is tried again later by itself.${rest}`;
  if (state.kind === "signed-out") return `You were signed out.${rest}`;
  if (state.kind === "person") return `${state.words}${rest}`;
  if (state.kind === "rejected") return `${state.label ? `“${state.label}” is not saved. ` : ""}${state.words}${rest}`;
  if (state.kind === "refused") return `${state.words ?? GONE}${rest}`;
  if (state.kind === "not-open") return `“${state.label}” is not open for changes. ${where}`;
  if (state.kind === "clash") return `Choose which text to keep in “${state.label}”`;
  return state.at ? `All changes saved, ${clock(state.at)}` : "Every change is saved as you write";
}

const SIGN_IN = new Set(["signed-out", "person"]);

export function draw(state) {
  const line = document.querySelector("[data-saved]");
  const words = tell(state);
  const link = SIGN_IN.has(state.kind) ? "sign-in" : state.kind === "clash" ? "clash" : "";
  line.dataset.saved = state.kind;
  if (line.dataset.words === `${words}${link}`) return;
  line.dataset.words = `${words}${link}`;
  line.replaceChildren(document.createTextNode(words));
  if (link === "sign-in") line.append(" ", anchor(document.body.dataset.signIn, "Sign in (new tab)", true));
  if (link === "clash") line.append(" ", anchor(byKey(state.key) ? `#asked-${state.key}` : `${state.page}#asked-${state.key}`, "Go there"));
}

function anchor(href, textContent, fresh = false) {
  return Object.assign(document.createElement("a"), { href, textContent }, fresh ? { target: "_blank", rel: "noopener" } : {});
}

/** The questions are not those of this page any more. */
export function sayNewForm() {
  const note = document.querySelector("[data-new-form]");
  if (!note?.hidden) return;
  note.hidden = false;
  announce(note.textContent.replace(/\s+/g, " ").trim());
}

/** What others do, and how long there is: parts of the page that a poll brings. */
export function stamp(data) {
  for (const name of ["editors", "closing"]) {
    const part = document.querySelector(`[data-${name}]`);
    if (part && data[name] !== undefined && part.innerHTML !== data[name]) part.innerHTML = data[name];
  }
}
