// Practice: numbers are hidden until they are answered; a wrong answer is told which mistake gives it.

import { html } from "./dom.js";
import { formula, short } from "./formulas.js";
import { readNumber } from "./leaves.js";
import { digits } from "./numbers.js";

/**
 * @typedef {"value" | "gradient"} Kind
 * @typedef {[number | string, number, string, string]} Mistake what it gives, how implausible it is,
 *   the mistake in words, its kind
 * @typedef {Record<string, {value?: Mistake[], gradient?: Mistake[]}>} Questions by node
 * @typedef {(node: number, kind: Kind, answer: string) => Promise<{ok: boolean, lines: string[]}>} Judge
 */

const MOST_NAMED = 4; // mistakes that are named
const ROUNDING = 1e-9; // the relative error that a calculation in floats may have

export class Practice {
  /**
   * @param {import("./explore.js").Explorer} explorer
   * @param {HTMLElement} section
   * @param {Questions | null} questions with the mistakes that were tried for the first numbers
   * @param {Judge | undefined} judge of a notebook, which knows all mistakes at any numbers
   */
  constructor(explorer, section, questions, judge) {
    this.explorer = explorer;
    this.section = section;
    this.questions = questions ?? {};
    this.judge = judge ?? ((node, kind, answer) => Promise.resolve(this.judged(node, kind, answer)));
    this.isOn = false;
    /** @type {Set<string>} */
    this.answered = new Set();
    /** @type {Map<string, {ok: boolean, lines: string[], answer: string}>} */
    this.verdicts = new Map();
  }

  clear() {
    this.answered.clear();
    this.verdicts.clear();
    if (this.isOn) {
      this.hide();
      this.ask(this.explorer.node);
      this.explorer.show();
    }
  }

  /** @param {boolean} isOn */
  toggle(isOn) {
    const { explorer } = this;
    this.isOn = isOn;
    explorer.play(false);
    explorer.root.classList.toggle("practising", isOn);
    for (const each of explorer.root.querySelectorAll('[data-part="practice"]')) each.setAttribute("aria-pressed", String(isOn));
    const { picture } = explorer;
    picture.hidden.clear();
    picture.hiddenGradients.clear();
    if (isOn) {
      if (explorer.view) explorer.open(0, false);
      explorer.frame = explorer.timeline.last;
      this.hide();
    }
    explorer.select(explorer.node, false);
    explorer.show();
  }

  /** Hide what has not been answered. */
  hide() {
    const { engine, picture } = this.explorer;
    picture.hidden.clear();
    picture.hiddenGradients.clear();
    for (let node = 0; node < engine.count; node++) {
      if (engine.codes[node] >= 0 && !this.answered.has(`value ${node}`)) picture.hidden.add(node);
      if (node !== engine.end && !this.answered.has(`gradient ${node}`)) picture.hiddenGradients.add(node);
    }
  }

  /** How many numbers there are to find. */
  get count() {
    const { engine } = this.explorer;
    return engine.count - engine.leaves.length + engine.count - 1;
  }

  /**
   * Ask for the numbers of a node.
   * @param {number | null} node
   */
  ask(node) {
    const { engine } = this.explorer;
    const score = html("p", { class: "remark", role: "status" }, `${this.answered.size} of ${this.count} found`);
    if (node === null) {
      const text = "Work the numbers out by hand. Select a box with a question mark, and answer.";
      this.section.replaceChildren(html("h2", {}, "Practice"), html("p", {}, text), score);
      return;
    }
    const name = short(engine.program.names[node]);
    const written = formula(engine, node);
    const parts = /** @type {Node[]} */ ([html("h2", {}, html("bdi", {}, engine.program.names[node]))]);
    if (written) parts.push(html("p", { class: "number" }, `${name} = ${written}`), this.form(node, "value", `${name} =`));
    else parts.push(html("p", { class: "number" }, `${name} = ${digits(engine.values[node])}`));
    const end = short(engine.program.names[engine.end]);
    if (node !== engine.end) parts.push(this.form(node, "gradient", `∂${end}/∂${name} =`));
    this.section.replaceChildren(...parts, score);
  }

