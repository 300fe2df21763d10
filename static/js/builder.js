// Lists that are put in order: by dragging a grip, or with the keyboard on it. The buttons of each item, which
// work without this, are sent in the background so that the page stays where it is. The server's answer is the
// whole page; its parts marked data-live take the place of those here.

const announcer = document.getElementById("announcer");
const tokenCookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

function say(words) {
  if (announcer) announcer.textContent = words;
}

const itemsOf = (list) => [...list.children].filter((item) => item.dataset.item);
const nameOf = (item) => item.dataset.name;
const moveForm = (item) => item.querySelector(":scope > form[data-move], :scope > .section-head > form[data-move]");
const gripOf = (item) => item.querySelector(":scope > .grip, :scope > .section-head > .grip");
const sameKind = (list) => (list.dataset.sortable ? [...document.querySelectorAll(`[data-sortable="${list.dataset.sortable}"]`)] : [list]);

/* Grips: only where there is somewhere to go. */

function addGrips(root = document) {
  for (const list of root.querySelectorAll("[data-sortable]")) {
    const alone = sameKind(list).length === 1 && itemsOf(list).length < 2;
    for (const item of itemsOf(list)) {
      const form = moveForm(item);
      if (!form || gripOf(item) || alone) continue;
      const grip = document.createElement("button");
      Object.assign(grip, { type: "button", className: "grip", textContent: "⠿" });
      grip.setAttribute("aria-label", `Move ${nameOf(item)}: drag, or press Space and then the arrow keys`);
      grip.setAttribute("aria-pressed", "false");
      form.before(grip);
    }
  }
}

/* Send a move, and show what the server made of it. */

let sending = false;

async function send(form, fields, words) {
  if (sending) return false;
  sending = true;
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const token = tokenCookie();
  if (token) body.set("csrfmiddlewaretoken", token);
  const live = document.querySelector("[data-live]");
  live?.classList.add("saving");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    // Signed out, or something else than the page we are on: let the browser go there.
    if (!answer.ok || new URL(answer.url).pathname !== window.location.pathname) {
      window.location.reload();
      return false;
    }
    show(mainOf(await answer.text()), body.get("item"), words);
    return true;
  } catch {
    complain("No connection. The order is not saved. Try again once you are connected.");
    return false;
  } finally {
    sending = false;
    live?.classList.remove("saving");
  }
}

/* The head is left out: the policy would complain of its styles, which are not for this page. */

function mainOf(html) {
  const main = html.slice(html.indexOf("<main"), html.indexOf("</main>") + "</main>".length);
  return new DOMParser().parseFromString(main, "text/html");
}

function complain(words) {
  const box = document.createElement("div");
  box.className = "messages";
  box.setAttribute("role", "alert");
  const notice = Object.assign(document.createElement("div"), { className: "notice bad" });
  notice.append(Object.assign(document.createElement("p"), { textContent: words }));
  box.append(notice);
  document.querySelector("main > .messages")?.remove();
  document.querySelector("main").prepend(box);
}

function show(page, item, words) {
  const trouble = page.querySelector(".messages .notice.bad");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceWith(document.importNode(fresh, true));
  }
  document.querySelector("main > .messages")?.remove();
  if (trouble) document.querySelector("main").prepend(document.importNode(page.querySelector(".messages"), true));
  addGrips();
  const moved = document.querySelector(`[data-item="${CSS.escape(item)}"]`);
  if (moved) gripOf(moved)?.focus();
  say(trouble ? trouble.textContent.trim() : words);
}

/* Where an item is, among those it can be put between. */

function placeOf(item) {
  const list = item.parentElement;
  return { list, place: itemsOf(list).indexOf(item), into: list.dataset.into ?? "" };
}

function put(item, list, place) {
  const others = itemsOf(list).filter((other) => other !== item);
  list.insertBefore(item, others[place] ?? null);
}

function save(item, from) {
  const to = placeOf(item);
  if (to.list === from.list && to.place === from.place) {
    say(`${nameOf(item)} stays where it was.`);
    return;
  }
  const fields = { to: String(to.place), ...(to.into ? { into: to.into } : {}) };
  const words = `${nameOf(item)} is at place ${to.place + 1} of ${itemsOf(to.list).length} now.`;
  send(moveForm(item), fields, words).then((saved) => {
    if (!saved && item.isConnected) put(item, from.list, from.place);
  });
}

/* Keyboard: Space takes and puts down, arrows move, Escape puts it back. */

