// The selected value: how it was computed, who uses it, why its gradient is what it is, the nudge.

import { html, svg } from "./dom.js";
import { formula, numbersIn, short, slope, slopeName, slopeNumbers } from "./formulas.js";
import { control, refresh } from "./leaves.js";
import { bracketed, digits } from "./numbers.js";
import { pathsTo } from "./paths.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./paths.js").Path} Path
 * @typedef {{select: (node: number) => void, highlight: (path: Path | null) => void,
 *   change: (node: number, value: number) => void}} Actions
 */

const MOST_PATHS = 5;
const MOST_USES = 8;
const MOST_FACTORS = 9;
const DIGITS = 6;
const NUDGES = Array.from({ length: 13 }, (_, k) => Number(`1e-${k}`)); // from 1 to 1e-12

export class Inspector {
  /**
   * @param {HTMLElement} section
   * @param {Engine} engine
   * @param {Actions} actions
   */
  constructor(section, engine, actions) {
    this.section = section;
    this.engine = engine;
    this.actions = actions;
    /** @type {number | null} */
    this.node = null;
    /** @type {import("./leaves.js").Control | null} */
    this.control = null;
    this.body = html("div");
    this.isNudgeOpen = false;
  }

  /**
   * Show a value.
   * @param {number | null} node
   */
  show(node) {
    this.node = node;
    this.control = null;
    if (node === null) {
      const text = "Select a box, or a name, to see how it was computed, who uses it, and why its gradient is what it is.";
      this.section.replaceChildren(html("h2", {}, "Select a value"), html("p", { class: "remark" }, text));
      return;
    }
    const title = html("h2", {}, html("bdi", {}, this.fullName(node)));
    const parts = [title];
    if (this.engine.codes[node] < 0) {
      this.control = control(this.engine, node, this.actions.change);
      parts.push(/** @type {any} */ (html("div", { class: "leaf-row alone" }, this.control.slider, this.control.field)));
    }
    this.section.replaceChildren(...parts, this.body);
    this.refresh();
  }

  /** Show the numbers as they are. */
  refresh() {
    const { node } = this;
    if (node === null) return;
    if (this.control) refresh(this.control, this.engine);
    const hadFocus = this.body.contains(document.activeElement);
    const place = hadFocus ? focusable(this.body).indexOf(/** @type {HTMLElement} */ (document.activeElement)) : -1;
    this.body.replaceChildren(this.equations(node), ...this.uses(node), this.why(node), this.nudge(node));
    if (place >= 0) focusable(this.body)[place]?.focus();
  }

  /** @param {number} node */
  fullName(node) {
    return this.engine.program.names[node];
  }

  /** @param {number} node */
  name(node) {
    return short(this.engine.program.names[node]);
  }

  /** @param {number} node */
  equations(node) {
    const value = this.engine.values[node];
    const end = this.name(this.engine.end);
    const list = html("div", { class: "equations number" });
    const line = (/** @type {string} */ left, /** @type {string} */ right, exact = "") => {
      list.append(html("span", {}, left), html("span", exact ? { title: exact } : {}, right));
    };
    const written = formula(this.engine, node);
    if (written) {
      line(this.name(node), `= ${written}`);
      const numbers = numbersIn(this.engine, node, DIGITS);
      if (numbers !== written) line("", `= ${numbers}`);
      line("", `= ${digits(value, DIGITS)}`, digits(value, 17));
    } else line(this.name(node), `= ${digits(value, DIGITS)}`, digits(value, 17));
    const gradient = this.engine.adjoints[node];
    line(`∂${end}/∂${this.name(node)}`, `= ${digits(gradient, DIGITS)}`, digits(gradient, 17));
    return list;
  }

