// The chain rule of the selected weight, shown with its numbers.

import { button, element, short, table } from "./elements.js";
import { chainOf, partsOf } from "./why.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./network.js").Place} Place
 * @typedef {import("./why.js").Part} Part
 */

const LISTED = 6; // examples of a mini-batch that are listed
const TERMS = 8; // neurons of the next layer that are listed

/**
 * Return the elements that explain the selected weight.
 * @param {Session} session
 * @param {{select: (place: Place) => void, showExample: (index: number) => void}} acts
 * @returns {Node[]}
 */
export function whySection(session, acts) {
  const { arrangement, selected, training } = session;
  const subject = session.subject();
  const parts = partsOf(subject, selected, session.examples, training.next());
  const mean = parts.reduce((total, part) => total + part.product, 0) / parts.length;
  const weight = training.parameters[arrangement.parameter(selected)];
  const isFrozen = training.frozen.includes(arrangement.parameter(selected));
  const after = isFrozen ? weight : weight - training.rate * mean;
  const ranked = parts.toSorted((one, other) => Math.abs(other.product) - Math.abs(one.product));
  const shown = ranked.find((part) => part.index === session.example) ?? ranked[0];
  const [letter, isBias] = selected.input === arrangement.sizes[selected.layer - 1] ? ["b", true] : ["w", false];
  const count = parts.length === 1 ? "the one example" : `the ${parts.length} examples`;
  const text = element(
    "div", {},
    element("h2", {}, `Why dC/d${letter} = ${short(mean)}`),
    element("p", {}, `The mean of \u03b4 · a over ${count} of the next step, where \u03b4 = dC/dz of this neuron${isBias ? ", and a = 1" : ""}.`),
    element("p", { class: "number" }, `${letter} \u2190 ${short(weight, 5)} \u2212 ${training.rate} · ${bracketed(mean)} = ${short(after, 5)}${isFrozen ? " (frozen)" : ""}`),
    partsTable(ranked, shown, acts),
  );
  return [text, element("div", {}, ...chainSection(session, shown, acts))];
}

/** @param {Part[]} ranked @param {Part} shown @param {{showExample: (index: number) => void}} acts */
function partsTable(ranked, shown, acts) {
  const listed = ranked.slice(0, LISTED);
  if (!listed.includes(shown)) listed[LISTED - 1] = shown;
  const rows = listed.map((part) => [
    button(`example ${part.index}`, () => acts.showExample(part.index), { class: "link", "aria-pressed": `${part === shown}` }),
    short(part.activation), short(part.delta), short(part.product),
  ]);
  const rest = ranked.filter((part) => !listed.includes(part));
  if (rest.length) {
    const total = rest.reduce((sum, part) => sum + part.product, 0);
    rows.push([`${rest.length} others`, "", "", short(total)]);
  }
  return table("The examples that count most", ["", "a", "\u03b4", "\u03b4 · a"], rows);
}

/**
 * @param {Session} session @param {Part} part
 * @param {{select: (place: Place) => void}} acts
 * @returns {Node[]}
 */
function chainSection(session, part, acts) {
  const { arrangement, selected, network, facts } = session;
  const { layer, neuron } = selected;
  const title = element("h2", {}, `\u03b4 of example ${part.index}`);
  if (layer === arrangement.depth) {
    const text = `\u03b4 = ${short(part.delta)} is the derivative of ${facts.loss.replaceAll("_", " ")} by z of this output.`;
    return [title, element("p", {}, text)];
  }
  const { inputs, targets } = session.examples;
  const chain = chainOf(session.subject(), selected, inputs.row(part.index), targets.row(part.index));
  const total = chain.terms.reduce((sum, term) => sum + term.product, 0);
  const next = layer + 1 === arrangement.depth ? "output" : `layer ${layer + 1}, neuron`;
  const ranked = chain.terms.map((term, to) => ({ ...term, to }));
  if (ranked.length > TERMS) ranked.sort((one, other) => Math.abs(other.product) - Math.abs(one.product));
  const rows = ranked.slice(0, TERMS).map(({ to, ...term }) => [
    button(`${next} ${to + 1}`, () => acts.select({ layer: layer + 1, neuron: to, input: neuron }), { class: "link" }),
    short(term.weight), short(term.delta), short(term.product),
  ]);
  const rest = ranked.slice(TERMS).reduce((sum, term) => sum + term.product, 0);
  if (ranked.length > TERMS) rows.push([`${ranked.length - TERMS} others`, "", "", short(rest)]);
  rows.push(["sum", "", "", short(total)]);
  const name = network.activations[layer - 1];
  const slope = name === "linear" ? "1" : `${name}\u2032(${short(chain.before)}) = ${short(chain.slope)}`;
  return [
    title,
    table("Where its activation goes", ["to", "w", "\u03b4", "w · \u03b4"], rows),
    element("p", { class: "number" }, `f\u2032(z) = ${slope}`),
    element("p", { class: "number" }, `\u03b4 = ${short(chain.slope)} · ${bracketed(total)} = ${short(chain.delta)}`),
  ];
}

/** Write a number, a negative one in parentheses. @param {number} x */
function bracketed(x) {
  return x < 0 ? `(${short(x)})` : short(x);
}
