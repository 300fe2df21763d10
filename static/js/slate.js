// The line of a slate: dragged, or moved with the arrow keys on its handle; amounts as they are typed. What is
// left is worked out here as the server does it. Without this the number above the table moves the line.

const table = document.querySelector("[data-slate]");
const rows = table ? [...table.querySelectorAll("tbody tr[data-application]")] : [];
const line = table?.querySelector("[data-line-row]");

const cents = (text) => {
  const plain = String(text ?? "").replace(/[^0-9.]/g, "");
  return plain ? Math.round(Number(plain) * 100) : 0;
};
const words = (amount) => {
  const whole = amount % 100 === 0;
  const digits = (amount / 100).toLocaleString("en-AU", { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 });
  return digits;
};

let at = Number(table?.dataset.line ?? 0);

function usedBy(row, place) {
  if (!("open" in row.dataset)) return cents(row.dataset.uses);
  if (place >= at) return 0;
  const box = row.querySelector("input.amount");
  return cents(box ? box.value : row.querySelector('[data-label="Amount"]').textContent);
}

function leftWords(used) {
  if (!table.dataset.budget) return "no budget";
  const left = cents(table.dataset.budget) - used;
  const amount = `${table.dataset.symbol}${words(Math.abs(left))}`;
  return left < 0 ? `${amount} over the budget` : `${amount} left`;
}

function show() {
  const used = rows.reduce((sum, row, place) => sum + usedBy(row, place), cents(table.dataset.elsewhere));
  const over = Boolean(table.dataset.budget) && used > cents(table.dataset.budget);
  const left = leftWords(used);
  rows.forEach((row, place) => {
    if (!("open" in row.dataset)) return;
    row.classList.toggle("unfunded", place >= at);
    row.querySelector("[data-words]").textContent = place < at ? "Above the line" : "Below the line";
  });
  document.querySelector("[data-used]").textContent = `${table.dataset.symbol}${words(used)}`;
  document.querySelector("[data-left]").textContent = left;
  document.querySelector("[data-left-box]").classList.toggle("over", over);
  const told = line.querySelector(".line-words");
  told.classList.toggle("over", over);
  told.querySelector("[data-after]").textContent = `after the first ${at}`;
  told.querySelector("[data-line-words]").textContent = left.charAt(0).toUpperCase() + left.slice(1);
  const handle = line.querySelector(".handle");
  handle.setAttribute("aria-valuenow", at);
  handle.setAttribute("aria-valuetext", `The first ${at} are funded, ${left}`);
  for (const box of document.querySelectorAll("[data-fund], #fund")) box.value = at;
}

function place(number) {
  at = Math.min(Math.max(number, 0), rows.length);
  if (at === 0) rows[0].before(line);
  else rows[at - 1].after(line);
  show();
}

/* How many rows have their middle above a height of the window. */

const rowsAbove = (height) => rows.filter((row) => {
  const box = row.getBoundingClientRect();
  return box.top + box.height / 2 < height;
}).length;

function equip() {
  const told = line.querySelector(".line-words");
  const first = told.querySelector("b");
  const after = Object.assign(document.createElement("span"), { textContent: `after the first ${at}` });
  after.dataset.after = "yes";
  const handle = Object.assign(document.createElement("span"), { className: "handle", tabIndex: 0, textContent: "↕" });
  const names = { role: "slider", "aria-label": "Line below those that are funded", "aria-orientation": "vertical", "aria-valuemin": 0, "aria-valuemax": rows.length };
  for (const [name, value] of Object.entries(names)) handle.setAttribute(name, value);
  told.replaceChildren(handle, first, after);
  handle.addEventListener("keydown", (event) => {
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: rows.length }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    place(to);
    handle.focus();
  });
  let dragged = false;
  const drag = (event) => {
    if (!dragged) return;
    const to = rowsAbove(event.clientY);
    if (to !== at) place(to);
  };
  const drop = () => {
    dragged = false;
    table.classList.remove("dragging");
  };
  // On the window, since moving the row takes the capture of a pointer away.
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.focus();
    dragged = true;
    table.classList.add("dragging");
  });
  window.addEventListener("pointermove", drag);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", drop);
}

if (line && rows.length) {
  equip();
  table.addEventListener("input", (event) => event.target.matches("input.amount") && show());
  document.getElementById("fund")?.addEventListener("input", (event) => event.target.value !== "" && place(Number(event.target.value)));
  show();
}
