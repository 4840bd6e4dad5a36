// The colours of gradients: how strongly a box is tinted, and the marks that say what they mean.

import { digits } from "./numbers.js";

const STEPS = 3; // powers of ten from the largest tint to none

/**
 * Return the power of ten at the end of the scale of tints.
 * @param {Float64Array} adjoints
 */
export function exponentOf(adjoints) {
  let largest = 0;
  for (const x of adjoints) {
    const size = Math.abs(x);
    if (size > largest && size < Infinity) largest = size;
  }
  return largest ? Math.min(Math.max(Math.ceil(Math.log10(largest)), -300), 308) : 0;
}

/**
 * Return the tint of a box: its largest gradient decides, by size; null for none.
 * @param {Float64Array} adjoints
 * @param {number[]} nodes of the box
 * @param {number} exponent of the end of the scale
 */
export function tintOf(adjoints, nodes, exponent) {
  let [largest, hasPositive, hasNegative] = [0, false, false];
  for (const node of nodes) {
    const x = adjoints[node];
    if (Number.isNaN(x)) return "var(--unsettled)";
    if (Math.abs(x) > Math.abs(largest)) largest = x;
    hasPositive ||= x > 0;
    hasNegative ||= x < 0;
  }
  if (!largest) return null;
  const below = exponent - Math.log10(Math.abs(largest));
  const strength = Math.min(Math.max(1 - below / STEPS, 0), 1);
  const color = hasPositive && hasNegative ? "mixed" : largest > 0 ? "positive" : "negative";
  return `color-mix(in srgb, var(--${color}) ${Math.round(100 * strength)}%, var(--computed))`;
}

/**
 * Return the marks of a moment, each its class and its text.
 * @param {import("./timeline.js").Moment} moment
 * @returns {[string, string][]}
 */
export function legendOf(moment) {
  if (moment.isForward) return [];
  if (moment.isResting) {
    const end = 10 ** exponentOf(moment.adjoints);
    return [["negative", `gradient ${digits(-end)}`], ["plain", "0"], ["positive", digits(end)]];
  }
  if (!moment.isNaive) return [["complete", "complete"], ["unsettled", "lacks a part …"]];
  return [["complete", moment.isVerdict ? "right" : "complete"], ["unsettled", "may lack a part …"], ["wrong", "wrong ✗"]];
}
