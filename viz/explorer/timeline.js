// The forward and the backward pass as frames: what is known, who passes on, what is complete.

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {{giver: number, place: number, parent: number, outer: number, factor: number,
 *   amount: number, total: number}} Receipt
 * @typedef {{
 *   frame: number,
 *   last: number,
 *   isForward: boolean,
 *   isResting: boolean,
 *   isVerdict: boolean,
 *   isNaive: boolean,
 *   group: number,
 *   nodes: number[],
 *   known: Uint8Array,
 *   adjoints: Float64Array,
 *   received: Uint8Array,
 *   complete: Uint8Array,
 *   receipts: Receipt[],
 * }} Moment
 */

const MOST_RECEIPTS = 200; // of one frame that are kept one by one

export class Timeline {
  /**
   * @param {Engine} engine
   * @param {number[][]} groups the computed nodes that each step computes, in order
   * @param {number[][] | string} naive the steps of the naive recursive order, each a node and the
   *   position of its operand; or why there are none
   */
  constructor(engine, groups, naive) {
    this.engine = engine;
    this.groups = groups;
    this.naive = naive;
    this.isNaive = false;
  }

  /** The frame at which the backward pass begins. */
  get turn() {
    return this.groups.length + 1;
  }

  /** The last frame. */
  get last() {
    return this.turn + 1 + (this.isNaive ? this.naive.length : this.groups.length);
  }

  /**
   * Return what is known at a frame.
   * @param {number} frame
   * @returns {Moment}
   */
  at(frame) {
    const { engine } = this;
    /** @type {Moment} */
    const moment = {
      frame,
      last: this.last,
      isForward: frame < this.turn,
      isResting: !this.isNaive && frame === this.last,
      isVerdict: this.isNaive && frame === this.last,
      isNaive: this.isNaive,
      group: -1,
      nodes: [],
      known: new Uint8Array(engine.count),
      adjoints: new Float64Array(engine.count),
      received: new Uint8Array(engine.count),
      complete: new Uint8Array(engine.count),
      receipts: [],
    };
    if (moment.isForward) this.computeUpTo(frame, moment);
    else this.passUpTo(frame - this.turn, moment);
    return moment;
  }

  /**
   * @param {number} steps
   * @param {Moment} moment
   */
  computeUpTo(steps, moment) {
    for (const leaf of this.engine.leaves) moment.known[leaf] = 1;
    for (const nodes of this.groups.slice(0, steps)) for (const node of nodes) moment.known[node] = 1;
    moment.group = steps - 1;
    moment.nodes = steps ? this.groups[steps - 1] : [];
  }

  /**
   * @param {number} steps
   * @param {Moment} moment
   */
  passUpTo(steps, moment) {
    const { end } = this.engine;
    moment.known.fill(1);
    moment.adjoints[end] = 1;
    moment.received[end] = 1;
    if (this.isNaive) this.passNaively(steps, moment);
    else this.passInOrder(steps, moment);
  }

  /**
   * @param {number} steps
   * @param {Moment} moment
   */
  passInOrder(steps, moment) {
    const { engine, groups } = this;
    const waiting = engine.uses.slice();
    moment.complete[engine.end] = 1;
    for (let step = 1; step <= Math.min(steps, groups.length); step++) {
      const group = groups.length - step;
      const isNow = step === steps;
      if (isNow) {
        moment.group = group;
        moment.nodes = groups[group];
      }
      for (let k = groups[group].length - 1; k >= 0; k--) {
        const node = groups[group][k];
        for (let place = engine.starts[node]; place < engine.starts[node + 1]; place++) {
          const parent = engine.at[place];
          if (parent >= engine.count) continue;
          this.receive(node, place, moment, isNow);
          waiting[parent] -= 1;
          if (!waiting[parent]) moment.complete[parent] = 1;
        }
      }
    }
  }

  /**
   * Follow the naive order; at the verdict, complete is what came out right.
   * @param {number} steps
   * @param {Moment} moment
   */
  passNaively(steps, moment) {
    const { engine } = this;
    const edges = /** @type {number[][]} */ (this.naive);
    const done = Math.min(steps, edges.length);
    for (let step = 0; step < done; step++) {
      const [node, position] = edges[step];
      this.receive(node, engine.starts[node] + position, moment, step === steps - 1);
    }
    moment.nodes = steps && steps <= edges.length ? [edges[steps - 1][0]] : [];
    moment.complete[engine.end] = 1; // of the others more parts may be to come
    if (!moment.isVerdict) return;
    for (let node = 0; node < engine.count; node++) {
      moment.complete[node] = Number(isEqual(moment.adjoints[node], engine.adjoints[node]));
    }
  }

  /**
   * @param {number} giver
   * @param {number} place
   * @param {Moment} moment
   * @param {boolean} isNow
   */
  receive(giver, place, moment, isNow) {
    const parent = this.engine.at[place];
    const [outer, factor] = [moment.adjoints[giver], this.engine.slopes[place]];
    moment.adjoints[parent] += outer * factor;
    moment.received[parent] = 1;
    if (isNow && moment.receipts.length < MOST_RECEIPTS) {
      const [amount, total] = [outer * factor, moment.adjoints[parent]];
      moment.receipts.push({ giver, place, parent, outer, factor, amount, total });
    }
  }
}

/**
 * @param {number} x
 * @param {number} y
 */
function isEqual(x, y) {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y);
  return x === y || Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y));
}
