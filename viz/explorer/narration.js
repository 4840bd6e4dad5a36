// A frame in words and numbers. The sentences are those of `viz.steps`, which the page brings along.

import { formula, numbersIn, short } from "./formulas.js";
import { bracketed, digits } from "./numbers.js";

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./timeline.js").Moment} Moment
 * @typedef {import("./timeline.js").Receipt} Receipt
 */

const MOST_LINES = 4;

export class Narration {
  /**
   * @param {Engine} engine
   * @param {Record<string, string>} words
   * @param {number} significant
   */
  constructor(engine, words, significant) {
    this.engine = engine;
    this.words = words;
    this.significant = significant;
  }

  /**
   * Say what happens at a moment: a heading, and a line for each operand that receives.
   * @param {Moment} moment
   * @param {string} [title] of the box whose values are computed or pass on, if it has several
   * @returns {string[]}
   */
  lines(moment, title = "") {
    const several = title && moment.nodes.length > 1;
    if (moment.isForward) return [this.computed(moment, several ? title : "")];
    if (moment.isResting) return [this.told("done", { gradients: this.gradients(moment) })];
    if (moment.isVerdict) return [this.judgement(moment)];
    if (!moment.nodes.length) return [this.told("seed", { end: this.name(this.engine.end) })];
    const givers = several ? title : this.listed(moment.nodes);
    const verb = moment.nodes.length > 1 ? "pass" : "passes";
    const heading = this.told(moment.isNaive ? `${verb}_early` : verb, { givers });
    const lines = several ? [] : moment.receipts.map((each) => this.received(each, moment));
    if (lines.length > MOST_LINES) {
      const count = lines.length - MOST_LINES + 1;
      lines.splice(MOST_LINES - 1, lines.length, this.told("more", { count }));
    }
    return [heading, ...lines];
  }

  /**
   * @param {Moment} moment
   * @param {string} title
   */
  computed(moment, title) {
    const [node] = moment.nodes;
    if (node === undefined) return this.told("given", {});
    if (title) return this.told("computed_several", { name: title, count: moment.nodes.length });
    const parts = {
      name: this.name(node),
      formula: formula(this.engine, node),
      numbers: numbersIn(this.engine, node, this.significant),
      value: this.number(this.engine.values[node]),
    };
    return this.told("computed_numbers", parts);
  }

  /** @param {Moment} moment */
  gradients(moment) {
    const end = this.name(this.engine.end);
    const { leaves } = this.engine;
    const shown = leaves.slice(0, MOST_LINES).map((leaf) => {
      return `∂${end}/∂${this.name(leaf)} = ${this.number(moment.adjoints[leaf])}`;
    });
    if (leaves.length > MOST_LINES) {
      const count = (leaves.length - MOST_LINES).toLocaleString("en");
      shown.push(this.told("others", { count }));
    }
    return shown.join(", ");
  }

  /**
   * @param {Receipt} receipt
   * @param {Moment} moment
   */
  received(receipt, moment) {
    const text = this.told("receives", {
      parent: this.name(receipt.parent),
      outer: bracketed(this.number(receipt.outer)),
      factor: bracketed(this.number(receipt.factor)),
      amount: this.number(receipt.amount),
    });
    const total = this.number(receipt.total);
    const inAll = receipt.total === receipt.amount ? "" : this.told("in_all", { total });
    const isLast = receipt.total === moment.adjoints[receipt.parent];
    const isComplete = isLast && moment.complete[receipt.parent] && !moment.isNaive;
    return text + inAll + (isComplete ? this.told("complete", {}) : "");
  }

  /** @param {Moment} moment */
  judgement(moment) {
    const wrong = [];
    for (let node = 0; node < this.engine.count; node++) {
      if (!moment.complete[node] && moment.received[node]) wrong.push(node);
    }
    if (!wrong.length) return this.told("right", {});
    return this.told(wrong.length > 1 ? "wrong_several" : "wrong", { names: this.listed(wrong) });
  }

  /** @param {number[]} nodes */
  listed(nodes) {
    const names = nodes.map((node) => this.name(node));
    if (names.length > MOST_LINES) {
      const count = names.length - MOST_LINES + 1;
      names.splice(MOST_LINES - 1, names.length, this.told("others", { count }));
    }
    const last = names.pop() ?? "";
    return names.length ? this.told("and", { first: names.join(", "), last }) : last;
  }

  /** @param {number} node */
  name(node) {
    return short(this.engine.program.names[node]);
  }

  /** @param {number} x */
  number(x) {
    return digits(x, this.significant);
  }

  /**
   * @param {string} key
   * @param {Record<string, string | number>} parts
   */
  told(key, parts) {
    return this.words[key].replace(/\{(\w+)\}/g, (_, name) => String(parts[name]));
  }
}
