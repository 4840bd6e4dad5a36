// The loss of each step as a curve, with its running mean.

import { css, fitted } from "./paint.js";

const MARGIN = { left: 46, right: 8, top: 10, bottom: 22 };
const SMOOTHED = 0.02; // the part of the steps so far that the running mean spans

/**
 * Draw the losses of a run.
 * @param {HTMLCanvasElement} canvas
 * @param {number[]} losses
 * @param {import("./paint.js").Palette} palette
 */
export function drawCurve(canvas, losses, palette) {
  const context = fitted(canvas);
  const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
  const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
  const columns = Math.max(Math.min(losses.length, Math.floor(width)), 1);
  const { lows, highs, means } = summary(losses, columns);
  const most = losses.length ? Math.max(...highs, 1e-12) : 1;
  /** @param {number} column */
  const across = (column) => MARGIN.left + (columns > 1 ? (column / (columns - 1)) * width : 0);
  /** @param {number} loss */
  const down = (loss) => MARGIN.top + height * (1 - loss / most);
  context.strokeStyle = palette.text("grid");
  context.fillStyle = palette.text("muted");
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of ticks(most)) {
    context.beginPath();
    context.moveTo(MARGIN.left, down(tick));
    context.lineTo(MARGIN.left + width, down(tick));
    context.stroke();
    context.fillText(`${Number(tick.toPrecision(3))}`, MARGIN.left - 6, down(tick));
  }
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillText(losses.length ? `step ${losses.length.toLocaleString("en")}` : "no step yet", MARGIN.left + width, canvas.clientHeight - 5);
  if (!losses.length) return;
  context.lineWidth = 1;
  context.strokeStyle = css(palette.ofClass(0), 0.35);
  context.beginPath();
  lows.forEach((low, column) => {
    context.moveTo(across(column), down(low) + 0.5);
    context.lineTo(across(column), down(highs[column]) - 0.5);
  });
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = css(palette.ofClass(0));
  context.beginPath();
  means.forEach((mean, column) => context.lineTo(across(column), down(mean)));
  if (columns === 1) context.arc(across(0), down(means[0]), 2, 0, 2 * Math.PI);
  context.stroke();
}

/**
 * Return the least, the largest and the smoothed loss of each of so many parts of a run.
 * @param {number[]} losses
 * @param {number} columns at most as many as there are losses
 */
export function summary(losses, columns) {
  /** @type {number[]} */ const lows = [];
  /** @type {number[]} */ const highs = [];
  /** @type {number[]} */ const means = [];
  if (!losses.length) return { lows, highs, means };
  let mean = losses[0];
  const kept = Math.max(losses.length * SMOOTHED, 1);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor((column * losses.length) / columns);
    const end = Math.max(Math.floor(((column + 1) * losses.length) / columns), start + 1);
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = start; at < end; at++) {
      low = Math.min(low, losses[at]);
      high = Math.max(high, losses[at]);
      mean += (losses[at] - mean) / Math.min(at + 1, kept);
    }
    lows.push(low);
    highs.push(high);
    means.push(mean);
  }
  return { lows, highs, means };
}

/** Return two to five round numbers from 0 to a largest one. @param {number} most */
export function ticks(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1].map((part) => part * power).find((size) => most / size < 5) ?? power * 2;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}
