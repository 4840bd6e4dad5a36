// The neuron that is selected: its picture, its numbers, and its weights, which can be changed.

import { ARROWS } from "./diagram.js";
import { button, element, short, table } from "./elements.js";
import { paintGrid } from "./paint.js";
import { whySection } from "./why_shown.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./paint.js").Palette} Palette
 * @typedef {import("./network.js").Place} Place
 * @typedef {import("./diagram.js").Paint} Paint
 * @typedef {{field: HTMLInputElement, cells: HTMLElement[], choose: HTMLElement}} Row of a weight
 * @typedef {object} Acts
 * @property {(place: Place) => void} select what a click on a weight does
 * @property {() => void} changed what happens after a change
 * @property {(index: number) => void} showExample what a click on an example does
 */

const SLIDER = 3; // the slider goes so far on both sides, or as far as the weight

export class Inspector {
  /**
   * @param {HTMLElement} place
   * @param {Session} session
   * @param {Acts} acts
   */
  constructor(place, session, acts) {
    this.session = session;
    this.acts = acts;
    this.title = element("h2", {});
    this.picture = /** @type {HTMLCanvasElement} */ (element("canvas", { role: "img", class: "large" }));
    this.mark = element("span", { class: "mark", "aria-hidden": "true" });
    this.formula = element("p", { class: "number" });
    this.weights = element("div", { class: "weights" });
    this.slider = /** @type {HTMLInputElement} */ (element("input", { type: "range", step: "any", "aria-label": "the selected weight" }));
    this.slider.addEventListener("input", () => this.#change(session.selected.input, Number(this.slider.value)));
    this.why = element("div", { class: "why" });
    /** @type {Map<number, Row>} */
    this.rows = new Map();
    place.replaceChildren(
      element("div", { class: "neuron" }, this.title, element("div", { class: "framed" }, this.picture, this.mark), this.formula),
      element(
        "div", {}, element("h2", {}, "Weights: change them"), this.weights,
        element("p", { class: "slider" }, "Selected weight ", this.slider),
      ),
      this.why,
    );
    this.#listen();
    this.build();
  }

  /** Whether the neuron is one of the first layer of an image, whose weights are an image too. */
  get isImage() {
    return this.session.facts.kind === "image" && this.session.selected.layer === 1;
  }

  /** Name the neuron that is selected, and list its weights. */
  build() {
    const { arrangement, selected, network } = this.session;
    const { layer, neuron } = selected;
    const isLast = layer === arrangement.depth;
    const number = isLast && arrangement.sizes[layer] > 1 ? neuron : neuron + 1;
    this.title.textContent = `${isLast ? "Output" : `Layer ${layer}, neuron`} ${number}: ${network.activations[layer - 1]}`;
    this.picture.setAttribute("aria-label", this.isImage ? "its weights as an image; click or arrow keys select a pixel" : "what it computes");
    this.picture.tabIndex = this.isImage ? 0 : -1;
    this.picture.classList.toggle("pixels", this.isImage);
    this.rows.clear();
    const rows = this.#listed().map((input) => this.#row(input));
    this.weights.replaceChildren(table("", ["from", "a", "w", "w · a", "dC/dw"], rows));
  }

  /** Return the inputs whose weights are listed: all, or of an image the selected one. */
  #listed() {
    const { arrangement, selected } = this.session;
    const count = arrangement.sizes[selected.layer - 1];
    if (!this.isImage) return Array.from({ length: count + 1 }, (_, input) => input);
    return selected.input === count ? [count] : [selected.input, count];
  }

  /** Make the cells of a weight. @param {number} input */
  #row(input) {
    const { session } = this;
    const name = sourceName(session, session.selected.layer, input);
    const act = () => this.acts.select({ ...session.selected, input });
    const choose = button(name, act, { class: "link", "aria-label": `why the weight of ${name}` });
    const look = { type: "number", step: "0.1", "aria-label": `weight of ${name}` };
    const field = /** @type {HTMLInputElement} */ (element("input", look));
    field.addEventListener("change", () => this.#change(input, Number(field.value)));
    const cells = [0, 1, 2].map(() => element("span", {}));
    this.rows.set(input, { field, cells, choose });
    return [choose, cells[0], field, cells[1], cells[2]];
  }

