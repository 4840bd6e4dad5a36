// What the page works on: the examples, the chosen network, its training, and what is looked at.

import { Arrangement } from "./network.js";
import { Rows, Training } from "./training.js";
import { Twister } from "./twister.js";

/**
 * @typedef {import("./network.js").NetworkFacts} NetworkFacts
 * @typedef {import("./training.js").Program} Program
 * @typedef {{width: number, floats?: string, levels?: number[], bytes?: string}} Encoded
 */

/**
 * @typedef {object} Facts what Python tells the page
 * @property {"plane" | "image" | "numbers"} kind of the inputs
 * @property {string} loss its name
 * @property {Encoded} inputs of all examples
 * @property {Encoded} targets of all examples
 * @property {{counts: boolean, labels: number[], cut: number | null, spread: number, count: number}} classes
 *   whether targets are classes, that of each example, what parts two of them, how far they lie
 *   from it, and how many there are
 * @property {[number, number][]} ranges of the plane
 * @property {NetworkFacts[]} networks the given one first
 * @property {number[]} frozen the parameters of the given network that are left alone
 * @property {number[]} order the state of the generator of mini-batches
 * @property {number} rate
 * @property {number} batchSize
 */

/** Return rows of numbers that Python has encoded. @param {Encoded} text */
export function decoded({ width, floats, levels, bytes }) {
  const content = Uint8Array.from(atob(floats ?? bytes ?? ""), (letter) => letter.charCodeAt(0));
  if (levels) return new Rows(Float64Array.from(content, (place) => levels[place]), width);
  const view = new DataView(content.buffer);
  const numbers = new Float64Array(content.length / 8);
  for (let at = 0; at < numbers.length; at++) numbers[at] = view.getFloat64(8 * at, true);
  return new Rows(numbers, width);
}

/** All that the page shows and changes. */
export class Session {
  /**
   * @param {Facts} facts
   * @param {Record<string, () => Program>} makers of the compiled programs, by name
   */
  constructor(facts, makers) {
    this.facts = facts;
    this.makers = makers;
    /** @type {Map<string, Program>} */
    this.made = new Map();
    this.given = { inputs: decoded(facts.inputs), targets: decoded(facts.targets) };
    this.examples = this.given;
    this.noise = 0;
    this.rate = facts.rate;
    this.batchSize = facts.batchSize;
    this.index = 0;
    this.arrangement = new Arrangement(this.network.sizes);
    this.training = this.#training();
    /** @type {import("./network.js").Place} the parameter that is selected */
    this.selected = { layer: 1, neuron: 0, input: 0 };
    /** @type {number | null} the example that is looked at, unless it is the reader's own */
    this.example = 0;
    /** @type {Float64Array} the inputs that are looked at */
    this.probe = this.examples.inputs.row(0).slice();
    this.select(1, 0);
  }

  get network() {
    return this.facts.networks[this.index];
  }

  /** The program of all that the neurons of the network compute. */
  get look() {
    return this.program(this.network.look);
  }

  /** Return a compiled program; it is made at its first use. @param {string} name */
  program(name) {
    const known = this.made.get(name);
    if (known) return known;
    const program = this.makers[name]();
    this.made.set(name, program);
    return program;
  }

  /** Exchange the network; training starts again. @param {number} index */
  choose(index) {
    this.index = index;
    this.arrangement = new Arrangement(this.network.sizes);
    this.reset();
    this.select(1, 0);
  }

  /** Start training again. */
  reset() {
    this.training = this.#training();
  }

  #training() {
    const settings = {
      rate: this.rate,
      batchSize: this.batchSize,
      order: this.facts.order,
      frozen: this.index === 0 ? this.facts.frozen : [],
    };
    const { step, parameters } = this.network;
    return new Training(this.program(step), parameters, this.examples, settings);
  }

  /** Select a neuron, and of its weights the one that counts most now. @param {number} layer @param {number} neuron */
  select(layer, neuron) {
    const { arrangement: where, training } = this;
    const looked = this.looked();
    let most = -1;
    for (let input = 0; input < where.sizes[layer - 1]; input++) {
      const factor = layer === 1 ? this.probe[input] : looked[where.after(layer - 1, input)];
      const size = Math.abs(factor * training.parameters[where.parameter({ layer, neuron, input })]);
      if (size <= most) continue;
      most = size;
      this.selected = { layer, neuron, input };
    }
  }

  /** Set the noise of the inputs; each example moves along a direction of its own. @param {number} noise */
  disturb(noise) {
    this.noise = noise;
    const inputs = this.given.inputs.disturbed(noise, new Twister(this.facts.order));
    this.examples = { inputs, targets: this.given.targets };
    this.training.examples = this.examples;
    if (this.example !== null) this.showExample(this.example);
  }

  /** Look at an example. @param {number} index */
  showExample(index) {
    this.example = index;
    this.probe = this.examples.inputs.row(index).slice();
  }

  /** Look at inputs of the reader's own. @param {Float64Array} inputs */
  showInputs(inputs) {
    this.example = null;
    this.probe = inputs;
  }

  /** Return what all neurons compute for the inputs that are looked at. */
  looked() {
    return this.lookAt(this.probe);
  }

  /** Return what all neurons compute for each row of inputs. @param {Float64Array} inputs */
  lookAt(inputs) {
    return this.look.value(this.training.parameters, inputs);
  }

  /**
   * Return the class that outputs mean, and by how much it is ahead, from 0 to 1.
   * @param {Float64Array} looked what neurons compute
   * @param {number} row
   */
  answer(looked, row) {
    const { arrangement: where, facts } = this;
    const outputs = where.sizes[where.depth];
    const first = row * where.lookCount + where.share(0);
    const { cut, spread } = facts.classes;
    if (outputs === 1) {
      const ahead = (looked[first] - (cut ?? 0)) / spread;
      return { kind: ahead > 0 ? 1 : 0, lead: Math.min(Math.abs(ahead), 1) };
    }
    let kind = 0;
    for (let other = 1; other < outputs; other++) {
      if (looked[first + other] > looked[first + kind]) kind = other;
    }
    const share = looked[first + kind];
    return { kind, lead: Math.min(Math.max((share * outputs - 1) / (outputs - 1), 0), 1) };
  }

  /**
   * Return by how much a class is ahead of the others: positive where it is the answer.
   * @param {Float64Array} looked what neurons compute @param {number} row @param {number} kind
   */
  margin(looked, row, kind) {
    const { arrangement: where, facts } = this;
    const outputs = where.sizes[where.depth];
    const first = row * where.lookCount + where.share(0);
    if (outputs === 1) return (looked[first] - (facts.classes.cut ?? 0)) * (kind ? 1 : -1);
    let most = Number.NEGATIVE_INFINITY;
    for (let other = 0; other < outputs; other++) {
      if (other !== kind) most = Math.max(most, looked[first + other]);
    }
    return looked[first + kind] - most;
  }

  /** Return the share of all examples that are answered rightly. */
  accuracy() {
    const { labels } = this.facts.classes;
    const looked = this.lookAt(this.examples.inputs.numbers);
    const right = labels.filter((label, row) => this.answer(looked, row).kind === label);
    return right.length / labels.length;
  }

  /** Return what `why` explains. @returns {import("./why.js").Subject} */
  subject() {
    return {
      arrangement: this.arrangement,
      activations: this.network.activations,
      parameters: this.training.parameters,
      step: this.training.program,
      look: this.look,
      slope: (name) => (name === "linear" ? null : this.program(`slope-${name}`)),
    };
  }
}
