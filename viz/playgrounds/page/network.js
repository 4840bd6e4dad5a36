// Where the parameters and activations of a multilayer perceptron lie in flat arrays.

/**
 * @typedef {object} NetworkFacts what Python says of a network
 * @property {number[]} sizes the number of inputs, then of the neurons of each layer
 * @property {string[]} activations of each layer, by name
 * @property {number[]} parameters neuron by neuron: its weights, then its bias
 * @property {string} step the name of the program of the loss
 * @property {string} look the name of the program of all activations
 */

/**
 * @typedef {object} Place of a parameter
 * @property {number} layer from 1; 0 are the inputs
 * @property {number} neuron in its layer, from 0
 * @property {number} input of the neuron, from 0; as many as it has inputs for the bias
 */

/** The order of numbers: `Module.parameters` in Python, and the results of the program `look`. */
export class Arrangement {
  /** @param {number[]} sizes the number of inputs, then of the neurons of each layer */
  constructor(sizes) {
    this.sizes = sizes;
    this.depth = sizes.length - 1;
    /** @type {number[]} the first parameter of each layer */
    this.starts = [0];
    /** @type {number[]} the first neuron of each layer, counted through all of them */
    this.neurons = [0];
    for (let layer = 1; layer <= this.depth; layer++) {
      this.starts.push(this.starts[layer - 1] + (layer > 1 ? this.parametersOf(layer - 1) : 0));
      this.neurons.push(this.neurons[layer - 1] + (layer > 1 ? sizes[layer - 1] : 0));
    }
    /** the number of neurons, the inputs left out */
    this.neuronCount = this.neurons[this.depth] + sizes[this.depth];
    /** the number of results of `look` for one example: z and a of each neuron, then shares */
    this.lookCount = 2 * this.neuronCount + sizes[this.depth];
  }

  /** @param {number} layer from 1 */
  parametersOf(layer) {
    return this.sizes[layer] * (this.sizes[layer - 1] + 1);
  }

  /** @param {Place} place */
  parameter({ layer, neuron, input }) {
    return this.starts[layer] + neuron * (this.sizes[layer - 1] + 1) + input;
  }

  /** @param {number} layer @param {number} neuron */
  bias(layer, neuron) {
    return this.parameter({ layer, neuron, input: this.sizes[layer - 1] });
  }

  /** Return where `look` has the pre-activation z. @param {number} layer @param {number} neuron */
  before(layer, neuron) {
    return this.neurons[layer] + neuron;
  }

  /** Return where `look` has the activation a. @param {number} layer @param {number} neuron */
  after(layer, neuron) {
    return this.neuronCount + this.neurons[layer] + neuron;
  }

  /** Return where `look` has the share of a class. @param {number} output */
  share(output) {
    return 2 * this.neuronCount + output;
  }
}
