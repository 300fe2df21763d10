// Fields that have rows (budget, indicators, repeating groups): add one, remove one, and the sum of a budget.
// Everything works without this too: the page is then sent and comes back with one more row.
// Listeners are on the document, so that fields which a page puts in later work as well.

const ROW = "__row__";
const SAME_FORMS = { "，": ",", "．": ".", "＄": "$", "－": "-", "−": "-", "–": "-", "’": "'", "＋": "+" };
const CURRENCY = "(?:(?:A|AU|NZ|US)?\\$|[€£₱₹]|AUD|NZD|USD|EUR|GBP|PHP|INR)";
const BEFORE = new RegExp(`^([-+]?)\\s*${CURRENCY}\\s*`, "i");
const AFTER = new RegExp(`(\\d)\\s*${CURRENCY}$`, "i");
const NUMBER = /^(?:(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+|\d+))?(?:\.(\d*))?$/;

/* What a field would send, by the names of its inputs: for saving one field at a time. */

export function inputsOf(wrapper) {
  const sent = {};
  for (const input of wrapper.querySelectorAll("input, textarea, select")) {
    if (!input.name || input.disabled || input.type === "file") continue;
    if (["checkbox", "radio"].includes(input.type) && !input.checked) continue;
    (sent[input.name] ??= []).push(input.value);
  }
  return sent;
}

/* Amounts, in cents, read as the server reads them; null for what is none. */

export function cents(typed) {
  let text = [...typed.normalize("NFC")].map((char) => SAME_FORMS[char] ?? plainDigit(char)).join("");
  text = text.replace(/\s+/g, " ").trim().replace(BEFORE, "$1").replace(AFTER, "$1").trim().replace(/^\+/, "");
  const found = text.match(NUMBER);
  if (!found || !(found[1] || found[2])) return null;
  const whole = (found[1] ?? "0").replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const part = (found[2] ?? "").replace(/0+$/, "");
  if (part.length > 2 || whole.length > 12) return null;
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, "0"));
}

function plainDigit(char) {
  const code = char.charCodeAt(0);
  return code >= 0xff10 && code <= 0xff19 ? String(code - 0xff10) : char;
}

