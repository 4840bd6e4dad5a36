// The controls above the network: what they offer, and what they do.

import { byId, fill } from "./elements.js";

/** @typedef {import("./playground.js").Playground} Playground */

const RATES = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const BATCHES = [1, 5, 10, 20, 50, 100];
const SPEEDS = [{ value: "0", text: "as fast as possible" }, { value: "60", text: "60 steps a second" }, { value: "5", text: "5 steps a second" }, { value: "1", text: "1 step a second" }];

export class Controls {
  /** @param {Playground} playground */
  constructor(playground) {
    this.playground = playground;
  }

  /** Offer what can be chosen. */
  fill() {
    const { facts } = this.playground.session;
    const count = this.playground.session.given.inputs.count;
    /** @param {number[]} numbers @param {number} own */
    const withOwn = (numbers, own) => [...new Set([...numbers, own])].sort((one, other) => one - other);
    fill(byId("speed"), SPEEDS, "0");
    fill(byId("rate"), withOwn(RATES, facts.rate).map((rate) => ({ value: `${rate}`, text: `${rate}` })), `${facts.rate}`);
    const sizes = withOwn([...BATCHES.filter((size) => size < count), count], facts.batchSize);
    fill(byId("batch"), sizes.map((size) => ({ value: `${size}`, text: size >= count ? `all ${count}` : `${size}` })), `${facts.batchSize}`);
    const hidden = [...new Set(facts.networks.map(hiddenOf))];
    fill(byId("hidden"), hidden.map((text) => ({ value: text, text: text || "none" })), hiddenOf(facts.networks[0]));
    this.#fillActivations();
  }

  /** Offer the activations that there are for the hidden layers. */
  #fillActivations() {
    const { facts, index } = this.playground.session;
    const alike = facts.networks.filter((network) => hiddenOf(network) === hiddenOf(facts.networks[index]));
    const names = alike.map(innerOf);
    fill(byId("activation"), names.map((name) => ({ value: name, text: name || "none" })), innerOf(facts.networks[index]));
    byId("activation").disabled = names.length < 2;
  }

  /** Let each control do what it is for. */
  listen() {
    const { playground } = this;
    const { session } = playground;
    byId("run").addEventListener("click", () => playground.run(!playground.isRunning));
    byId("step").addEventListener("click", () => {
      playground.run(false);
      playground.step();
      playground.draw();
    });
    byId("reset").addEventListener("click", () => playground.reset());
    byId("rate").addEventListener("change", () => {
      session.rate = session.training.rate = Number(byId("rate").value);
      playground.draw();
    });
    byId("batch").addEventListener("change", () => {
      session.batchSize = Number(byId("batch").value);
      session.training.resize(session.batchSize);
      playground.draw();
    });
    byId("hidden").addEventListener("change", () => this.#choose());
    byId("activation").addEventListener("change", () => this.#choose());
    byId("noise").addEventListener("input", () => {
      session.disturb(Number(byId("noise").value));
      byId("noise-shown").textContent = `${session.noise}`;
      playground.draw();
    });
    byId("example").addEventListener("change", () => {
      const last = session.given.inputs.count - 1;
      playground.showExample(Math.min(Math.max(Math.round(Number(byId("example").value)), 0), last));
    });
    for (const axis of [0, 1]) {
      byId(`probe-${axis}`).addEventListener("change", () => {
        playground.look(Float64Array.of(Number(byId("probe-0").value), Number(byId("probe-1").value)));
      });
    }
    byId("clear").addEventListener("click", () => {
      playground.pad?.clear();
      playground.showExample(0);
    });
  }

  /** Take the network of the chosen hidden layers and activation. */
  #choose() {
    const { networks } = this.playground.session.facts;
    const [hidden, activation] = [byId("hidden").value, byId("activation").value];
    const alike = networks.map((network, index) => ({ network, index })).filter(({ network }) => hiddenOf(network) === hidden);
    const found = alike.find(({ network }) => innerOf(network) === activation) ?? alike[0];
    this.playground.choose(found.index);
    this.#fillActivations();
  }
}

/** @param {import("./network.js").NetworkFacts} network */
function hiddenOf({ sizes }) {
  return sizes.slice(1, -1).join(", ");
}

/** Name the activations of the hidden layers. @param {import("./network.js").NetworkFacts} network */
function innerOf({ activations }) {
  return [...new Set(activations.slice(0, -1))].join(", ");
}
