// The page as a whole: what every control does, and what is shown at each step.

import { read, written } from "./address.js";
import { Camera } from "./camera.js";
import { html, part, say } from "./dom.js";
import { Engine } from "./engine.js";
import { Inspector } from "./inspector.js";
import { Leaves } from "./leaves.js";
import { Narration } from "./narration.js";
import { Picture } from "./picture.js";
import { Practice } from "./practice.js";
import { tableOf } from "./table.js";
import { Timeline } from "./timeline.js";
import { legendOf } from "./tint.js";

/**
 * @typedef {import("./picture.js").View} View
 * @typedef {import("./engine.js").Program & {
 *   title: string,
 *   summary: string,
 *   digits: number,
 *   words: Record<string, string>,
 *   naive: number[][] | string,
 *   views: View[],
 *   sets: number[][],
 *   practice: import("./practice.js").Questions | null,
 * }} Data
 * @typedef {{
 *   changed?: (leaves: [number, number][]) => void,
 *   selected?: (node: number | null) => void,
 *   judge?: import("./practice.js").Judge,
 *   hasAddress?: boolean,
 * }} Host what a notebook is told
 */

const PACE = 1100; // milliseconds of a step that is played
const FIELDS = new Set(["INPUT", "SELECT", "TEXTAREA"]);

/**
 * Put lists of nodes in the place of their numbers.
 * @param {import("./picture.js").Box} box
 * @param {number[][]} sets
 */
function unpack(box, sets) {
  if (typeof box.nodes === "number") box.nodes = sets[box.nodes];
  if (typeof box.values === "number") box.values = sets[box.values];
  for (const member of box.members ?? []) unpack(member, sets);
}

export class Explorer {
  /**
   * @param {HTMLElement} root holds the parts of the page
   * @param {Data} data
   * @param {import("./engine.js").OperationFunction[]} functions
   * @param {Host} [host]
   */
  constructor(root, data, functions, host = {}) {
    this.root = root;
    this.data = data;
    this.host = host;
    for (const view of data.views) view.boxes.forEach((box) => unpack(box, data.sets));
    this.engine = new Engine(data, functions);
    this.narration = new Narration(this.engine, data.words, data.digits);
    this.picture = new Picture(part(root, "picture"), this.engine, data.digits, (node, box) => this.choose(node, box));
    this.camera = new Camera(this.picture.element);
    const actions = {
      select: (/** @type {number} */ node) => this.select(node, true),
      highlight: (/** @type {import("./paths.js").Path | null} */ path) => this.picture.highlight(path),
      change: (/** @type {number} */ node, /** @type {number} */ value) => this.change([[node, value]]),
      descend: (/** @type {number} */ rate) => this.descend(rate),
    };
    this.inspector = new Inspector(part(root, "selected"), this.engine, actions);
    this.leaves = new Leaves(part(root, "leaves"), this.engine, actions);
    this.practice = new Practice(this, part(root, "selected"), data.practice, host.judge);
    this.timeline = new Timeline(this.engine, [], data.naive);
    /** @type {import("./picture.js").Box[]} */
    this.boxes = []; // those that are computed, in the order of the steps
    this.view = 0;
    this.frame = 0;
    /** @type {number | null} */
    this.node = null;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.playing = undefined;
    this.isNaive = false;
    this.engine.forward();
    this.engine.backward();
    this.bind();
    this.restore(host.hasAddress === false ? "" : location.hash);
  }

