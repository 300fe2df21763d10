// An assessment is saved as it is made: each criterion by itself a moment after it was changed. The form posts
// everything without this. What could not be saved is said beside it and tried again.

const PAUSE = 900;
const WAITS = [2000, 5000, 15000, 30000];
const form = document.querySelector("form[data-assess]");
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
const parts = new Map();

class Part {
  constructor(element) {
    this.element = element;
    this.state = element.querySelector("[data-state]");
    this.saved = this.body();
    this.tries = 0;
  }

  inputs() {
    return [...this.element.querySelectorAll("input, textarea, select")].filter((input) => input.name);
  }

  version() {
    return this.element.querySelector("input[data-version]");
  }

  body() {
    const data = new URLSearchParams();
    for (const input of this.inputs()) {
      if (input.matches("[data-version]") || (input.type === "radio" && !input.checked)) continue;
      data.append(input.name, input.value);
    }
    return data.toString();
  }

  get waits() {
    return this.body() !== this.saved;
  }

  say(words, wrong = false) {
    this.state.textContent = words;
    this.element.classList.toggle("is-wrong", wrong);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy || this.clash || !this.waits) return;
    this.busy = true;
    const body = this.body();
    const version = this.version();
    this.say("Saving…");
    try {
      const answer = await fetch(this.element.dataset.mark, {
        method: "POST",
        redirect: "manual",
        headers: { "X-CSRFToken": token(), "Content-Type": "application/x-www-form-urlencoded" },
        body: `${body}&${encodeURIComponent(version.name)}=${version.value}`,
      });
      await this.heard(answer, body);
    } catch {
      this.again("Not saved: no connection. It is tried again.");
    } finally {
      this.busy = false;
      if (this.waits && !this.clash && !this.element.classList.contains("is-wrong")) this.later(PAUSE);
    }
  }

  async heard(answer, body) {
    if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) return this.done(await answer.json(), body);
    if (answer.status === 409) {
      const data = await answer.json();
      this.clash = true;
      return this.say(`${data.error} Copy your text, then load the page again.`, true);
    }
    if (answer.status === 422) return this.say((await answer.json()).error, true);
    if (answer.status === 404) return this.say("Not saved: this assessment is not open to you any more.", true);
    if (answer.status >= 500) return this.again("Not saved: the site has a problem. It is tried again.");
    return this.again("Not saved: you were signed out. Sign in in another tab; it is then saved here.");
  }

  done(data, body) {
    this.saved = body;
    this.tries = 0;
    this.version().value = data.version;
    const at = new Date().toLocaleTimeString("en-AU", { hour: "numeric", minute: "2-digit" });
    // What was typed while this was on its way is not saved yet.
    this.say(this.waits ? "Saving…" : `Saved at ${at}.`);
    for (const place of document.querySelectorAll("[data-score]")) place.textContent = data.score;
    const left = Object.keys(data.missing).length;
    for (const place of document.querySelectorAll("[data-left]")) {
      place.textContent = left ? `${left} ${left === 1 ? "criterion" : "criteria"} to complete` : "Every criterion is complete";
    }
  }

  again(words) {
    this.say(words, true);
    this.later(WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }
}

function partOf(target) {
  const element = target.closest("[data-mark]");
  return element && parts.get(element);
}

if (form) {
  for (const element of form.querySelectorAll("[data-mark]")) parts.set(element, new Part(element));
  form.addEventListener("input", (event) => partOf(event.target)?.later(PAUSE));
  form.addEventListener("change", (event) => partOf(event.target)?.later(0));
  form.addEventListener("submit", () => (form.dataset.left = "1"));
  window.addEventListener("beforeunload", (event) => {
    if (!form.dataset.left && [...parts.values()].some((part) => part.waits)) event.preventDefault();
  });
}
