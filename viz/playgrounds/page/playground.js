// The playground: it connects the controls, the network and its pictures with the training.

import { Controls } from "./controls.js";
import { drawCurve } from "./curve.js";
import { Diagram, paintPlain } from "./diagram.js";
import { byId, short } from "./elements.js";
import { squareInputs } from "./handwriting.js";
import { Inspector, paintWeights } from "./inspector.js";
import { Pad } from "./pad.js";
import { Palette, paintGrid } from "./paint.js";
import { Plane } from "./plane.js";
import { Session } from "./session.js";
import { chainOf, partsOf } from "./why.js";

/** @typedef {import("./network.js").Place} Place */

const BUDGET = 20; // milliseconds of each turn that training takes at least
const SHARE = 2; // times as long as drawing took, up to
const LONGEST = 200; // milliseconds
const SLOWLY = 400; // milliseconds between updates of what is costly or read as text

/**
 * Start the page.
 * @param {Record<string, () => import("./training.js").Program>} programs
 */
export function startPlayground(programs) {
  const facts = JSON.parse(byId("chalkgrad-data").textContent);
  const playground = new Playground(new Session(facts, programs));
  playground.start();
  Object.assign(window, { playground }); // for the reader's console
}

export class Playground {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.isRunning = false;
    this.root = byId("playground");
    this.why = { partsOf, chainOf }; // for a reader's console
    this.palette = new Palette(this.root);
    this.slowly = 0;
    this.drawing = 0;
    this.paced = { since: 0, steps: 0 };
    const { kind } = session.facts;
    if (kind === "plane") this.plane = new Plane(byId("plane"), session, (inputs) => this.look(inputs));
    if (kind === "image") this.pad = new Pad(byId("pad"), (ink) => this.read(ink));
    this.controls = new Controls(this);
    this.diagram = new Diagram(byId("diagram"), session, {
      weight: (place) => this.select(place),
      neuron: (layer, neuron) => {
        session.select(layer, neuron);
        this.select(session.selected);
      },
    });
    this.inspector = new Inspector(byId("inspector"), session, {
      select: (place) => this.select(place),
      changed: () => this.draw(),
      showExample: (index) => this.showExample(index),
    });
  }

  /** Fill the controls, and draw all. */
  start() {
    const { facts } = this.session;
    for (const part of this.root.querySelectorAll("[data-for]")) {
      const needed = part.getAttribute("data-for");
      const isThere = needed === facts.kind || (needed === "choice" && facts.networks.length > 1);
      /** @type {HTMLElement} */ (part).hidden = !isThere;
    }
    byId("accuracy-place").hidden = !facts.classes.counts;
    byId("input-title").textContent = { plane: "What it answers", image: "Draw a digit", numbers: "The inputs" }[facts.kind];
    byId("example").max = `${this.session.given.inputs.count - 1}`;
    this.controls.fill();
    this.controls.listen();
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.root);
    this.draw();
  }

  /** Exchange the network. @param {number} index */
  choose(index) {
    this.run(false);
    this.session.choose(index);
    this.diagram.build();
    this.inspector.build();
    this.tell("");
    this.draw();
  }

  /** Go back to the first numbers and the first mini-batch. */
  reset() {
    this.run(false);
    this.session.reset();
    this.tell("");
    this.draw();
  }

  /** @param {string} message */
  tell(message) {
    byId("message").textContent = message;
  }

  /** Take one step; a loss that is not finite ends the run, and an example that takes another branch. */
  step() {
    const loss = this.#unlessBranch(() => this.session.training.step());
    if (loss !== undefined && Number.isFinite(loss)) return true;
    this.run(false);
    if (loss !== undefined) this.tell("The loss or the gradient is not finite any more: reset, and take a lower learning rate.");
    return false;
  }

  /**
   * Return what a function returns; tell of the error that a program throws for another branch.
   * @template T @param {() => T} act @returns {T | undefined}
   */
  #unlessBranch(act) {
    try {
      return act();
    } catch (error) {
      this.tell(`The compiled program stopped: ${error instanceof Error ? error.message : error}.`);
      return undefined;
    }
  }

  /** Start or pause. @param {boolean} isRunning */
  run(isRunning) {
    if (this.isRunning === isRunning) return;
    this.isRunning = isRunning;
    byId("run").textContent = isRunning ? "Pause" : "Run";
    byId("run").setAttribute("aria-pressed", `${isRunning}`);
    if (!isRunning) return this.draw();
    this.paced = { since: performance.now(), steps: this.session.training.steps };
    requestAnimationFrame(() => this.#turn());
  }

  /** Take the steps of one turn, and draw. */
  #turn() {
    if (!this.isRunning) return;
    const start = performance.now();
    const speed = Number(byId("speed").value);
    const due = speed ? Math.floor(((start - this.paced.since) / 1000) * speed) : Number.POSITIVE_INFINITY;
    const budget = Math.min(Math.max(BUDGET, SHARE * this.drawing), LONGEST);
    while (performance.now() - start < budget && this.session.training.steps - this.paced.steps < due) {
      if (!this.step()) return;
    }
    const passed = performance.now() - this.paced.since;
    const pace = (this.session.training.steps - this.paced.steps) / (passed / 1000);
    byId("pace").textContent = passed > SLOWLY ? short(pace) : "";
    this.draw();
    requestAnimationFrame(() => this.#turn());
  }

  /** Select a neuron and one of its weights. @param {Place} place */
  select(place) {
    this.session.selected = place;
    this.inspector.build();
    this.draw();
  }

  /** Look at inputs of the reader's own. @param {Float64Array} inputs */
  look(inputs) {
    this.session.showInputs(inputs);
    this.draw();
  }

  /** Look at an example. @param {number} index */
  showExample(index) {
    this.session.showExample(index);
    this.draw();
    this.inspector.explain();
  }

  /** Read what is drawn. @param {import("./handwriting.js").Ink} ink */
  read(ink) {
    const inputs = squareInputs(ink, Math.sqrt(this.session.arrangement.sizes[0]));
    if (inputs) this.look(inputs);
  }

  /** Draw everything; what is costly, or read as text, more rarely while it runs. */
  draw() {
    const { session, plane } = this;
    const now = performance.now();
    const isDue = !this.isRunning || now - this.slowly > SLOWLY;
    if (isDue) this.slowly = now;
    if (isDue) this.palette = new Palette(this.root);
    const looked = session.looked().slice();
    if (plane) {
      plane.compute();
      plane.draw(this.palette);
    }
    const paint = this.#painter(looked);
    this.diagram.draw(looked, paint);
    drawCurve(byId("curve"), session.training.losses, this.palette);
    if (isDue) {
      this.#unlessBranch(() => this.inspector.draw(this.palette, looked, paint, this.isRunning));
      this.#write(looked);
    }
    this.drawing = performance.now() - now;
  }

  /**
   * Return what paints a neuron: over the plane, as its weights, or in the colour of its activation.
   * @param {Float64Array} looked
   * @returns {import("./diagram.js").Paint}
   */
  #painter(looked) {
    const { session, palette, plane } = this;
    const { arrangement: where } = session;
    if (plane) return (layer, neuron, canvas) => plane.paintNeuron(layer, neuron, canvas, palette);
    const isImage = session.facts.kind === "image";
    return (layer, neuron, canvas) => {
      if (layer === 0 && isImage) {
        const side = Math.sqrt(session.probe.length);
        paintGrid(canvas, side, side, (at) => palette.ofActivation(session.probe[at]));
      } else if (layer === 0) {
        paintPlain(canvas, palette.ofActivation(session.probe[neuron]));
      } else if (layer === 1 && isImage) {
        paintWeights(session, layer, neuron, canvas, palette);
      } else {
        const place = layer === where.depth ? where.share(neuron) : where.after(layer, neuron);
        paintPlain(canvas, palette.ofActivation(looked[place]));
      }
    };
  }

  /** Write what is text. @param {Float64Array} looked */
  #write(looked) {
    const { session } = this;
    const { training, facts, network, example, arrangement: where } = session;
    byId("summary").textContent = describe(network);
    byId("about").textContent = `${training.parameters.length.toLocaleString("en")} parameters, ${facts.loss.replaceAll("_", " ")}, ${session.given.inputs.count.toLocaleString("en")} examples`;
    byId("epoch").textContent = `${training.epoch}`;
    byId("steps").textContent = training.steps.toLocaleString("en");
    byId("loss").textContent = training.steps ? short(training.losses[training.steps - 1], 4) : "";
    if (facts.classes.counts) byId("accuracy").textContent = `${(100 * session.accuracy()).toFixed(1)} %`;
    const { kind } = session.answer(looked, 0);
    const label = example === null ? "" : `its target: ${target(session, example)}`;
    byId("target").textContent = label;
    if (document.activeElement !== byId("example")) byId("example").value = example === null ? "" : `${example}`;
    if (facts.kind === "image") {
      const share = looked[where.share(kind)];
      byId("reading").textContent = `It reads ${kind} (${(100 * share).toFixed(1)} %)`;
      byId("pad").setAttribute("aria-label", "draw a digit here; arrow keys draw too, with Shift they move the pen");
    }
    if (facts.kind === "plane") {
      for (const axis of [0, 1]) {
        const field = byId(`probe-${axis}`);
        if (document.activeElement !== field) field.value = short(session.probe[axis]).replace("\u2212", "-");
      }
      byId("plane").setAttribute("aria-label", `the plane, each point in the colour of its class; class ${kind} at the point that is looked at`);
    }
    byId("curve").setAttribute("aria-label", `the loss of each of ${training.steps} steps`);
  }
}

/** @param {import("./network.js").NetworkFacts} network */
function describe({ sizes, activations }) {
  return [`${sizes[0]}`, ...activations.map((name, layer) => `${sizes[layer + 1]} ${name}`)].join(" \u2192 ");
}

/** Write the target of an example: its class, or its numbers. @param {Session} session @param {number} example */
function target({ facts, given }, example) {
  if (facts.classes.counts) return `class ${facts.classes.labels[example]}`;
  return Array.from(given.targets.row(example), (x) => short(x)).join(", ");
}
