// Gradient descent in the page: the steps of `fit`, in its order, with the compiled program.

import { Twister } from "./twister.js";

/**
 * @typedef {object} Program a compiled program, printed as JavaScript
 * @property {(parameters: Float64Array, ...args: Float64Array[]) => Float64Array} value
 * @property {(parameters: Float64Array, gradient: Float64Array, ...args: Float64Array[]) => number} valueAndGrad
 */

/** Rows of numbers side by side in one array. */
export class Rows {
  /** @param {Float64Array} numbers row by row @param {number} width of a row */
  constructor(numbers, width) {
    this.numbers = numbers;
    this.width = width;
    this.count = numbers.length / width;
  }

  /** @param {number} index */
  row(index) {
    return this.numbers.subarray(index * this.width, (index + 1) * this.width);
  }

  /** Return some of the rows, one after another. @param {ArrayLike<number>} indices */
  take(indices) {
    const taken = new Float64Array(indices.length * this.width);
    for (let at = 0; at < indices.length; at++) taken.set(this.row(indices[at]), at * this.width);
    return taken;
  }

  /**
   * Return rows with noise of a normal distribution, the same for each generator.
   * @param {number} strength its standard deviation @param {Twister} generator
   */
  disturbed(strength, generator) {
    if (!strength) return this;
    return new Rows(this.numbers.map((x) => x + strength * generator.normal()), this.width);
  }
}

/** A run of training, step by step. */
export class Training {
  /**
   * @param {Program} program of the loss of one example
   * @param {ArrayLike<number>} parameters at the start
   * @param {{inputs: Rows, targets: Rows}} examples
   * @param {{rate: number, batchSize: number, order: ArrayLike<number>, frozen: number[]}} settings
   *   the learning rate, the examples of a step, the state of the generator, indices to leave alone
   */
  constructor(program, parameters, examples, settings) {
    this.program = program;
    this.examples = examples;
    this.rate = settings.rate;
    this.batchSize = settings.batchSize;
    this.frozen = settings.frozen;
    this.parameters = Float64Array.from(parameters);
    this.gradient = new Float64Array(parameters.length);
    this.generator = new Twister(settings.order);
    /** @type {number[]} of all examples, in the order of the present epoch */
    this.indices = Array.from({ length: this.examples.inputs.count }, (_, index) => index);
    this.place = this.indices.length; // an epoch begins by shuffling
    /** @type {number[] | null} the examples of the next step, once they are asked for */
    this.pending = null;
    this.epoch = 0;
    /** @type {number[]} the loss of the mini-batch of each step, before the step */
    this.losses = [];
  }

  get steps() {
    return this.losses.length;
  }

  /** Set the number of examples of a step; a new epoch begins. @param {number} size */
  resize(size) {
    this.batchSize = size;
    this.place = this.indices.length;
    this.pending = null;
  }

  /** Return the indices of the examples of the next step. */
  next() {
    if (this.pending) return this.pending;
    if (this.place >= this.indices.length) {
      this.generator.shuffle(this.indices);
      this.place = 0;
      this.epoch++;
    }
    this.pending = this.indices.slice(this.place, this.place + this.batchSize);
    return this.pending;
  }

  /** Compute loss and gradient of some examples. @param {number[]} indices */
  lossOf(indices) {
    const { inputs, targets } = this.examples;
    const arrays = [inputs.take(indices), targets.take(indices)];
    return this.program.valueAndGrad(this.parameters, this.gradient, ...arrays);
  }

  /** Take one step, and return the loss before it; nan or an infinity leaves all as it was. */
  step() {
    const batch = this.next();
    const loss = this.lossOf(batch);
    if (!Number.isFinite(loss) || !this.gradient.every(Number.isFinite)) return Number.NaN;
    for (const index of this.frozen) this.gradient[index] = 0;
    for (let at = 0; at < this.parameters.length; at++) {
      this.parameters[at] -= this.rate * this.gradient[at];
    }
    this.place += batch.length;
    this.pending = null;
    this.losses.push(loss);
    return loss;
  }
}