  /** Let a click on the image of weights, or an arrow key, select a pixel. */
  #listen() {
    const { session, picture } = this;
    /** @param {number} column @param {number} row */
    const choose = (column, row) => {
      const side = Math.sqrt(session.arrangement.sizes[0]);
      const [x, y] = [column, row].map((at) => Math.min(Math.max(Math.floor(at), 0), side - 1));
      this.acts.select({ ...session.selected, input: y * side + x });
    };
    picture.addEventListener("click", (event) => {
      if (!this.isImage) return;
      const [box, side] = [picture.getBoundingClientRect(), Math.sqrt(session.arrangement.sizes[0])];
      choose(((event.clientX - box.left) * side) / box.width, ((event.clientY - box.top) * side) / box.height);
    });
    picture.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step || !this.isImage) return;
      event.preventDefault();
      const [{ input }, side] = [session.selected, Math.sqrt(session.arrangement.sizes[0])];
      choose((input % side) + step[0], Math.floor(input / side) + step[1]);
    });
  }

  /** @param {number} input @param {number} weight */
  #change(input, weight) {
    const { arrangement, selected, training } = this.session;
    if (!Number.isFinite(weight)) return;
    training.parameters[arrangement.parameter({ ...selected, input })] = weight;
    this.acts.changed();
  }

  /**
   * Show the numbers as they are now.
   * @param {Palette} palette
   * @param {Float64Array} looked of the inputs that are looked at
   * @param {Paint} paint
   * @param {boolean} isRunning
   */
  draw(palette, looked, paint, isRunning) {
    const { arrangement, selected, training, network } = this.session;
    const { layer, neuron, input } = selected;
    if (this.isImage) paintWeights(this.session, layer, neuron, this.picture, palette);
    else paint(layer, neuron, this.picture);
    this.#putMark(input);
    const name = network.activations[layer - 1];
    const [before, after] = [looked[arrangement.before(layer, neuron)], looked[arrangement.after(layer, neuron)]];
    const lines = [`z = \u03a3 w\u00b7a + b = ${short(before)}`, name === "linear" ? "" : `${name}(z) = ${short(after)}`];
    this.formula.replaceChildren(lines[0], element("br", {}), lines[1]);
    if (!isRunning) training.lossOf(training.next());
    for (const [from, row] of this.rows) this.#fill(row, from, looked);
    const weight = training.parameters[arrangement.parameter(selected)];
    if (document.activeElement !== this.slider) {
      const far = Math.max(SLIDER, Math.ceil(Math.abs(weight)));
      [this.slider.min, this.slider.max] = [`${-far}`, `${far}`];
      this.slider.value = `${weight}`;
    }
    if (!isRunning && !this.why.contains(document.activeElement)) this.explain();
  }

  /** Write the numbers of a weight. @param {Row} row @param {number} input @param {Float64Array} looked */
  #fill({ field, cells, choose }, input, looked) {
    const { arrangement, selected, training, probe } = this.session;
    const { layer, neuron } = selected;
    const at = arrangement.parameter({ layer, neuron, input });
    const weight = training.parameters[at];
    const isBias = input === arrangement.sizes[layer - 1];
    const reached = layer === 1 ? probe[input] : looked[arrangement.after(layer - 1, input)];
    const factor = isBias ? 1 : reached;
    if (document.activeElement !== field) field.value = `${Number(weight.toPrecision(6))}`;
    [factor, weight * factor, training.gradient[at]].forEach((x, column) => {
      cells[column].textContent = short(x);
    });
    choose.setAttribute("aria-pressed", `${input === selected.input}`);
  }

  /** Frame the selected pixel. @param {number} input */
  #putMark(input) {
    const count = this.session.arrangement.sizes[0];
    this.mark.hidden = !this.isImage || input === count;
    const side = Math.sqrt(count);
    const percent = 100 / side;
    Object.assign(this.mark.style, {
      left: `${(input % side) * percent}%`, top: `${Math.floor(input / side) * percent}%`, width: `${percent}%`, height: `${percent}%`,
    });
  }

  /** Show why the loss changes with the selected weight. */
  explain() {
    this.why.replaceChildren(...whySection(this.session, this.acts));
  }
}

/** Name what a weight multiplies. @param {Session} session @param {number} layer @param {number} input */
export function sourceName({ arrangement, facts }, layer, input) {
  if (input === arrangement.sizes[layer - 1]) return "bias";
  if (layer > 1) return `neuron ${input + 1}`;
  if (facts.kind !== "image") return `x${input + 1}`;
  const side = Math.sqrt(arrangement.sizes[0]);
  return `pixel ${Math.floor(input / side) + 1}, ${(input % side) + 1}`;
}

/**
 * Paint the weights of a neuron of the first layer as an image.
 * @param {Session} session
 * @param {number} layer
 * @param {number} neuron
 * @param {HTMLCanvasElement} canvas
 * @param {Palette} palette
 */
export function paintWeights({ arrangement, training }, layer, neuron, canvas, palette) {
  const count = arrangement.sizes[0];
  const first = arrangement.parameter({ layer, neuron, input: 0 });
  const weights = training.parameters.subarray(first, first + count);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-12);
  const side = Math.sqrt(count);
  paintGrid(canvas, side, side, (at) => palette.ofWeight(weights[at] / largest));
}