  /** Connect every control with what it does. */
  bind() {
    const { root, data } = this;
    say(part(root, "title"), data.title);
    say(part(root, "summary"), data.summary);
    const labels = [...new Set(data.labelled.map((node) => data.names[node]))].slice(0, 500);
    part(root, "labels").append(...labels.map((value) => html("option", { value })));
    const does = /** @type {Record<string, () => void>} */ ({
      first: () => this.go(0),
      back: () => this.go(this.frame - 1),
      next: () => this.go(this.frame + 1),
      final: () => this.go(this.timeline.last),
      play: () => this.play(!this.playing),
      closer: () => this.camera.zoom(1.3),
      farther: () => this.camera.zoom(1 / 1.3),
      fit: () => this.fit(),
      reset: () => this.reset(),
      practice: () => this.practice.toggle(!this.practice.isOn),
    });
    for (const [name, action] of Object.entries(does)) part(root, name).addEventListener("click", action);
    const [step, order, search] = ["step", "order", "search"].map((name) => part(root, name));
    step.addEventListener("input", () => this.go(Number(step.value)));
    order.addEventListener("change", () => this.setOrder(order.value === "naive"));
    if (typeof data.naive === "string") {
      order.disabled = true;
      order.title = data.naive;
    }
    search.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.find(part(root, "find").value);
    });
    part(root, "find").addEventListener("change", () => this.find(part(root, "find").value));
    part(root, "trace").addEventListener("toggle", () => this.fillTable());
    const hearing = this.host.hasAddress === false ? root : document; // a notebook has keys of its own
    hearing.addEventListener("keydown", (event) => this.key(/** @type {KeyboardEvent} */ (event)));
    if (this.host.hasAddress !== false) {
      addEventListener("hashchange", () => {
        if (location.hash !== this.address) this.restore(location.hash);
      });
    }
    new ResizeObserver(() => {
      if (this.camera.isFitted) this.fit(true); // what was moved by hand stays
      this.reveal(this.node ?? this.moment?.nodes[0]);
    }).observe(this.picture.element);
    if (!data.practice) part(root, "practice").hidden = true;
  }

  /**
   * Step with the arrow keys, wherever the focus is, but in a field.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (FIELDS.has(target.tagName) || event.ctrlKey || event.metaKey || event.altKey || this.practice.isOn) return;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: this.frame - 1,
      ArrowRight: this.frame + 1,
      Home: 0,
      End: this.timeline.last,
    });
    if (event.key in moves) {
      event.preventDefault();
      this.go(moves[event.key]);
    }
    if (event.key === "Escape") this.picture.highlight(null);
  }

  /**
   * Show what an address says.
   * @param {string} hash
   */
  restore(hash) {
    this.address = hash;
    const state = read(hash, this.data.names);
    this.engine.reset();
    for (const [node, value] of state.set) if (this.engine.codes[node] < 0) this.engine.values[node] = value;
    this.engine.forward();
    this.engine.backward();
    this.leaves.history = [this.engine.values[this.engine.end]];
    this.isNaive = state.order === "naive" && typeof this.data.naive !== "string";
    part(this.root, "order").value = this.isNaive ? "naive" : "";
    const view = this.data.views.findIndex((each) => each.opened !== undefined && each.opened === state.open);
    this.node = null;
    this.open(Math.max(view, 0), false);
    this.frame = Math.min(state.step ?? Infinity, this.timeline.last);
    this.leaves.refresh();
    this.inspector.show(null);
    if (state.select !== undefined) this.select(state.select, false);
    if (this.practice.isOn !== Boolean(state.practice)) this.practice.toggle(Boolean(state.practice));
    this.show();
    this.reveal(this.node ?? this.moment?.nodes[0]);
  }

  /**
   * Draw a view: the whole, or one box opened.
   * @param {number} place
   * @param {boolean} [isShown]
   */
  open(place, isShown = true) {
    this.view = place;
    const view = this.data.views[place];
    this.picture.draw(view);
    const { engine } = this;
    const isComputed = (/** @type {number} */ node) => engine.codes[node] >= 0;
    this.boxes = view.boxes.filter((box) => box.nodes.some(isComputed));
    const groups = this.boxes.map((box) => box.nodes.filter(isComputed));
    this.timeline = new Timeline(engine, groups, this.data.naive);
    this.timeline.isNaive = this.isNaive;
    this.frame = this.timeline.last;
    part(this.root, "step").max = String(this.timeline.last);
    const folds = part(this.root, "folds");
    folds.hidden = view.opened === undefined;
    const close = html("button", { type: "button" }, "Close");
    close.addEventListener("click", () => {
      this.open(0);
      /** @type {HTMLElement | null} */ (this.picture.element.querySelector('[tabindex="0"]'))?.focus();
    });
    folds.replaceChildren(html("span", {}, "opened: ", html("bdi", {}, view.opened ?? "")), close);
    this.fit(true);
    this.picture.select(this.node);
    if (isShown) this.show();
  }

  /**
   * @param {number} node
   * @param {import("./picture.js").Box} box
   */
  choose(node, box) {
    if (box.opens !== undefined && this.view === 0) this.open(box.opens);
    this.select(node, false);
  }

  /**
   * Show a value in the panel.
   * @param {number | null} node
   * @param {boolean} isRevealed whether the picture moves to it
   */
  select(node, isRevealed) {
    this.node = node;
    this.picture.highlight(null);
    if (this.practice.isOn) this.practice.ask(node);
    else this.inspector.show(node);
    this.picture.select(node);
    if (isRevealed) this.reveal(node);
    this.host.selected?.(node);
    this.remember();
  }

  /** @param {string} text */
  find(text) {
    const wanted = text.trim().toLowerCase();
    const found = part(this.root, "found");
    if (!wanted) return say(found, "");
    const { names, labelled } = this.data;
    const order = [...labelled, ...names.keys()];
    const test = (/** @type {(name: string) => boolean} */ fits) =>
      order.find((node) => fits(names[node].toLowerCase()));
    const node = test((name) => name === wanted) ?? test((name) => name.startsWith(wanted)) ?? test((name) => name.includes(wanted));
    if (node === undefined) return say(found, "no value has this name");
    say(found, "");
    if (!this.picture.cardOf.has(node)) this.open(0);
    this.select(node, true);
  }

  /**
   * Give leaves other numbers, and compute everything again.
   * @param {[number, number][]} leaves each a node and its number
   * @param {boolean} [isTold] whether the notebook is told
   */
  change(leaves, isTold = true) {
    for (const [node, value] of leaves) this.engine.values[node] = value;
    this.engine.forward();
    this.engine.backward();
    this.leaves.refresh();
    this.inspector.refresh();
    this.show();
    if (isTold) this.host.changed?.(leaves);
  }

  /** @param {number} rate */
  descend(rate) {
    const { adjoints, values, leaves, end } = this.engine;
    const moved = leaves.filter((leaf) => !this.leaves.held.has(leaf));
    this.change(moved.map((leaf) => [leaf, values[leaf] - rate * adjoints[leaf]]));
    this.leaves.history.push(values[end]);
    this.leaves.refresh();
  }

  reset() {
    this.engine.reset();
    this.change(this.engine.leaves.map((leaf) => [leaf, this.engine.values[leaf]]));
    this.leaves.history = [this.engine.values[this.engine.end]];
    this.leaves.refresh();
    this.picture.highlight(null);
    this.practice.clear();
  }

  /** @param {boolean} isNaive */
  setOrder(isNaive) {
    this.isNaive = isNaive;
    if (isNaive && this.view) this.open(0, false);
    this.timeline.isNaive = isNaive;
    part(this.root, "step").max = String(this.timeline.last);
    this.go(isNaive ? this.timeline.turn : this.timeline.last);
  }

  /** @param {boolean} isOn */
  play(isOn) {
    clearInterval(this.playing);
    this.playing = undefined;
    const button = part(this.root, "play");
    button.setAttribute("aria-label", isOn ? "Pause" : "Play");
    button.classList.toggle("playing", isOn);
    part(this.root, "narration").setAttribute("aria-live", isOn ? "off" : "polite"); // faster than speech
    if (!isOn) return;
    if (this.frame === this.timeline.last) this.go(0);
    this.playing = setInterval(() => {
      this.go(this.frame + 1, true);
      if (this.frame === this.timeline.last) this.play(false);
    }, PACE);
  }

  /**
   * Go to a step.
   * @param {number} frame
   * @param {boolean} [isPlayed]
   */
  go(frame, isPlayed = false) {
    if (!isPlayed && this.playing) this.play(false);
    this.frame = Math.min(Math.max(frame, 0), this.timeline.last);
    this.show();
    this.reveal(this.moment?.nodes[0]);
  }

  /**
   * Move the picture to the box of a node, if that is out of view.
   * @param {number | null | undefined} node
   */
  reveal(node) {
    const card = this.picture.cardOf.get(node ?? -1);
    if (card) this.camera.reveal(card.place);
  }

  /** Show the present step. */
  show() {
    const moment = this.timeline.at(this.frame);
    this.moment = moment;
    this.picture.update(moment);
    const title = moment.group >= 0 && !moment.isNaive ? this.boxes[moment.group]?.title ?? "" : "";
    const lines = this.practice.isOn ? [] : this.narration.lines(moment, title);
    const place = this.data.words.place.replace("{index}", String(this.frame)).replace("{last}", String(moment.last));
    if (lines.length) lines[0] = place.replace("{text}", () => lines[0]);
    const narration = part(this.root, "narration");
    const told = lines.map((line, k) => html("p", k ? {} : { class: "heading" }, html("bdi", {}, line)));
    if (narration.textContent !== lines.join("")) narration.replaceChildren(...told); // else it would be read out again
    const step = part(this.root, "step");
    step.value = String(this.frame);
    step.setAttribute("aria-valuetext", `${this.frame} of ${moment.last}`);
    for (const [name, end] of /** @type {const} */ ([["first", 0], ["back", 0], ["next", moment.last], ["final", moment.last]])) {
      part(this.root, name).setAttribute("aria-disabled", String(this.frame === end)); // and keeps the focus
    }
    say(part(this.root, "phase"), moment.isForward ? "forward" : moment.isNaive ? "backward, naive order" : "backward");
    this.legend(moment);
    this.fillTable();
    this.remember();
  }

  /** @param {import("./timeline.js").Moment} moment */
  legend(moment) {
    const texts = legendOf(moment);
    const marks = texts.map(([name, text]) => html("span", { class: `mark ${name}` }, text));
    const legend = part(this.root, "legend");
    if (legend.textContent !== texts.map(([, text]) => text).join("")) legend.replaceChildren(...marks);
  }

  fillTable() {
    if (!part(this.root, "trace").open) return;
    const isFolded = this.data.views.length > 1;
    const table = tableOf(this.engine, this.picture, isFolded, (node) => this.select(node, true), this.data.digits);
    part(this.root, "table").replaceChildren(table);
  }

  /** @param {boolean} [isFirst] */
  fit(isFirst = false) {
    const { width, height } = this.data.views[this.view];
    this.camera.fit(width, height, isFirst);
  }

  /** Write the state into the address. */
  remember() {
    if (this.host.hasAddress === false) return;
    clearTimeout(this.later);
    this.later = setTimeout(() => {
      if (location.hash !== this.address) return; // another address was entered, and is shown soon
      const { engine, frame, node } = this;
      const changed = engine.leaves.filter((leaf) => !Object.is(engine.values[leaf], Number(this.data.leaves[leaf])));
      const set = new Map(changed.length > 200 ? [] : changed.map((leaf) => [leaf, engine.values[leaf]]));
      const text = written({
        step: frame === this.timeline.last ? undefined : frame,
        select: node ?? undefined,
        order: this.isNaive ? "naive" : undefined,
        open: this.data.views[this.view].opened,
        practice: this.practice.isOn,
        set,
      }, this.data.names);
      this.address = text ? `#${text}` : "";
      if (location.hash !== this.address) {
        try {
          history.replaceState(null, "", this.address || location.pathname + location.search);
        } catch {
          // inside a frame of a notebook there is no address to write
        }
      }
    }, 150);
  }
}
