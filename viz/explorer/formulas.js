// Formulas of a graph as text: templates of the page filled in with names or with numbers.

import { digits } from "./numbers.js";

/** @typedef {import("./engine.js").Engine} Engine */

const LONGEST_NAME = 16;
const VISIBLE = /[^\p{C}\p{Z}]/u;
const TURNING = /[\p{Bidi_Control}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const [ISOLATE, END] = ["\u2068", "\u2069"];

/**
 * Return a name as it stands in a sentence: short, on one line.
 *
 * Letters that are written from right to left would turn the numbers around them: 2.5 would read
 * 5.2. Such a name is isolated from the sentence.
 * @param {string} name
 * @param {number} [longest]
 */
export function short(name, longest = LONGEST_NAME) {
  const letters = [...name.replace(/[\u2066-\u2069]/g, "").split(/\s+/).filter(Boolean).join(" ")];
  const line = letters.length <= longest ? letters.join("") : `${letters.slice(0, longest - 1).join("")}…`;
  if (!VISIBLE.test(line)) return "␣";
  return TURNING.test(line) ? `${ISOLATE}${line}${END}` : line;
}

/**
 * Write how a node was computed, in terms of names; "" for a leaf.
 * @param {Engine} engine
 * @param {number} node
 */
export function formula(engine, node) {
  const place = engine.program.formula[node];
  return place < 0 ? "" : named(engine, node, engine.program.formulas[place]);
}

/**
 * The same with the numbers of the operands.
 * @param {Engine} engine
 * @param {number} node
 * @param {number} significant
 */
export function numbersIn(engine, node, significant) {
  const place = engine.program.formula[node];
  return place < 0 ? "" : filled(engine, node, engine.program.formulas[place], significant);
}

/**
 * Write a local derivative in terms of names.
 * @param {Engine} engine
 * @param {number} node
 * @param {number} place of the operand
 */
export function slope(engine, node, place) {
  return named(engine, node, engine.program.formulas[engine.program.slopes[place]]);
}

/**
 * The same with numbers; "" where the formula holds no name.
 * @param {Engine} engine
 * @param {number} node
 * @param {number} place
 * @param {number} significant
 */
export function slopeNumbers(engine, node, place, significant) {
  const template = engine.program.formulas[engine.program.slopes[place]];
  return template.includes("{") ? filled(engine, node, template, significant) : "";
}

/**
 * Name a local derivative.
 * @param {Engine} engine
 * @param {number} node
 * @param {number} place
 */
export function slopeName(engine, node, place) {
  const { names } = engine.program;
  return `∂${short(names[node])}/∂${short(names[engine.at[place]])}`;
}

/**
 * @param {Engine} engine
 * @param {number} node
 * @param {string} template
 */
function named(engine, node, template) {
  const { names } = engine.program;
  return template.replace(/\{(\w+)\}/g, (_, key) => short(names[nodeOf(engine, node, key)]));
}

/**
 * @param {Engine} engine
 * @param {number} node
 * @param {string} template
 * @param {number} significant
 */
function filled(engine, node, template, significant) {
  return template.replace(/\{(\w+)\}/g, (found, key, at) => {
    const text = digits(engine.values[nodeOf(engine, node, key)], significant);
    const [before, after] = [template.slice(0, at).trimEnd().at(-1), template.slice(at + found.length)];
    const isFree = (before === undefined || "(,=".includes(before)) && !after.startsWith(" **");
    return text.startsWith("-") && !isFree ? `(${text})` : text;
  });
}

/**
 * @param {Engine} engine
 * @param {number} node
 * @param {string} key
 */
function nodeOf(engine, node, key) {
  return key === "out" ? node : engine.at[engine.starts[node] + Number(key)];
}
