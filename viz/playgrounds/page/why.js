// Why the loss changes with a weight: the chain rule with its numbers, example by example.
//
//     dC/dw = mean of delta * a        a is what the weight multiplies, delta = dC/dz of its neuron
//     delta = f'(z) * sum of w * delta over the neurons that the activation goes to
//
// Every number comes from the compiled programs: delta is the derivative by the bias.

/**
 * @typedef {import("./network.js").Arrangement} Arrangement
 * @typedef {import("./network.js").Place} Place
 * @typedef {import("./training.js").Program} Program
 * @typedef {import("./training.js").Rows} Rows
 */

/**
 * @typedef {object} Subject what is explained
 * @property {Arrangement} arrangement
 * @property {string[]} activations of each layer, by name
 * @property {Float64Array} parameters
 * @property {Program} step the program of the loss
 * @property {Program} look the program of all activations
 * @property {(name: string) => Program | null} slope the program of an activation; null if linear
 */

/**
 * @typedef {object} Part what one example contributes
 * @property {number} index of the example
 * @property {number} activation a, which the weight multiplies; 1 for a bias
 * @property {number} delta dC/dz of the neuron, for this example
 * @property {number} product the derivative of this example's loss by the parameter
 */

/**
 * Return what each example contributes to the derivative of the mean loss by a parameter.
 * @param {Subject} subject
 * @param {Place} place
 * @param {{inputs: Rows, targets: Rows}} examples
 * @param {number[]} indices of the examples
 * @returns {Part[]}
 */
export function partsOf(subject, place, { inputs, targets }, indices) {
  const { arrangement, parameters, step } = subject;
  const gradient = new Float64Array(parameters.length);
  return indices.map((index) => {
    const input = inputs.row(index);
    step.valueAndGrad(parameters, gradient, input, targets.row(index));
    return {
      index,
      activation: factorOf(subject, place, input),
      delta: gradient[arrangement.bias(place.layer, place.neuron)],
      product: gradient[arrangement.parameter(place)],
    };
  });
}

/**
 * Return what a parameter multiplies for an example: an input, an activation, or 1 for a bias.
 * @param {Subject} subject
 * @param {Place} place
 * @param {Float64Array} input
 */
export function factorOf({ arrangement, parameters, look }, { layer, input: from }, input) {
  if (from === arrangement.sizes[layer - 1]) return 1;
  if (layer === 1) return input[from];
  return look.value(parameters, input)[arrangement.after(layer - 1, from)];
}

/**
 * @typedef {object} Chain how delta of a hidden neuron comes about, for one example
 * @property {number} before z, its pre-activation
 * @property {number} slope f'(z)
 * @property {{weight: number, delta: number, product: number}[]} terms one for each neuron that it
 *   goes to
 * @property {number} delta by the program: slope times the sum of the products
 */

/**
 * Return how delta = dC/dz of a hidden neuron comes about.
 * @param {Subject} subject
 * @param {{layer: number, neuron: number}} place of the neuron, not in the last layer
 * @param {Float64Array} input
 * @param {Float64Array} target
 * @returns {Chain}
 */
export function chainOf(subject, { layer, neuron }, input, target) {
  const { arrangement, activations, parameters, step, look } = subject;
  const gradient = new Float64Array(parameters.length);
  step.valueAndGrad(parameters, gradient, input, target);
  const before = look.value(parameters, input)[arrangement.before(layer, neuron)];
  const terms = Array.from({ length: arrangement.sizes[layer + 1] }, (_, next) => {
    const weight = parameters[arrangement.parameter({ layer: layer + 1, neuron: next, input: neuron })];
    const delta = gradient[arrangement.bias(layer + 1, next)];
    return { weight, delta, product: weight * delta };
  });
  const slope = slopeOf(subject.slope(activations[layer - 1]), before);
  return { before, slope, terms, delta: gradient[arrangement.bias(layer, neuron)] };
}

/**
 * Return the derivative of an activation at z.
 * @param {Program | null} program of the activation, with z as its one parameter; null if linear
 * @param {number} before z
 */
function slopeOf(program, before) {
  if (!program) return 1;
  const slope = new Float64Array(1);
  program.valueAndGrad(Float64Array.of(before), slope, Float64Array.of(0));
  return slope[0];
}