function words(amount, symbol, always = false) {
  const whole = (amount / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = amount % 100n;
  return always || rest ? `${symbol}${whole}.${rest.toString().padStart(2, "0")}` : `${symbol}${whole}`;
}

/* Rows. */

const listOf = (box) => box.querySelector("[data-row-list]");
const rowsOf = (box) => [...listOf(box).children].filter((row) => row.matches("[data-row]"));

function nextNumber(box) {
  const used = [...box.querySelectorAll("[data-row] [name]")].map((input) => Number(input.name.match(/\.(\d+)\./)?.[1] ?? -1));
  return Math.max(-1, ...used) + 1;
}

function renumber(box) {
  const rows = rowsOf(box);
  rows.forEach((row, place) => {
    for (const number of row.querySelectorAll("[data-row-number]")) number.textContent = place + 1;
  });
  const add = box.querySelector("[data-add-row]");
  if (add) add.hidden = rows.length >= Number(box.dataset.most);
}

function changed(box) {
  addUp(box);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function say(box, text, undo) {
  const place = box.querySelector("[data-rows-said]");
  if (!place) return;
  place.replaceChildren(text);
  if (!undo) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn link small", textContent: "Bring it back" });
  button.addEventListener("click", undo);
  place.append(" ", button);
}

function addRow(box) {
  const made = document.createElement("template");
  made.innerHTML = box.querySelector("template[data-blank-row]").innerHTML.replaceAll(ROW, nextNumber(box));
  const row = made.content.querySelector("[data-row]");
  listOf(box).append(row);
  renumber(box);
  prepare(row);
  row.querySelector("input, textarea, select")?.focus();
  const most = Number(box.dataset.most);
  say(box, rowsOf(box).length >= most ? `That is the most there can be: ${most}.` : "");
}

const isFilled = (row) => Object.values(inputsOf(row)).flat().some((text) => text.trim());

function removeRow(row) {
  const box = row.closest("[data-rows]");
  const after = row.nextElementSibling;
  const name = `${box.dataset.rowName} ${rowsOf(box).indexOf(row) + 1}`;
  const filled = isFilled(row);
  row.remove();
  renumber(box);
  say(box, `${name} removed.`, filled && (() => bringBack(box, row, after)));
  const next = after?.querySelector("[data-remove-row]") ?? box.querySelector("[data-add-row]:not([hidden])");
  next?.focus();
  if (filled) changed(box);
}

function bringBack(box, row, after) {
  listOf(box).insertBefore(row, after?.isConnected ? after : null);
  renumber(box);
  say(box, "It is back.");
  row.querySelector("input, textarea, select")?.focus();
  changed(box);
}

/* The sum of a budget, and what does not add up. */

function amountsOf(box) {
  return rowsOf(box).map((row, place) => {
    const typed = row.querySelector("[data-amount]").value.trim();
    return { line: place + 1, typed, amount: typed ? cents(typed) : 0n };
  });
}

function askedOf(box) {
  if (!box.dataset.totalOf) return null;
  const wrapper = document.querySelector(`[data-field="${CSS.escape(box.dataset.totalOf)}"] input`);
  const typed = wrapper ? wrapper.value : box.dataset.asked;
  return typed ? cents(typed) : null;
}

function sumWords(box, total, lines) {
  const wrong = lines.filter((one) => one.amount === null);
  if (wrong.length) return [wrong.map((one) => `Line ${one.line}: “${one.typed.slice(0, 40)}” is no amount`).join(". "), true];
  const asked = askedOf(box);
  if (asked === null || !lines.some((one) => one.typed)) return ["", false];
  if (asked === total) return ["This equals the amount you asked for", false];
  const { symbol } = box.dataset;
  const by = total > asked ? total - asked : asked - total;
  const over = total > asked ? "too much" : "missing";
  return [`The budget lines add up to ${words(total, symbol)}, but you asked for ${words(asked, symbol)}: ${words(by, symbol)} is ${over}`, true];
}

function addUp(box) {
  if (!box.matches("[data-sum]")) return;
  const lines = amountsOf(box);
  const total = lines.reduce((sum, one) => sum + (one.amount ?? 0n), 0n);
  box.querySelector("[data-total]").textContent = words(total, box.dataset.symbol, true);
  const [text, off] = sumWords(box, total, lines);
  const place = box.querySelector("[data-sum-words]");
  // Written only when it says something else, since it is read out.
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("off", off);
}

/* Listening. */

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-row]");
  if (add) {
    event.preventDefault();
    addRow(add.closest("[data-rows]"));
  }
  const remove = event.target.closest("[data-remove-row]");
  if (remove) removeRow(remove.closest("[data-row]"));
});

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-sum]");
  if (box && event.target.matches("[data-amount]")) addUp(box);
});

document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-field]")?.dataset.field;
  if (!field) return;
  for (const box of document.querySelectorAll(`[data-sum][data-total-of="${CSS.escape(field)}"]`)) addUp(box);
});

/* Typing into the text of “other” chooses it. */

document.addEventListener("input", (event) => {
  const other = event.target.closest(".other");
  if (!other || !event.target.value) return;
  const box = other.parentElement.querySelector('input[value="other"]');
  if (box) box.checked = true;
  const list = other.parentElement.querySelector("select");
  if (list) list.value = "other";
});

function prepare(root) {
  for (const button of root.querySelectorAll("[data-remove-row][hidden]")) button.hidden = false;
}

function prepareAll() {
  prepare(document);
  for (const box of document.querySelectorAll("[data-rows]")) renumber(box);
  for (const box of document.querySelectorAll("[data-sum]")) addUp(box);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType === Node.ELEMENT_NODE) prepare(node);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
prepareAll();