  /** @param {number} node */
  uses(node) {
    const users = this.engine.users(node);
    if (!users.length) return [];
    const items = users.slice(0, MOST_USES).flatMap((user) =>
      this.engine.places(user).filter((place) => this.engine.at[place] === node).map((place) => {
        const button = html("button", { type: "button", class: "link" }, html("bdi", {}, this.name(user)));
        button.addEventListener("click", () => this.actions.select(user));
        const numbers = slopeNumbers(this.engine, user, place, DIGITS);
        const value = digits(this.engine.slopes[place], DIGITS);
        const parts = [slope(this.engine, user, place), numbers, value];
        const shown = parts.filter((text, k) => text && text !== parts[k + 1] && text !== parts[k + 2]);
        const text = ` = ${formula(this.engine, user)}`;
        const derivative = `${slopeName(this.engine, user, place)} = ${shown.join(" = ")}`;
        return html("li", {}, button, text, html("br"), html("span", { class: "slope" }, derivative));
      }));
    const rest = users.length - MOST_USES;
    if (rest > 0) items.push(html("li", {}, `and ${rest.toLocaleString("en")} more`));
    return [html("h3", {}, "Used by"), html("ul", { class: "uses number" }, ...items)];
  }

  /** @param {number} node */
  why(node) {
    const { engine } = this;
    const found = pathsTo(engine, node, MOST_PATHS);
    const name = `∂${this.name(engine.end)}/∂${this.name(node)}`;
    const total = digits(engine.adjoints[node], DIGITS);
    const how = found.number === 1n ? "the product along the only path" : `a sum over ${counted(found.number)} paths`;
    const title = html("h3", {}, "Why");
    const text = node === engine.end ? `${name} = 1, its derivative by itself` : `${name} = ${total}, ${how}`;
    const section = html("div", { class: "why" }, title, html("p", { class: "number" }, text));
    if (node === engine.end) return section;
    const list = html("ol", { class: "paths" });
    for (const path of found.largest) list.append(html("li", {}, this.path(path)));
    section.append(list);
    const rest = found.number - BigInt(found.largest.length);
    if (rest > 0n) {
      const others = found.largest.reduce((sum, path) => sum - path.product, engine.adjoints[node]);
      section.append(html("p", { class: "remark number" }, `the other ${counted(rest)} together: ${digits(others, DIGITS)}`));
    }
    return section;
  }

  /** @param {Path} path */
  path(path) {
    const { engine } = this;
    const isLong = path.places.length > MOST_FACTORS;
    const ends = (/** @type {string[]} */ texts) =>
      isLong ? [...texts.slice(0, 4), "…", ...texts.slice(-4)] : texts;
    const each = path.places.map((place, k) => ({
      name: slopeName(engine, path.nodes[k], place),
      text: slope(engine, path.nodes[k], place),
      value: digits(engine.slopes[place], DIGITS),
    }));
    const lines = [
      ends(each.map((factor) => factor.name)).join(" · "),
      `= ${ends(each.map((factor) => (/[\s]/.test(factor.text) ? `(${factor.text})` : factor.text))).join(" · ")}`,
      `= ${ends(each.map((factor) => bracketed(factor.value))).join(" · ")} = ${digits(path.product, DIGITS)}`,
    ];
    if (each.length === 1) lines.splice(2, 1, `= ${digits(path.product, DIGITS)}`);
    const button = html("button", { type: "button", class: "path number" });
    for (const [k, line] of lines.entries()) if (!k || line !== lines[k - 1]) button.append(html("span", {}, line));
    for (const kind of ["pointerenter", "focus"]) {
      button.addEventListener(kind, () => this.actions.highlight(path));
    }
    for (const kind of ["pointerleave", "blur"]) {
      button.addEventListener(kind, () => this.actions.highlight(null));
    }
    button.addEventListener("click", () => this.actions.highlight(path));
    return button;
  }

