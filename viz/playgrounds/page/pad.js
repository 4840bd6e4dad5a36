// The field that a digit is drawn on, with a mouse, a finger or the arrow keys.

import { ARROWS } from "./diagram.js";
import { contextOf } from "./paint.js";

/** @typedef {import("./handwriting.js").Ink} Ink */

const WIDTH = 0.075; // of a stroke, in parts of the side
const STEP = 8; // pixels that an arrow key moves the pen

export class Pad {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(ink: Ink) => void} drawn what happens after each movement of the pen
   */
  constructor(canvas, drawn) {
    this.canvas = canvas;
    this.drawn = drawn;
    this.pen = { x: canvas.width / 2, y: canvas.height / 4 };
    this.isDown = false;
    canvas.tabIndex = 0;
    canvas.addEventListener("pointerdown", (event) => {
      this.isDown = true;
      canvas.setPointerCapture(event.pointerId);
      this.pen = this.#place(event);
      this.#strokeTo(this.pen);
    });
    canvas.addEventListener("pointermove", (event) => this.isDown && this.#strokeTo(this.#place(event)));
    canvas.addEventListener("pointerup", () => { this.isDown = false; });
    canvas.addEventListener("pointercancel", () => { this.isDown = false; });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    this.clear();
  }

  /** Take all ink away. */
  clear() {
    const context = contextOf(this.canvas);
    context.fillStyle = "white";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Return how much ink each pixel has. @returns {Ink} */
  ink() {
    const { width, height } = this.canvas;
    const { data } = contextOf(this.canvas).getImageData(0, 0, width, height);
    const levels = Float64Array.from({ length: width * height }, (_, at) => 1 - data[4 * at] / 255);
    return { levels, height, width };
  }

  /** @param {PointerEvent} event */
  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = this.canvas.width / box.width;
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale };
  }

  /** @param {{x: number, y: number}} point */
  #strokeTo(point) {
    const context = contextOf(this.canvas);
    context.lineCap = "round";
    context.lineJoin = "round";
    context.lineWidth = WIDTH * this.canvas.width;
    context.strokeStyle = "black";
    context.beginPath();
    context.moveTo(this.pen.x, this.pen.y);
    context.lineTo(point.x + 0.01, point.y); // a line of no length would leave no dot
    context.stroke();
    this.pen = point;
    this.drawn(this.ink());
  }

  /** The arrow keys draw; with Shift they move the pen without ink. @param {KeyboardEvent} event */
  #key(event) {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    const { width, height } = this.canvas;
    const point = {
      x: Math.min(Math.max(this.pen.x + STEP * step[0], 0), width),
      y: Math.min(Math.max(this.pen.y + STEP * step[1], 0), height),
    };
    if (event.shiftKey) this.pen = point;
    else this.#strokeTo(point);
  }
}
