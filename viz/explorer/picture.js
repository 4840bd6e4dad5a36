// The graph as an SVG: boxes and edges where Graphviz put them, with the numbers of a moment.

import { svg, say } from "./dom.js";
import { short } from "./formulas.js";
import { digits, extent, rangeText } from "./numbers.js";
import { exponentOf, tintOf } from "./tint.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./timeline.js").Moment} Moment
 * @typedef {{title: string, single: boolean, nodes: number[], values?: number[], note?: string,
 *   members?: Box[], opens?: number, at: number[], size: number[]}} Box
 * @typedef {{from: number, to: number, uses: number | number[][], constant?: boolean, path: string,
 *   label?: number[]}} Edge
 * @typedef {{width: number, height: number, boxes: Box[], edges: Edge[], opened?: string,
 *   constants: {text: string, at: number[]}[]}} View
 * @typedef {{x: number, y: number, width: number, height: number}} Place
 * @typedef {{box: Box, place: Place, group: SVGGElement, frame: SVGRectElement, data: SVGTextElement,
 *   grad: SVGTextElement, gradCaption: SVGTextElement, look?: string}} Card
 * @typedef {{edge: Edge, group: SVGGElement, amount?: SVGTextElement, slope?: SVGTextElement,
 *   look?: string}} Line
 */

const BAND = 20;
const MEMBER = [116, 46];
const ACROSS = 4;
const LONGEST_TITLE = 22;