  /** @param {number} node */
  nudge(node) {
    const { engine } = this;
    const details = html("details", { class: "nudge" }, html("summary", {}, "Nudge it a little"));
    details.open = this.isNudgeOpen;
    const fill = () => {
      this.isNudgeOpen = details.open;
      if (details.open && details.childElementCount === 1) details.append(...this.nudges(node));
    };
    details.addEventListener("toggle", fill);
    fill();
    if (node === engine.end) details.hidden = true;
    return details;
  }

  /** @param {number} node */
  nudges(node) {
    const rows = nudgesOf(this.engine, node);
    const best = bestOf(rows);
    const [end, name] = [this.name(this.engine.end), this.name(node)];
    const intro = `${name} becomes ${name} + h. The quotient Δ${end}/h comes nearer to the gradient as h shrinks, until rounding takes over.`;
    const head = html("tr", {}, ...["h", `Δ${end}/h`, "error"].map((text) => html("th", { scope: "col" }, text)));
    const body = rows.map((row) => {
      const cells = [digits(row.h, 1), digits(row.quotient, 10), digits(row.error, 2)];
      const line = html("tr", row === best ? { class: "best" } : {});
      line.append(...cells.map((text) => html("td", {}, text)));
      if (row === best) line.append(html("td", {}, "← best"));
      return line;
    });
    const table = html("table", { class: "number" }, html("thead", {}, head), html("tbody", {}, ...body));
    const smaller = rows.indexOf(best) < rows.length - 1 && best.error > 0;
    const verdict = smaller ? `Below h = ${digits(best.h, 1)} rounding takes over.` : "Rounding takes over nowhere here.";
    return [html("p", { class: "remark" }, intro), chart(rows, best), html("p", {}, verdict), table];
  }
}

/**
 * @typedef {{h: number, quotient: number, error: number}} Nudge
 * @param {Engine} engine
 * @param {number} node
 * @returns {Nudge[]}
 */
export function nudgesOf(engine, node) {
  const [before, at] = [engine.values[engine.end], engine.values[node]];
  return NUDGES.map((h) => {
    const moved = at + h;
    const quotient = (engine.endWith(node, moved) - before) / h;
    return { h, quotient, error: Math.abs(quotient - engine.adjoints[node]) };
  });
}

/** @param {Nudge[]} rows */
function bestOf(rows) {
  return rows.reduce((best, row) => (row.error < best.error ? row : best));
}

/**
 * Draw the errors over the steps, both by powers of ten: the V of the lecture.
 * @param {Nudge[]} rows
 * @param {Nudge} best
 */
function chart(rows, best) {
  const shown = rows.filter((row) => row.error > 0 && row.error < Infinity);
  const element = svg("svg", { viewBox: "0 0 300 96", class: "chart", role: "img", "aria-label": "the error by the size of h, as in the table" });
  if (shown.length < 2) return element;
  const heights = shown.map((row) => Math.log10(row.error));
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const at = (/** @type {Nudge} */ row) => [
    20 - Math.log10(row.h) * 22,
    78 - (60 * (Math.log10(row.error) - low)) / Math.max(high - low, 1e-9),
  ];
  const points = shown.map((row) => at(row).map((x) => x.toFixed(1)).join(" ")).join(" L");
  element.append(svg("path", { class: "axis", d: "M14 84 H290" }), svg("path", { class: "curve", d: `M${points}` }));
  for (const row of shown) {
    const [cx, cy] = at(row);
    element.append(svg("circle", { cx, cy, r: row === best ? 5 : 2.5, class: row === best ? "best" : "" }));
  }
  element.append(svg("text", { x: 14, y: 94 }, "h = 1"), svg("text", { x: 290, y: 94, class: "last" }, "1e-12"));
  return element;
}

/** @param {bigint} count */
function counted(count) {
  return count < 10n ** 21n ? count.toLocaleString("en") : `about 10^${count.toString().length - 1}`;
}

/**
 * @param {HTMLElement} element
 * @returns {HTMLElement[]}
 */
function focusable(element) {
  return [...element.querySelectorAll("button, summary")].map((each) => /** @type {HTMLElement} */ (each));
}
