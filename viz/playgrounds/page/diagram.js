// The network: a button for each neuron with a picture of what it computes, a line for each weight.

import { element, short } from "./elements.js";
import { paintGrid } from "./paint.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./network.js").Place} Place
 * @typedef {(layer: number, neuron: number, canvas: HTMLCanvasElement) => void} Paint
 *   paints what a neuron computes; of layer 0, an input
 * @typedef {object} Unit an input or a neuron
 * @property {number} layer
 * @property {number} neuron
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} label beside it
 * @typedef {object} Ends of a line
 * @property {number} x1
 * @property {number} y1
 * @property {number} x2
 * @property {number} y2
 * @typedef {Place & Ends & {line: SVGLineElement}} Line of a weight
 */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 440; // pixels that the largest layer may take
const LARGEST = 48; // pixels of a neuron
const SMALLEST = 22;
const GAP = 8;
const HEAD = 24; // pixels for the names of the layers
const BESIDE = 52; // pixels for what is written beside the outputs
const IMAGE = 112; // pixels of the inputs, where they are an image
const NEAR = 7; // pixels from a line that still hit it
const WIDEST = 5; // pixels of the line of the largest weight of a layer
const WIDEST_OF_MANY = 2.6;
const MANY = 100; // lines of a layer

/** The steps of the arrow keys, across and down. @type {Record<string, [number, number]>} */
export const ARROWS = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
};

export class Diagram {
  /**
   * @param {HTMLElement} place
   * @param {Session} session
   * @param {{neuron: (layer: number, neuron: number) => void, weight: (place: Place) => void}} select
   *   what a click on a neuron or on a line does
   */
  constructor(place, session, select) {
    this.place = place;
    this.session = session;
    this.select = select;
    this.hasImage = session.facts.kind === "image";
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.addEventListener("click", (event) => this.#hit(event, true));
    this.svg.addEventListener("pointermove", (event) => this.#hit(event, false));
    /** @type {Unit[]} */
    this.units = [];
    /** @type {Line[]} */
    this.lines = [];
    /** @type {HTMLElement[]} */
    this.heads = [];
    this.build();
    new ResizeObserver(() => this.arrange()).observe(place);
  }

  /** Make the elements anew, for another network. */
  build() {
    const { sizes, depth } = this.session.arrangement;
    const { activations } = this.session.network;
    const shown = this.#shown();
    this.svg.replaceChildren();
    [this.units, this.lines] = [[], []];
    for (let layer = 0; layer <= depth; layer++) {
      for (let neuron = 0; neuron < shown[layer]; neuron++) this.units.push(this.#unit(layer, neuron));
      for (let neuron = 0; layer > 0 && neuron < sizes[layer]; neuron++) {
        for (let input = 0; input < shown[layer - 1]; input++) this.lines.push(this.#line({ layer, neuron, input }));
      }
    }
    this.heads = sizes.map((size, layer) => element("span", { class: "head" }, layer ? `${size} ${activations[layer - 1]}` : `${size} inputs`));
    const parts = this.units.flatMap((unit) => [unit.button, unit.label]);
    this.place.replaceChildren(this.svg, ...this.heads, ...parts);
    this.arrange();
  }

  /** Return how many units of each layer are drawn: the pixels of an image are one. */
  #shown() {
    return this.session.arrangement.sizes.map((size, layer) => (layer === 0 && this.hasImage ? 1 : size));
  }

  /** @param {number} layer @param {number} neuron @returns {Unit} */
  #unit(layer, neuron) {
    const canvas = document.createElement("canvas");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "unit" });
    button.append(canvas);
    const label = element("span", { class: "beside", "aria-hidden": "true" });
    if (layer === 0) {
      button.disabled = true;
    } else {
      button.addEventListener("click", () => this.select.neuron(layer, neuron));
      button.addEventListener("keydown", (event) => this.#move(event, layer, neuron));
      button.tabIndex = layer === 1 && neuron === 0 ? 0 : -1;
    }
    return { layer, neuron, button, canvas, label };
  }

  /** @param {Place} place @returns {Line} */
  #line(place) {
    const line = document.createElementNS(SVG, "line");
    this.svg.append(line);
    return { ...place, line, x1: 0, y1: 0, x2: 0, y2: 0 };
  }