  /**
   * @param {number} node
   * @param {Kind} kind
   * @param {string} text
   */
  form(node, kind, text) {
    const { engine } = this.explorer;
    const key = `${kind} ${node}`;
    const truth = kind === "value" ? engine.values[node] : engine.adjoints[node];
    const field = html("input", { type: "text", inputmode: "decimal", class: "number", "aria-label": `${text} your answer`, autocomplete: "off" });
    const verdict = this.verdicts.get(key);
    if (verdict) field.value = verdict.answer;
    const button = html("button", { type: "submit", class: "primary" }, "Check");
    const told = html("div", { class: verdict?.ok ? "verdict right" : "verdict", role: "status" });
    if (verdict) told.append(...verdict.lines.map((line) => html("p", {}, line)));
    const give = html("button", { type: "button" }, "Show");
    const form = html("form", { class: "question" }, html("label", {}, text, " ", field), button, give, told);
    const settle = (/** @type {{ok: boolean, lines: string[]}} */ found, /** @type {string} */ answer) => {
      this.verdicts.set(key, { ...found, answer });
      if (found.ok) this.answered.add(key);
      this.hide();
      this.ask(node);
      this.explorer.show();
      const next = /** @type {HTMLElement | null} */ (this.section.querySelector(found.ok ? "form:not(:has(.right)) input" : `[data-key="${key}"] input`));
      next?.focus();
    };
    form.dataset.key = key;
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // a notebook would take the key for itself
      event.stopPropagation();
      form.requestSubmit();
    });
    give.addEventListener("click", () => settle({ ok: true, lines: ["shown"] }, digits(truth)));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      settle(await this.judge(node, kind, field.value), field.value);
    });
    return form;
  }

  /**
   * Judge an answer in the page.
   * @param {number} node
   * @param {Kind} kind
   * @param {string} answer
   */
  judged(node, kind, answer) {
    const { engine, leaves } = this.explorer;
    const truth = kind === "value" ? engine.values[node] : engine.adjoints[node];
    if (readNumber(answer) === null) return { ok: false, lines: ["give a number, such as -0.25, 1e-3 or 1/3"] };
    if (agrees(answer, truth)) return { ok: true, lines: ["✓ right"] };
    if (!leaves.isUnchanged) return { ok: false, lines: ["✗ wrong (mistakes are named for the first numbers only: Reset)"] };
    const mistakes = this.questions[node]?.[kind] ?? [];
    const lines = diagnoses(mistakes, answer);
    if (!lines.length) lines.push("none of the mistakes tried gives this number");
    return { ok: false, lines: ["✗ wrong", ...lines] };
  }
}

/**
 * Name the mistakes that give exactly an answer, one of each kind.
 * @param {Mistake[]} mistakes the most plausible first
 * @param {string} answer
 */
function diagnoses(mistakes, answer) {
  const fits = mistakes.filter(([value]) => agrees(answer, Number(value)));
  const exact = fits.filter(([value]) => isClose(readNumber(answer) ?? NaN, Number(value)));
  /** @type {Map<string, string>} */
  const best = new Map();
  for (const [, , text, kind] of exact.length ? exact : fits) if (!best.has(kind)) best.set(kind, text);
  const texts = [...best.values()].slice(0, MOST_NAMED);
  return texts.map((text, k) => (k ? `or ${text}` : texts.length > 1 ? `either ${text}` : text));
}

/**
 * @param {number} x
 * @param {number} y
 */
function isClose(x, y) {
  return x === y || Math.abs(x - y) <= ROUNDING * Math.abs(y);
}

/**
 * Tell whether a number rounds to an answer, up or down, at the digits given.
 * @param {string} answer
 * @param {number} truth
 */
export function agrees(answer, truth) {
  const value = readNumber(answer);
  if (value === null) return false;
  if (Object.is(value, truth) || value === truth || (Number.isNaN(value) && Number.isNaN(truth))) return true;
  if (!Number.isFinite(value) || !Number.isFinite(truth)) return false;
  if (isClose(value, truth)) return true;
  const found = /^[+-]?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(answer.trim().replace("−", "-"));
  if (!found) return false; // a fraction is exact
  const unit = 10 ** (Number(found[3] ?? 0) - found[2].length);
  const given = (found[1] + found[2]).replace(/^0+/, "").length;
  const off = Math.abs(value - truth);
  const isNear = given > 1 ? off < unit * (1 - ROUNDING) : off <= (unit / 2) * (1 + ROUNDING);
  return isNear && value * truth > 0;
}
