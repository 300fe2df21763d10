// The preview of a form: questions come and go with the answers, as they do for applicants. Nothing is kept.

const form = document.querySelector("form[data-follows]");
const shownNow = () => form.querySelectorAll("[data-shows-field]:not([hidden])").length;
let asked = 0;

/** Show what follows from what is typed. An answer that comes late does not undo a later one. */
async function follow() {
  const turn = ++asked;
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  let shown = null;
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) shown = await answer.json();
  } catch {
    // The button below shows it once there is a connection.
  }
  form.querySelector("[data-show]").hidden = shown !== null;
  if (shown === null || turn !== asked) return;
  const before = shownNow();
  for (const part of document.querySelectorAll("[data-shows-section]")) part.hidden = !shown.sections.includes(part.dataset.showsSection);
  for (const part of form.querySelectorAll("[data-shows-field]")) part.hidden = part.disabled = !shown.fields.includes(part.dataset.showsField);
  document.querySelector("[data-hidden-words]")?.remove();
  // An answer that came into view may bring others.
  if (shownNow() > before) await follow();
}

if (form) {
  form.addEventListener("change", follow);
  form.querySelector("[data-show]").hidden = true;
}