  /** Go to a neighbour with the arrow keys. @param {KeyboardEvent} event @param {number} layer @param {number} neuron */
  #move(event, layer, neuron) {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    const { sizes, depth } = this.session.arrangement;
    const column = Math.min(Math.max(layer + step[0], 1), depth);
    const row = Math.min(Math.max(neuron + step[1], 0), sizes[column] - 1);
    for (const unit of this.units) {
      const isThere = unit.layer === column && unit.neuron === row;
      unit.button.tabIndex = isThere ? 0 : -1;
      if (isThere) unit.button.focus();
    }
  }

  /** Put everything in its place. */
  arrange() {
    const { sizes, depth } = this.session.arrangement;
    const shown = this.#shown();
    const width = Math.max(this.place.clientWidth, 200);
    const first = this.hasImage ? Math.min(IMAGE, width / 4) : 0;
    const beside = sizes[depth] > 1 ? BESIDE : 4;
    const room = (width - first - beside) / (depth + 1) - 4;
    const side = Math.min(LARGEST, Math.max(SMALLEST, Math.min(HEIGHT / Math.max(...shown) - GAP, room)));
    const own = first || side;
    const height = Math.max(Math.max(...shown) * (side + GAP), own + GAP) + HEAD;
    this.place.style.height = `${height}px`;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [start, end] = [own / 2 + 4, width - side / 2 - beside];
    /** @param {number} layer @param {number} neuron */
    const center = (layer, neuron) => {
      const pitch = Math.min((height - HEAD) / shown[layer], side + 4 * GAP);
      const down = neuron - (shown[layer] - 1) / 2;
      return [start + (layer * (end - start)) / depth, HEAD + (height - HEAD) / 2 + down * pitch];
    };
    for (const { layer, neuron, button, label } of this.units) {
      const [x, y] = center(layer, neuron);
      const size = layer === 0 ? own : side;
      put(button, x - size / 2, y - size / 2);
      Object.assign(button.style, { width: `${size}px`, height: `${size}px` });
      put(label, layer === 0 ? x - size / 2 : x + size / 2 + 6, layer === 0 ? y + size / 2 - 16 : y - 9);
    }
    this.heads.forEach((head, layer) => put(head, center(layer, 0)[0], 0));
    for (const line of this.lines) {
      const [from, to] = [center(line.layer - 1, line.input), center(line.layer, line.neuron)];
      line.x1 = from[0] + (line.layer === 1 ? own : side) / 2;
      line.x2 = to[0] - side / 2;
      [line.y1, line.y2] = [from[1], to[1]];
      for (const name of /** @type {const} */ (["x1", "y1", "x2", "y2"])) line.line.setAttribute(name, `${line[name]}`);
    }
  }

  /** Select or point at the line near the pointer. @param {MouseEvent} event @param {boolean} isClick */
  #hit(event, isClick) {
    const box = this.svg.getBoundingClientRect();
    const nearest = nearestLine(this.lines, event.clientX - box.left, event.clientY - box.top);
    for (const line of this.lines) line.line.classList.toggle("near", line === nearest);
    this.svg.style.cursor = nearest ? "pointer" : "";
    if (!isClick || !nearest) return;
    const { layer, neuron, input } = nearest;
    if (layer === 1 && this.hasImage) this.select.neuron(layer, neuron);
    else this.select.weight({ layer, neuron, input });
  }

  /**
   * Show the weights as they are, and what every neuron computes.
   * @param {Float64Array} looked of the inputs that are looked at
   * @param {Paint} paint
   */
  draw(looked, paint) {
    this.#drawLines();
    for (const unit of this.units) {
      paint(unit.layer, unit.neuron, unit.canvas);
      this.#name(unit, looked);
    }
  }

  #drawLines() {
    const { arrangement, training, selected } = this.session;
    const largest = arrangement.sizes.map(() => 1e-12);
    const counts = arrangement.sizes.map(() => 0);
    const weights = this.lines.map((line) => training.parameters[arrangement.parameter(line)]);
    this.lines.forEach(({ layer }, at) => {
      largest[layer] = Math.max(largest[layer], Math.abs(weights[at]));
      counts[layer]++;
    });
    this.lines.forEach(({ line, layer, neuron, input }, at) => {
      const isNeutral = this.hasImage && layer === 1;
      const isSelected = layer === selected.layer && neuron === selected.neuron && (isNeutral || input === selected.input);
      const size = isNeutral ? 0.1 : Math.abs(weights[at]) / largest[layer];
      const kind = isNeutral ? "neutral" : weights[at] < 0 ? "negative" : "positive";
      line.classList.remove("neutral", "negative", "positive", "selected");
      line.classList.add(kind, ...(isSelected ? ["selected"] : []));
      line.style.strokeWidth = `${0.6 + (counts[layer] > MANY ? WIDEST_OF_MANY : WIDEST) * size}`;
      line.style.opacity = `${isNeutral ? 1 : 0.12 + 0.88 * size ** 0.7}`;
    });
  }

  /** Write what belongs to a unit. @param {Unit} unit @param {Float64Array} looked */
  #name({ layer, neuron, button, label }, looked) {
    const { arrangement, network, selected } = this.session;
    const { sizes, depth } = arrangement;
    if (layer === 0) {
      button.setAttribute("aria-label", this.hasImage ? `the ${sizes[0]} pixels` : `input x${neuron + 1}`);
      label.textContent = this.hasImage ? "" : `x${neuron + 1}`;
      return;
    }
    const what = layer === depth ? "output" : `layer ${layer}, neuron`;
    const number = layer === depth && sizes[depth] > 1 ? neuron : neuron + 1;
    const reached = short(looked[layer === depth ? arrangement.share(neuron) : arrangement.after(layer, neuron)]);
    button.setAttribute("aria-pressed", `${layer === selected.layer && neuron === selected.neuron}`);
    button.setAttribute("aria-label", `${what} ${number}, ${network.activations[layer - 1]}: ${reached}`);
    button.title = `${what} ${number}: ${reached}`;
    if (layer === depth && sizes[depth] > 1) label.textContent = `${neuron}: ${looked[arrangement.share(neuron)].toFixed(2)}`;
  }
}

/** @param {HTMLElement} part @param {number} left @param {number} top */
function put(part, left, top) {
  Object.assign(part.style, { left: `${left}px`, top: `${top}px` });
}

/** Return the line near a point; null if there is none. @param {Line[]} lines @param {number} x @param {number} y */
function nearestLine(lines, x, y) {
  /** @type {Line | null} */
  let nearest = null;
  let least = NEAR;
  for (const line of lines) {
    const [dx, dy] = [line.x2 - line.x1, line.y2 - line.y1];
    const part = ((x - line.x1) * dx + (y - line.y1) * dy) / (dx * dx + dy * dy);
    const along = Math.min(Math.max(part, 0), 1);
    const distance = Math.hypot(x - line.x1 - along * dx, y - line.y1 - along * dy);
    if (distance < least) [nearest, least] = [line, distance];
  }
  return nearest;
}

/**
 * Paint a square of one colour, for a neuron without a picture.
 * @param {HTMLCanvasElement} canvas
 * @param {number} pixel as a palette has it
 */
export function paintPlain(canvas, pixel) {
  paintGrid(canvas, 1, 1, () => pixel);
}
