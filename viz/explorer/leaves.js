// The leaves: numbers to change with a slider or by hand, and a step downhill.

import { html, say } from "./dom.js";
import { short } from "./formulas.js";
import { digits } from "./numbers.js";

/** @typedef {import("./engine.js").Engine} Engine */

const MOST_ROWS = 16; // leaves that have a line of their own
const FEW_ROWS = 4; // of hundreds
const FARTHEST = 8e307; // from one end of a slider to the other must be a number too

/**
 * @typedef {{node: number, slider: HTMLInputElement, field: HTMLInputElement}} Control
 */

/**
 * Make a slider and a field for the number of a leaf.
 * @param {Engine} engine
 * @param {number} node
 * @param {(node: number, value: number) => void} change
 * @returns {Control}
 */
export function control(engine, node, change) {
  const name = short(engine.program.names[node]);
  const slider = html("input", { type: "range", step: "any", "aria-label": `${name}, slider` });
  const field = html("input", { type: "text", inputmode: "decimal", class: "number", "aria-label": `${name}, number` });
  const { reach } = rangeOf(engine, node);
  slider.addEventListener("input", () => change(node, rounded(slider.valueAsNumber, reach)));
  const typed = () => {
    const value = readNumber(field.value);
    field.setAttribute("aria-invalid", String(value === null));
    if (value !== null) change(node, value);
  };
  field.addEventListener("change", typed);
  return { node, slider, field };
}

/**
 * Show the number of a leaf in its slider and field.
 * @param {Control} control
 * @param {Engine} engine
 */
export function refresh({ node, slider, field }, engine) {
  const value = engine.values[node];
  if (document.activeElement !== slider) { // its ends stay while it is dragged
    const { low, high } = rangeOf(engine, node);
    const reached = Number.isFinite(value) ? within(value) : low;
    slider.min = String(Math.min(low, reached));
    slider.max = String(Math.max(high, reached));
  }
  slider.value = String(value);
  const text = digits(value, 6);
  slider.setAttribute("aria-valuetext", text);
  if (document.activeElement !== field || readNumber(field.value) !== value) field.value = text;
  field.setAttribute("aria-invalid", "false");
}

/**
 * Return the ends of the slider of a leaf: twice its first number to both sides, at least 2.
 * @param {Engine} engine
 * @param {number} node
 */
function rangeOf(engine, node) {
  const start = Number(engine.program.leaves[node]);
  const middle = Number.isFinite(start) ? within(start) : 0;
  const reach = within(Math.max(2, 2 * Math.abs(middle)));
  return { low: within(middle - reach), high: within(middle + reach), reach };
}

/** @param {number} x */
function within(x) {
  return Math.min(Math.max(x, -FARTHEST), FARTHEST);
}

/**
 * Read a number as a person types it; null for anything else.
 * @param {string} text
 * @returns {number | null}
 */
export function readNumber(text) {
  const trimmed = text.trim().replace("−", "-");
  const fraction = /^([^/]+)\/([^/]+)$/.exec(trimmed);
  if (fraction) {
    const [above, below] = [readNumber(fraction[1]), readNumber(fraction[2])];
    return above === null || below === null ? null : above / below;
  }
  const words = /** @type {Record<string, number>} */ ({ inf: Infinity, "-inf": -Infinity, nan: NaN });
  if (trimmed in words) return words[trimmed];
  return trimmed === "" || Number.isNaN(Number(trimmed)) ? null : Number(trimmed);
}

/**
 * Round what a slider gives to a thousandth of its reach, so that the number is short.
 * @param {number} value
 * @param {number} reach
 */
function rounded(value, reach) {
  const unit = 10 ** (Math.floor(Math.log10(reach)) - 3);
  return Number((Math.round(value / unit) * unit).toPrecision(12));
}

export class Leaves {
  /**
   * @param {HTMLElement} section
   * @param {Engine} engine
   * @param {{change: (node: number, value: number) => void, descend: (rate: number) => void,
   *   select: (node: number) => void}} actions
   */
  constructor(section, engine, actions) {
    this.engine = engine;
    /** @type {Set<number>} */
    this.held = new Set();
    /** @type {number[]} */
    this.history = [];
    const shown = engine.leaves.slice(0, engine.leaves.length > 10 * MOST_ROWS ? FEW_ROWS : MOST_ROWS);
    this.controls = shown.map((node) => control(engine, node, actions.change));
    const title = html("h2", {}, "Leaves");
    const rest = engine.leaves.length - shown.length;
    const rows = this.controls.map((each) => this.row(each, actions.select));
    this.rate = html("input", { type: "text", inputmode: "decimal", class: "number", value: "0.1", "aria-label": "learning rate" });
    const rate = () => readNumber(this.rate.value) ?? NaN;
    this.rate.addEventListener("change", () => {
      this.rate.setAttribute("aria-invalid", String(!Number.isFinite(rate())));
    });
    const step = html("button", { type: "button", class: "primary" }, "Take a step downhill");
    step.addEventListener("click", () => {
      if (Number.isFinite(rate())) actions.descend(rate());
    });
    this.trail = html("p", { class: "trail number", role: "status" });
    const more = rest ? [html("p", { class: "remark" }, `and ${rest.toLocaleString("en")} more: select a box to change one`)] : [];
    const downhill = html("div", { class: "downhill" }, step, html("label", {}, "rate ", this.rate));
    section.replaceChildren(title, html("div", { class: "leaves" }, ...rows), ...more, downhill, this.trail);
  }

  /**
   * @param {Control} control
   * @param {(node: number) => void} select
   */
  row({ node, slider, field }, select) {
    const name = short(this.engine.program.names[node]);
    const button = html("button", { type: "button", class: "name" }, html("bdi", {}, name));
    button.addEventListener("click", () => select(node));
    const hold = html("input", { type: "checkbox", "aria-label": `hold ${name} where it is` });
    hold.addEventListener("change", () => {
      if (hold.checked) this.held.add(node);
      else this.held.delete(node);
    });
    return html("div", { class: "leaf-row" }, button, slider, field, html("label", { class: "hold" }, hold, "hold"));
  }

  /** Show the numbers as they are. */
  refresh() {
    for (const each of this.controls) refresh(each, this.engine);
    const name = short(this.engine.program.names[this.engine.end]);
    const shown = this.history.slice(-4).map((x) => digits(x, 6));
    say(this.trail, shown.length > 1 ? `${name}: ${shown.join(" → ")}` : "");
  }

  /** Tell whether every number is as it was. */
  get isUnchanged() {
    const { values, leaves, program } = this.engine;
    return leaves.every((leaf) => Object.is(values[leaf], Number(program.leaves[leaf])));
  }
}
