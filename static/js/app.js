// Everything here adds to pages that work without it. No handler is written in the markup.

import "./unsent.js";

const byId = (id) => document.getElementById(id);

/* Quick exit: blank at once, then leave so that "back" does not return here. */

function blank() {
  document.title = "Loading";
  document.documentElement.replaceChildren();
}

function quickExit(link) {
  const away = link.href;
  blank();
  window.location.replace(away);
}

function signOutAndLeave(form, away) {
  const body = new FormData(form);
  blank();
  fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
  window.location.replace(away);
}

let shifts = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    shifts = [];
    return;
  }
  if (event.repeat) return;
  shifts = [...shifts, event.timeStamp].filter((at) => event.timeStamp - at < 1500);
  const link = document.querySelector("[data-quick-exit]");
  if (link && shifts.length >= 3) quickExit(link);
});

/* Menus. */

document.addEventListener("click", (event) => {
  const exit = event.target.closest("[data-quick-exit]");
  if (exit) {
    event.preventDefault();
    quickExit(exit);
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* The token in the page is old after signing in again in another tab; the cookie has the new one. */

const tokenCookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

function freshenToken(form) {
  const field = form.elements.namedItem("csrfmiddlewaretoken");
  const token = tokenCookie();
  if (field && token) field.value = token;
}

/* A form is sent once, however often its button is pressed. */

const REOPEN_AFTER = 8000; // an answer that is a download leaves the page where it is

function release(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll("[data-held]")) {
    if (button.form !== form) continue;
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
    delete button.dataset.held;
  }
}

function hold(form, button) {
  form.dataset.sent = "yes";
  if (!button) return;
  button.dataset.held = "yes";
  button.setAttribute("aria-disabled", "true");
  button.setAttribute("aria-busy", "true");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-quick-exit-form]")) {
    const away = document.querySelector("[data-quick-exit]");
    if (away) {
      event.preventDefault();
      signOutAndLeave(form, away.href);
    }
    return;
  }
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  freshenToken(form);
  changed.delete(form);
  hold(form, event.submitter);
  setTimeout(() => release(form), REOPEN_AFTER);
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});

/* Unsaved work: forms marked data-guard ask before the page is left. */

const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
  countWords(event.target);
});
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

/* Words left. */

function countWords(area) {
  const limit = Number(area.dataset?.words);
  const line = limit && document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
  if (!line) return;
  const left = limit - (area.value.match(/\S+/g) ?? []).length;
  const words = Math.abs(left) === 1 ? "word" : "words";
  line.textContent = left < 0 ? `${-left} ${words} too many.` : `${left} ${words} left.`;
  line.classList.toggle("over", left < 0);
}

/* htmx: what to say when an answer is not the one hoped for. Nothing typed is touched. */

function sayNear(element, lines, link) {
  const place = element.closest("form, .progress") ?? element;
  const box = document.createElement("div");
  box.className = "notice bad";
  box.setAttribute("role", "alert");
  box.dataset.trouble = "yes";
  for (const [index, line] of lines.entries()) {
    const part = document.createElement(index ? "p" : "b");
    part.textContent = line;
    box.append(part);
  }
  if (link) {
    const anchor = Object.assign(document.createElement("a"), { href: link.href, target: "_blank", rel: "noopener", textContent: link.text });
    box.append(anchor);
  }
  clearNear(place);
  place.before(box);
}

function clearNear(place) {
  const before = place.previousElementSibling;
  if (before?.dataset.trouble) before.remove();
}

const signInPath = () => document.body.dataset.signIn;
const KEPT = "What you typed is still here.";

function saySignedOut(element) {
  sayNear(element, ["You have been signed out.", `${KEPT} Sign in in a new tab, come back, and try again.`], { href: signInPath(), text: "Sign in (new tab)" });
}

function sayFailure(element, xhr) {
  const id = xhr.getResponseHeader("X-Request-ID");
  if (xhr.status === 401 || xhr.getResponseHeader("X-Reason") === "sign-in") saySignedOut(element);
  else if (xhr.status === 403) sayNear(element, ["You cannot do this.", `Your role does not include it. ${KEPT} Ask the manager of the program.`]);
  else if (xhr.status === 404) sayNear(element, ["This is no longer here.", `Somebody may have moved or removed it. ${KEPT} Reload the page to see what there is now.`]);
  else if (xhr.status === 429) sayNear(element, ["Too many tries.", `${KEPT} Wait a minute, then try again.`]);
  else sayNear(element, ["That did not work on our side.", `${KEPT} Wait a minute, then try again.${id ? ` If you report it, give this number: ${id}` : ""}`]);
}

const triggerOf = (event) => event.detail.elt ?? event.target;

document.addEventListener("htmx:configRequest", (event) => {
  const token = tokenCookie();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  // The parameters are a proxy that "in" does not see through.
  if (event.detail.parameters.csrfmiddlewaretoken !== undefined) event.detail.parameters.csrfmiddlewaretoken = token;
});
document.addEventListener("htmx:confirm", (event) => {
  // htmx would keep a second press for later and send it then.
  if (event.detail.elt.dataset.sent) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (elt.matches("form") && requestConfig.verb !== "get") hold(elt, requestConfig.triggeringEvent?.submitter);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // Signed out meanwhile: the answer is the sign-in page, which has no place inside this one.
  const answered = event.detail.xhr.responseURL;
  if (!answered || new URL(answered).pathname !== signInPath() || window.location.pathname === signInPath()) return;
  event.detail.shouldSwap = false;
  saySignedOut(triggerOf(event.detail.requestConfig ? { detail: event.detail.requestConfig } : event));
});
document.addEventListener("htmx:responseError", (event) => sayFailure(triggerOf(event), event.detail.xhr));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => sayNear(triggerOf(event), ["No connection.", `${KEPT} Try again once you are connected.`]));
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = triggerOf(event).closest("form");
  if (form) release(form);
  if (!event.detail.successful || event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === signInPath()) return;
  const place = triggerOf(event).closest("form, .progress") ?? triggerOf(event);
  if (place.isConnected) clearNear(place);
  if (form) changed.delete(form);
});

/* Read out the stage of a job when it changes, not at every poll. */

document.addEventListener("htmx:afterSwap", () => {
  const stage = document.querySelector("[data-announce]")?.textContent;
  const announcer = byId("announcer");
  if (stage && announcer && announcer.textContent !== stage) announcer.textContent = stage;
});

/* On arrival. */

document.querySelector("[data-focus]")?.focus();
document.querySelectorAll("[data-words]").forEach(countWords);
document.querySelector(".places [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
// Tabs may lie further down: they are scrolled sideways alone.
for (const tabs of document.querySelectorAll(".tabs")) {
  const here = tabs.querySelector("[aria-current]")?.getBoundingClientRect();
  if (here) tabs.scrollLeft += here.left + here.width / 2 - tabs.getBoundingClientRect().left - tabs.clientWidth / 2;
}
