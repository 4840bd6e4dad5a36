// The plane of two inputs: the class of each point, the examples, and the point that is looked at.

import { borderOf, css, fitted, paintGrid } from "./paint.js";

/**
 * @typedef {import("./session.js").Session} Session
 * @typedef {import("./paint.js").Palette} Palette
 */

const SIDE = 56; // points of the grid along each axis
const UNCERTAIN = 0.12; // how strong the colour of a class is where it is hardly ahead
const CERTAIN = 0.55; // and where it is certain
const MARK = 4; // pixels from the middle of a mark to its edge

export class Plane {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Session} session
   * @param {(inputs: Float64Array) => void} look what a click on a point does
   */
  constructor(canvas, session, look) {
    this.canvas = canvas;
    this.session = session;
    this.scratch = document.createElement("canvas");
    const [[left, right], [bottom, top]] = session.facts.ranges;
    this.looked = new Float64Array(0);
    this.heights = new Float64Array(SIDE * SIDE);
    this.grid = new Float64Array(2 * SIDE * SIDE);
    for (let at = 0; at < SIDE * SIDE; at++) {
      this.grid[2 * at] = left + ((right - left) * (at % SIDE)) / (SIDE - 1);
      this.grid[2 * at + 1] = top + ((bottom - top) * Math.floor(at / SIDE)) / (SIDE - 1);
    }
    let isDown = false;
    /** @param {PointerEvent} event */
    const pointed = (event) => {
      const box = canvas.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      const down = (event.clientY - box.top) / box.height;
      look(Float64Array.of(left + (right - left) * across, top + (bottom - top) * down));
    };
    canvas.addEventListener("pointerdown", (event) => {
      isDown = true;
      canvas.setPointerCapture(event.pointerId);
      pointed(event);
    });
    canvas.addEventListener("pointermove", (event) => isDown && pointed(event));
    canvas.addEventListener("pointerup", () => { isDown = false; });
    canvas.addEventListener("pointercancel", () => { isDown = false; });
  }

  /** Compute what all neurons say at every point of the grid. */
  compute() {
    this.looked = this.session.lookAt(this.grid).slice();
  }

  /**
   * Paint what one neuron computes over the plane; of layer 0, an input.
   * @param {number} layer @param {number} neuron @param {HTMLCanvasElement} canvas @param {Palette} palette
   */
  paintNeuron(layer, neuron, canvas, palette) {
    const { arrangement } = this.session;
    const [from, step] = layer === 0 ? [neuron, 2] : [arrangement.after(layer, neuron), arrangement.lookCount];
    const levels = layer === 0 ? this.grid : this.looked;
    let largest = 1e-12;
    for (let at = from; at < levels.length; at += step) largest = Math.max(largest, Math.abs(levels[at]));
    paintGrid(canvas, SIDE, SIDE, (at) => palette.ofActivation(levels[from + at * step] / largest));
  }

  /** Draw the regions, the border between them, and the examples. @param {Palette} palette */
  draw(palette) {
    const { session, canvas } = this;
    const { labels, count } = session.facts.classes;
    paintGrid(this.scratch, SIDE, SIDE, (at) => {
      const { kind, lead } = session.answer(this.looked, at);
      return palette.ofRegion(kind, UNCERTAIN + (CERTAIN - UNCERTAIN) * lead);
    });
    const context = fitted(canvas);
    const { clientWidth: width, clientHeight: height } = canvas;
    context.imageSmoothingEnabled = true;
    context.drawImage(this.scratch, 0, 0, width, height);
    context.strokeStyle = css(palette.ink);
    context.lineWidth = 1.5;
    context.beginPath();
    for (let kind = count === 2 ? 1 : 0; kind < count; kind++) {
      for (let row = 0; row < this.heights.length; row++) {
        this.heights[row] = session.margin(this.looked, row, kind);
      }
      borderOf(this.heights, SIDE, (x1, y1, x2, y2) => {
        const [across, down] = [width / (SIDE - 1), height / (SIDE - 1)];
        context.moveTo(x1 * across, y1 * down);
        context.lineTo(x2 * across, y2 * down);
      });
    }
    context.stroke();
    const { inputs } = session.examples;
    for (let at = 0; at < inputs.count; at++) {
      const [x, y] = this.#place(inputs.row(at));
      drawMark(context, labels[at], x, y, MARK);
      context.fillStyle = css(palette.ofClass(labels[at]));
      context.fill();
      context.strokeStyle = css(palette.paper);
      context.lineWidth = 1;
      context.stroke();
    }
    this.#drawProbe(context, palette);
  }

  /** @param {CanvasRenderingContext2D} context @param {Palette} palette */
  #drawProbe(context, palette) {
    const [x, y] = this.#place(this.session.probe);
    for (const [color, width] of /** @type {const} */ ([[palette.paper, 5], [palette.ink, 2]])) {
      context.strokeStyle = css(color);
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 2 * MARK, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /** @param {Float64Array} point */
  #place([x, y]) {
    const { canvas } = this;
    const [[left, right], [bottom, top]] = this.session.facts.ranges;
    return [((x - left) / (right - left)) * canvas.clientWidth, ((y - top) / (bottom - top)) * canvas.clientHeight];
  }
}

/**
 * Trace the mark of a class, so that none is told by its colour alone: a circle, a square, a triangle.
 * @param {CanvasRenderingContext2D} context
 * @param {number} kind
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function drawMark(context, kind, x, y, size) {
  context.beginPath();
  if (kind % 3 === 0) {
    context.arc(x, y, size, 0, 2 * Math.PI);
  } else if (kind % 3 === 1) {
    context.rect(x - size * 0.9, y - size * 0.9, size * 1.8, size * 1.8);
  } else {
    context.moveTo(x, y - size * 1.2);
    context.lineTo(x + size * 1.1, y + size * 0.9);
    context.lineTo(x - size * 1.1, y + size * 0.9);
    context.closePath();
  }
}
