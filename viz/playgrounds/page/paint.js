// Colours of the theme and grids of numbers, painted on canvases.

/** @typedef {[number, number, number]} Color red, green and blue, each from 0 to 255 */

const SHADES = 127; // of a colour, from the paper to its strongest

/** The colours of the page, read anew when light turns to dark. */
export class Palette {
  /** @param {Element} root the element that carries the colours as properties */
  constructor(root) {
    const style = getComputedStyle(root);
    /** @param {string} name */
    this.text = (name) => style.getPropertyValue(`--${name}`).trim();
    this.ink = this.color("ink");
    this.paper = this.color("network-paper");
    this.active = this.color("network-active");
    this.inactive = this.color("network-inactive");
    this.positive = this.color("network-positive");
    this.negative = this.color("network-negative");
    this.series = Array.from({ length: 7 }, (_, index) => this.color(`series-${index}`));
    this.activations = scale(this.paper, this.inactive, this.active);
    this.weights = scale(this.paper, this.negative, this.positive);
    this.regions = this.series.map((color) => scale(this.paper, this.paper, color));
  }

  /** @param {string} name @returns {Color} */
  color(name) {
    const number = Number.parseInt(this.text(name).slice(1), 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
  }

  /** Return the colour of a class; colours repeat after the last. @param {number} kind */
  ofClass(kind) {
    return this.series[kind % this.series.length];
  }

  /** Return the pixel of an activation from -1 to 1. @param {number} level */
  ofActivation(level) {
    return this.activations[shade(level)];
  }

  /** Return the pixel of a weight from -1 to 1. @param {number} level */
  ofWeight(level) {
    return this.weights[shade(level)];
  }

  /** Return the pixel of a class that is ahead by a lead from 0 to 1. @param {number} kind @param {number} lead */
  ofRegion(kind, lead) {
    return this.regions[kind % this.regions.length][shade(lead)];
  }
}

/** Return the place of a level from -1 to 1 on a scale; that of 0 for nan. @param {number} level */
function shade(level) {
  if (!(level > -1)) return level <= -1 ? 0 : SHADES;
  return level < 1 ? Math.round(SHADES * (1 + level)) : 2 * SHADES;
}

/** Return the pixels of levels from -1 to 1. @param {Color} middle @param {Color} below @param {Color} above */
function scale(middle, below, above) {
  return Uint32Array.from({ length: 2 * SHADES + 1 }, (_, at) => {
    const level = at / SHADES - 1;
    return pixel(blend(middle, level > 0 ? above : below, Math.abs(level)));
  });
}

/** Return a colour as the four bytes of a pixel. @param {Color} color */
function pixel([red, green, blue]) {
  const bytes = Uint8ClampedArray.of(red, green, blue, 255);
  return new Uint32Array(bytes.buffer)[0];
}

/**
 * Return the colour that lies between two.
 * @param {Color} start @param {Color} end @param {number} part how far to go, from 0 to 1
 * @returns {Color}
 */
export function blend(start, end, part) {
  const share = part > 0 ? Math.min(part, 1) : 0; // 0 for nan too
  /** @param {0 | 1 | 2} at */
  const mixed = (at) => start[at] + (end[at] - start[at]) * share;
  return [mixed(0), mixed(1), mixed(2)];
}

/** Return a colour as CSS reads it. @param {Color} color @param {number} [opacity] */
export function css([red, green, blue], opacity = 1) {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)} / ${opacity})`;
}

/**
 * Fill a canvas with a grid of pixels, row by row from the top.
 * @param {HTMLCanvasElement} canvas
 * @param {number} columns
 * @param {number} rows
 * @param {(at: number) => number} pixelAt as a palette has them
 */
export function paintGrid(canvas, columns, rows, pixelAt) {
  if (canvas.width !== columns || canvas.height !== rows) {
    [canvas.width, canvas.height] = [columns, rows];
  }
  const context = contextOf(canvas);
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < pixels.length; at++) pixels[at] = pixelAt(at);
  context.putImageData(image, 0, 0);
}

/**
 * Fit the pixels of a canvas to its size on the screen, and return its context in CSS pixels.
 * @param {HTMLCanvasElement} canvas
 */
export function fitted(canvas) {
  const { clientWidth, clientHeight } = canvas;
  const density = window.devicePixelRatio || 1;
  const [width, height] = [clientWidth * density, clientHeight * density].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height] = [width, height];
  }
  const context = contextOf(canvas);
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  return context;
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("expected a canvas that can be drawn on, got none");
  return context;
}

/**
 * Call back with the ends of each piece of the line where a grid of heights crosses 0.
 * @param {Float64Array} heights row by row
 * @param {number} side columns, and rows
 * @param {(x1: number, y1: number, x2: number, y2: number) => void} piece in units of the grid
 */
export function borderOf(heights, side, piece) {
  for (let y = 0; y + 1 < side; y++) {
    for (let x = 0; x + 1 < side; x++) {
      const first = y * side + x;
      const isAbove = heights[first] > 0;
      const others = [first + 1, first + side, first + side + 1];
      if (others.every((at) => heights[at] > 0 === isAbove)) continue;
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
      const levels = corners.map(([column, row]) => heights[row * side + column]);
      /** @type {number[][]} */
      const crossings = [];
      for (let at = 0; at < 4; at++) {
        const [one, other] = [levels[at], levels[(at + 1) % 4]];
        if (one > 0 === other > 0) continue;
        const [start, end] = [corners[at], corners[(at + 1) % 4]];
        const part = one / (one - other);
        crossings.push([0, 1].map((axis) => start[axis] + (end[axis] - start[axis]) * part));
      }
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        piece(crossings[at][0], crossings[at][1], crossings[at + 1][0], crossings[at + 1][1]);
      }
    }
  }
}
