// Ticking rows of the list: one box for all of the page, and how many are ticked. Without this the page works too.

const boxes = (form) => [...form.querySelectorAll('input[name="codes"]')];

function show(form) {
  const all = form.querySelector("[data-all]");
  const ticked = boxes(form).filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === boxes(form).length;
  all.indeterminate = ticked > 0 && !all.checked;
  const chosen = form.querySelector('option[value="chosen"]');
  chosen.textContent = ticked ? `the ${ticked} I ticked` : "the ones I ticked";
}

function equip(form) {
  const head = form?.querySelector("thead .tick-cell");
  if (!head || head.querySelector("[data-all]")) return;
  const label = document.createElement("label");
  label.className = "target";
  const words = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: "Choose all on this page" });
  const all = Object.assign(document.createElement("input"), { type: "checkbox" });
  all.dataset.all = "yes";
  label.append(all, words);
  head.replaceChildren(label);
  show(form);
}

const equipAll = () => document.querySelectorAll("form[data-bulk]").forEach(equip);

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-bulk]");
  if (!form) return;
  if (event.target.dataset.all) for (const box of boxes(form)) box.checked = event.target.checked;
  if (event.target.matches('[data-all], [name="codes"]')) {
    form.querySelector('select[name="scope"]').value = "chosen";
    show(form);
  }
});
document.addEventListener("htmx:load", equipAll);
window.addEventListener("pageshow", equipAll);
equipAll();