export class Picture {
  /**
   * @param {SVGSVGElement} element
   * @param {Engine} engine
   * @param {number} significant
   * @param {(node: number, box: Box) => void} choose what a click on a box does
   */
  constructor(element, engine, significant, choose) {
    this.element = element;
    this.engine = engine;
    this.significant = significant;
    this.choose = choose;
    /** @type {Set<number>} */
    this.hidden = new Set(); // nodes whose numbers are asked for
    /** @type {Set<number>} */
    this.hiddenGradients = new Set();
    /** @type {Card[]} */
    this.cards = [];
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Map<number, Card>} */
    this.cardOf = new Map();
    /** @type {Map<number, number>} */
    this.boxOf = new Map(); // the place of the box in the view
  }

  /**
   * Draw a view in place of what is shown.
   * @param {View} view
   */
  draw(view) {
    this.view = view;
    this.layer = svg("g", { class: "layer" });
    this.cards = [];
    this.cardOf.clear();
    this.lines = view.edges.map((edge) => this.line(edge));
    this.layer.append(...this.lines.map((line) => line.group));
    for (const constant of view.constants) {
      const [x, y] = constant.at;
      this.layer.append(svg("text", { class: "constant", x, y: y + 4.5 }, constant.text));
    }
    for (const box of view.boxes) this.layer.append(this.card(box));
    this.boxOf = new Map(view.boxes.flatMap((box, index) => box.nodes.map((node) => [node, index])));
    this.element.replaceChildren(arrowHead(), this.layer);
    this.rove(this.cards.at(-1));
  }

  /**
   * @param {Edge} edge
   * @returns {Line}
   */
  line(edge) {
    const group = svg("g", { class: edge.constant ? "edge of-constant" : "edge" });
    group.append(svg("path", { d: edge.path }));
    if (!edge.label) return { edge, group };
    const [x, y] = edge.label;
    const amount = svg("text", { class: "amount", x, y: y - 5 });
    const slope = svg("text", { class: "slope", x, y: y + 7.5 });
    group.append(amount, slope);
    if (typeof edge.uses === "number") slope.textContent = `${edge.uses.toLocaleString("en")} uses`;
    return { edge, group, amount, slope };
  }

  /** @param {Box} box */
  card(box) {
    const [width, height] = box.size;
    const [x, y] = [box.at[0] - width / 2, box.at[1] - height / 2];
    const [first] = box.values ?? box.nodes;
    const isLeaf = this.engine.codes[first] < 0;
    const kind = `box ${isLeaf ? "leaf" : "computed"}${box.single ? "" : " several"}`;
    const place = { class: kind, transform: `translate(${x} ${y})`, role: "button", tabindex: -1 };
    const group = svg("g", place);
    if (!box.single) group.append(svg("rect", { class: "behind", x: 4, y: 4, width, height, rx: 7 }));
    const frame = svg("rect", { class: "frame", width, height, rx: 7 });
    group.append(frame, this.band(box, width));
    if (box.note && !box.members) {
      group.append(svg("text", { class: "caption", x: 9, y: BAND + 17 }, box.note));
    }
    const low = height - 8;
    const data = svg("text", { class: "data", x: width - 9, y: low - 17 });
    const grad = svg("text", { class: "grad", x: width - 9, y: low });
    const gradCaption = svg("text", { class: "caption", x: 9, y: low }, "grad");
    if (box.members) this.grid(group, box, x, y);
    else group.append(svg("text", { class: "caption", x: 9, y: low - 17 }, "data"), data, gradCaption, grad);
    /** @type {Card} */
    const card = { box, place: { x, y, width, height }, group, frame, data, grad, gradCaption };
    this.cards.push(card);
    for (const node of box.nodes) if (!this.cardOf.has(node)) this.cardOf.set(node, card);
    this.listen(card, first);
    return group;
  }

  /**
   * @param {Box} box
   * @param {number} width
   */
  band(box, width) {
    const [first] = box.values ?? box.nodes;
    const code = this.engine.codes[first];
    const sign = box.single && code >= 0 ? this.engine.program.operations[code].sign : "";
    const name = box.title && short(box.title, LONGEST_TITLE);
    const group = svg("g", { class: "band" });
    group.append(svg("path", { d: roundedTop(width, BAND + 2, 7) }));
    const both = name && sign;
    if (name) {
      group.append(svg("text", { class: both ? "name" : "name middle", x: both ? 9 : width / 2, y: 15.5 }, name));
    }
    if (sign) {
      group.append(svg("text", { class: both ? "sign" : "sign middle", x: both ? width - 9 : width / 2, y: 15.5 }, sign));
    }
    return group;
  }

  /**
   * Put the members of an opened box inside it.
   * @param {SVGGElement} group
   * @param {Box} box
   * @param {number} left of the box
   * @param {number} top
   */
  grid(group, box, left, top) {
    (box.members ?? []).forEach((member, k) => {
      const x = 8 + (k % ACROSS) * (MEMBER[0] + 6);
      const y = 30 + Math.floor(k / ACROSS) * (MEMBER[1] + 6);
      const size = { width: MEMBER[0], height: MEMBER[1] };
      const inner = svg("g", { class: "member", transform: `translate(${x} ${y})`, role: "button", tabindex: -1 });
      const frame = svg("rect", { class: "frame", ...size, rx: 4 });
      const data = svg("text", { class: "data", x: MEMBER[0] - 5, y: 27 });
      const grad = svg("text", { class: "grad", x: MEMBER[0] - 5, y: 41 });
      const gradCaption = svg("text", { class: "caption", x: 5, y: 41 }, "grad");
      const title = svg("text", { class: "title", x: 5, y: 13 }, short(member.title));
      const caption = svg("text", { class: "caption", x: 5, y: 27 }, "data");
      inner.append(frame, title, caption, data, gradCaption, grad);
      group.append(inner);
      const place = { x: left + x, y: top + y, ...size };
      /** @type {Card} */
      const card = { box: member, place, group: inner, frame, data, grad, gradCaption };
      this.cards.push(card);
      for (const node of member.nodes) this.cardOf.set(node, card);
      this.listen(card, (member.values ?? member.nodes)[0]);
    });
  }

  /**
   * @param {Card} card
   * @param {number} node
   */
  listen(card, node) {
    const pressed = (/** @type {Event} */ event) => {
      event.stopPropagation();
      this.rove(card);
      this.choose(node, card.box);
    };
    card.group.addEventListener("click", pressed);
    card.group.addEventListener("keydown", (event) => {
      const key = /** @type {KeyboardEvent} */ (event).key;
      if (key === "Enter" || key === " ") {
        event.preventDefault();
        pressed(event);
      }
      if (key === "ArrowUp" || key === "ArrowDown") {
        event.preventDefault();
        event.stopPropagation();
        const next = this.cards.indexOf(card) + (key === "ArrowDown" ? 1 : -1);
        const other = this.cards[(next + this.cards.length) % this.cards.length];
        this.rove(other);
        other.group.focus();
      }
    });
  }

  /**
   * Let one box be where the tabulator stops.
   * @param {Card | undefined} card
   */
  rove(card) {
    for (const each of this.cards) each.group.setAttribute("tabindex", each === card ? "0" : "-1");
  }

  /**
   * Show the numbers of a moment.
   * @param {Moment} moment
   */
  update(moment) {
    this.moment = moment;
    const { isResting } = moment;
    const exponent = isResting ? exponentOf(moment.adjoints) : 0;
    for (const card of this.cards) this.updateCard(card, moment, isResting, exponent);
    const amounts = new Map(moment.receipts.map((each) => [each.place, each.amount]));
    for (const line of this.lines) this.updateLine(line, moment, amounts);
  }

  /**
   * @param {Card} card
   * @param {Moment} moment
   * @param {boolean} isResting
   * @param {number} exponent
   */
  updateCard(card, moment, isResting, exponent) {
    const { box, group } = card;
    const chosen = box.values ?? box.nodes;
    const [first] = chosen;
    const isKnown = moment.known[first] === 1;
    const has = chosen.some((node) => moment.received[node]);
    const isComplete = has && chosen.every((node) => moment.complete[node]);
    const isWrong = moment.isVerdict && has && !isComplete;
    const [isAsked, isGradientAsked] = [this.hidden.has(first), this.hiddenGradients.has(first)];
    const data = isKnown ? extent(this.engine.values, chosen) : [];
    const grad = has ? extent(moment.adjoints, chosen) : [];
    const tint = isResting && !isGradientAsked ? tintOf(moment.adjoints, chosen, exponent) : null;
    const classes = {
      unknown: !isKnown,
      active: moment.nodes.includes(first),
      complete: !isResting && !moment.isForward && isComplete,
      unsettled: !isResting && has && !isComplete && !isWrong,
      wrong: isWrong,
    };
    const look = `${data} ${grad} ${tint} ${isAsked} ${isGradientAsked} ${Object.values(classes)}`;
    if (look === card.look) return; // most boxes stay as they are from step to step
    card.look = look;
    const mark = isComplete ? "" : isWrong ? " ✗" : " …";
    const texts = [
      isAsked && isKnown ? "?" : rangeText(data, this.significant),
      isGradientAsked && has ? "?" : has ? rangeText(grad, this.significant) + mark : "",
    ];
    say(card.data, texts[0]);
    say(card.grad, texts[1]);
    card.gradCaption.classList.toggle("empty", !has);
    for (const [name, isOn] of Object.entries(classes)) group.classList.toggle(name, isOn);
    card.frame.style.fill = tint ?? "";
    const name = box.title || short(this.engine.program.names[first]);
    const spoken = [name, texts[0] && `data ${texts[0]}`, texts[1] && `gradient ${texts[1]}`];
    group.setAttribute("aria-label", spoken.filter(Boolean).join(", "));
  }

  /**
   * @param {Line} line
   * @param {Moment} moment
   * @param {Map<number, number>} amounts
   */
  updateLine(line, moment, amounts) {
    const { edge, group, amount, slope } = line;
    if (edge.constant || typeof edge.uses === "number") return;
    const [[node, position]] = edge.uses;
    const place = this.engine.starts[node] + position;
    const received = amounts.get(place);
    const isKnown = moment.known[node] && !this.hidden.has(node) && !this.hiddenGradients.size;
    const look = `${isKnown && this.engine.slopes[place]} ${received} ${this.hiddenGradients.size}`;
    if (look === line.look) return;
    line.look = look;
    group.classList.toggle("active", received !== undefined);
    if (slope) say(slope, isKnown ? digits(this.engine.slopes[place], this.significant) : "");
    if (amount) say(amount, received === undefined || this.hiddenGradients.size ? "" : digits(received, this.significant));
  }

  /**
   * Mark one box as the selected one.
   * @param {number | null} node
   */
  select(node) {
    const chosen = node === null ? undefined : this.cardOf.get(node);
    for (const card of this.cards) {
      card.group.classList.toggle("selected", card === chosen);
      card.group.setAttribute("aria-pressed", String(card === chosen));
    }
    if (chosen) this.rove(chosen);
  }

  /**
   * Mark the boxes and edges of a path, or none.
   * @param {import("./paths.js").Path | null} path
   */
  highlight(path) {
    this.element.classList.toggle("has-path", path !== null);
    const cards = new Set(path?.nodes.map((node) => this.cardOf.get(node)));
    const places = new Set(path?.places);
    const boxes = path?.nodes.map((node) => this.boxOf.get(node));
    const pairs = new Set(boxes?.slice(1).map((from, k) => `${from} ${boxes[k]}`));
    for (const card of this.cards) card.group.classList.toggle("on-path", cards.has(card));
    for (const { edge, group } of this.lines) {
      const isOn = Array.isArray(edge.uses)
        ? edge.uses.some(([node, position]) => places.has(this.engine.starts[node] + position))
        : !edge.constant && pairs.has(`${edge.from} ${edge.to}`);
      group.classList.toggle("on-path", isOn);
    }
  }
}

/** The head of the arrows, in the colour of its line. */
function arrowHead() {
  const head = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
  const marker = svg("marker", { id: "chalkgrad-arrow", ...head });
  marker.append(svg("path", { d: "M0 0.8 L7.5 4 L0 7.2 z", fill: "context-stroke" }));
  return svg("defs", {}, marker);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} radius
 */
function roundedTop(width, height, radius) {
  const turn = `${radius} ${radius} 0 0 1`;
  return `M0 ${height} V${radius} A${turn} ${radius} 0 H${width - radius} A${turn} ${width} ${radius} V${height} Z`;
}