let held = null;

function take(item) {
  held = { item, from: placeOf(item) };
  item.classList.add("held");
  gripOf(item).setAttribute("aria-pressed", "true");
}

function letGo() {
  held.item.classList.remove("held");
  gripOf(held.item)?.setAttribute("aria-pressed", "false");
  const was = held;
  held = null;
  return was;
}

function step(item, by) {
  const { list, place } = placeOf(item);
  const to = place + by;
  if (to >= 0 && to < itemsOf(list).length) {
    put(item, list, to);
  } else {
    const lists = sameKind(list);
    const next = lists[lists.indexOf(list) + by];
    if (!next) return;
    put(item, next, by > 0 ? 0 : itemsOf(next).length);
  }
  gripOf(item).focus();
  const now = placeOf(item);
  const where = now.into ? ` of ${document.getElementById(`s-${now.into}`)?.textContent ?? ""}` : "";
  say(`${nameOf(item)}: place ${now.place + 1} of ${itemsOf(now.list).length}${where}.`);
}

document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip || drag) return;
  const item = grip.closest("[data-item]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (held && by) {
    event.preventDefault();
    step(held.item, by);
  } else if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    if (!held) {
      take(item);
      say(`${nameOf(item)} is taken. Arrow keys move it, Space puts it down, Escape leaves it where it was.`);
    } else {
      const was = letGo();
      save(was.item, was.from);
    }
  } else if (held && event.key === "Escape") {
    event.preventDefault();
    const was = letGo();
    put(was.item, was.from.list, was.from.place);
    gripOf(was.item).focus();
    say(`${nameOf(was.item)} is back where it was.`);
  }
});

document.addEventListener("focusout", (event) => {
  if (!held || drag || sending) return;
  // Moving in the document blurs the grip for a moment; leaving it for something else puts the item back.
  const was = held;
  setTimeout(() => {
    if (held !== was || document.activeElement === gripOf(was.item)) return;
    letGo();
    put(was.item, was.from.list, was.from.place);
  });
});

/* Pointer: mouse, pen and finger. */

let drag = null;

function nearest(x, y, lists) {
  for (const list of lists) {
    const box = list.getBoundingClientRect();
    if (y >= box.top - 12 && y <= box.bottom + 12) return list;
  }
  return null;
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip || event.button !== 0 || held || sending) return;
  event.preventDefault();
  const item = grip.closest("[data-item]");
  drag = { item, from: placeOf(item), lists: sameKind(item.parentElement), pointer: event.pointerId };
  // Not on the grip, which leaves the page for a moment whenever its item moves.
  document.documentElement.setPointerCapture(event.pointerId);
  grip.focus();
  item.classList.add("held");
  document.documentElement.classList.add("dragging");
});

document.addEventListener("pointermove", (event) => {
  if (!drag || event.pointerId !== drag.pointer) return;
  const list = nearest(event.clientX, event.clientY, drag.lists);
  if (!list) return;
  const others = itemsOf(list).filter((other) => other !== drag.item);
  const place = others.filter((other) => {
    const box = other.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  }).length;
  const now = placeOf(drag.item);
  if (now.list !== list || now.place !== place) put(drag.item, list, place);
  const edge = 60;
  if (event.clientY < edge) window.scrollBy(0, -12);
  else if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
});

function endDrag(keep) {
  if (!drag) return;
  const was = drag;
  drag = null;
  was.item.classList.remove("held");
  document.documentElement.classList.remove("dragging");
  if (keep) save(was.item, was.from);
  else put(was.item, was.from.list, was.from.place);
}

document.addEventListener("pointerup", (event) => {
  if (drag && event.pointerId === drag.pointer) endDrag(true);
});
document.addEventListener("pointercancel", () => endDrag(false));
document.addEventListener("keydown", (event) => {
  if (drag && event.key === "Escape") endDrag(false);
});

/* The buttons. */

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("form[data-move]") || !event.submitter) return;
    event.preventDefault();
    const item = form.closest("[data-item]");
    const by = event.submitter.value;
    const key = item.dataset.item;
    send(form, { by }, `${nameOf(item)} moved ${by}.`).then((saved) => {
      const fresh = saved && document.querySelector(`[data-item="${CSS.escape(key)}"]`);
      const button = fresh && moveForm(fresh)?.querySelector(`button[value="${by}"]:not(:disabled)`);
      if (button) button.focus();
    });
  },
  true,
);

addGrips();
