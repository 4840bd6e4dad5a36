// A graph as flat arrays, computed forward and backward by the functions of the derivative table.

/**
 * @typedef {{name: string, sign: string, starred: boolean[], defaults: number[]}} Operation
 * @typedef {(...operands: any[]) => [number, number[]]} OperationFunction
 * @typedef {{
 *   names: string[],
 *   labelled: number[],
 *   operations: Operation[],
 *   codes: number[],
 *   operands: number[],
 *   starts: number[],
 *   numbers: (number | string)[],
 *   leaves: Record<string, number | string>,
 *   formulas: string[],
 *   formula: number[],
 *   slopes: number[],
 * }} Program
 */

export class Engine {
  /**
   * @param {Program} program
   * @param {OperationFunction[]} functions one for each of its operations
   */
  constructor(program, functions) {
    this.program = program;
    this.functions = functions;
    this.count = program.codes.length;
    this.codes = Int16Array.from(program.codes);
    this.starts = Int32Array.from(program.starts);
    this.at = Int32Array.from(program.operands, (x) => (x < 0 ? this.count + ~x : x));
    this.values = new Float64Array(this.count + program.numbers.length);
    program.numbers.forEach((x, k) => { this.values[this.count + k] = Number(x); });
    this.slopes = new Float64Array(this.at.length);
    this.adjoints = new Float64Array(this.count);
    this.end = this.count - 1;
    /** @type {number[]} */
    this.leaves = Object.keys(program.leaves).map(Number);
    this.reset();
    this.uses = this.usesOfEach();
  }

  /** Give every leaf the number that it had when the page was made. */
  reset() {
    for (const leaf of this.leaves) this.values[leaf] = Number(this.program.leaves[leaf]);
  }

  /**
   * Compute every value and every local derivative from the leaves.
   * @param {number} [pinned] a node that keeps the number it has
   */
  forward(pinned = -1) {
    const { codes, values } = this;
    for (let node = 0; node < this.count; node++) {
      if (codes[node] >= 0 && node !== pinned) values[node] = this.compute(node);
    }
  }

  /**
   * Compute a node from its operands; its local derivatives are written.
   * @param {number} node
   */
  compute(node) {
    const { at, values, slopes } = this;
    const start = this.starts[node];
    const end = this.starts[node + 1];
    const code = this.codes[node];
    const apply = this.functions[code];
    const operation = this.program.operations[code];
    const isPlain = end - start === operation.starred.length && !operation.starred.includes(true);
    if (isPlain && end - start === 2) {
      const [out, found] = apply(values[at[start]], values[at[start + 1]]);
      slopes[start] = found[0];
      slopes[start + 1] = found[1];
      return out;
    }
    if (isPlain && end - start === 1) {
      const [out, found] = apply(values[at[start]]);
      slopes[start] = found[0];
      return out;
    }
    const [out, found] = apply(...this.grouped(operation, start, end));
    for (let k = start; k < end; k++) slopes[k] = found[k - start];
    return out;
  }

  /**
   * Return the operands of a node, those of a starred operand as one array.
   * @param {Operation} operation
   * @param {number} start
   * @param {number} end
   */
  grouped(operation, start, end) {
    const stars = operation.starred.filter(Boolean).length;
    const single = operation.starred.length - stars;
    const length = stars ? (end - start - single) / stars : 1;
    /** @type {(number | number[])[]} */
    const operands = [];
    for (let at = start, k = 0; at < end; k++) {
      const flat = [];
      for (const stop = at + (operation.starred[k] ? length : 1); at < stop; at++) {
        flat.push(this.values[this.at[at]]);
      }
      operands.push(operation.starred[k] ? flat : flat[0]);
    }
    const missing = operation.starred.length - operands.length;
    const { defaults } = operation;
    return missing > 0 ? [...operands, ...defaults.slice(defaults.length - missing)] : operands;
  }

  /** Sweep backward: the adjoint of every node, in the order of Python's engine. */
  backward() {
    this.adjoints.fill(0);
    this.adjoints[this.end] = 1;
    for (let node = this.end; node >= 0; node--) {
      if (this.codes[node] >= 0) this.passOn(node, this.adjoints);
    }
  }

  /**
   * Let a node pass its adjoint on to its operands.
   * @param {number} node
   * @param {Float64Array} adjoints
   */
  passOn(node, adjoints) {
    const { at, slopes, starts, count } = this;
    const outer = adjoints[node];
    for (let k = starts[node]; k < starts[node + 1]; k++) {
      if (at[k] < count) adjoints[at[k]] += outer * slopes[k];
    }
  }

  /**
   * Return the places of the operands of a node that are nodes.
   * @param {number} node
   */
  places(node) {
    const found = [];
    for (let k = this.starts[node]; k < this.starts[node + 1]; k++) {
      if (this.at[k] < this.count) found.push(k);
    }
    return found;
  }

  /** Count for each node how often it is an operand. */
  usesOfEach() {
    const uses = new Int32Array(this.count);
    for (const operand of this.at) if (operand < this.count) uses[operand] += 1;
    return uses;
  }

  /**
   * Return the nodes that use a node.
   * @param {number} node
   */
  users(node) {
    const found = [];
    for (let user = node + 1; user < this.count; user++) {
      for (let k = this.starts[user]; k < this.starts[user + 1]; k++) {
        if (this.at[k] === node) {
          found.push(user);
          break;
        }
      }
    }
    return found;
  }

  /**
   * Return the end of the graph where one number is another; every number stays as it is.
   * @param {number} node
   * @param {number} value
   */
  endWith(node, value) {
    const [values, slopes] = [this.values.slice(), this.slopes.slice()];
    this.values[node] = value;
    this.forward(node);
    const end = this.values[this.end];
    this.values.set(values);
    this.slopes.set(slopes);
    return end;
  }
}
