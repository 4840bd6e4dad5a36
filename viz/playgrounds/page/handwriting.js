// A drawn digit as the inputs of a network: `nn.data.images` and `nn.data.ink`, for white paper.

const BOX = 20 / 28; // the part of the side that the ink fills in MNIST
const DIGITS = 8; // the side of scikit-learn's digits, whose ink fills it
const FAINT = 0.1; // of the strongest ink: anything below is no part of a stroke
const EDGE = 0.3; // of the strongest ink: where a stroke ends
const WEAKEST = 0.12; // weaker ink is dirt
const FULL = 70; // percentile of the pixels of strokes that counts as full
const STRONGEST = 95; // percentile of the ink that counts as the strongest
const CLEAN = 1 - 2 / 255; // ink of this strength stays as it is

/**
 * @typedef {object} Ink how much ink each pixel has
 * @property {Float64Array} levels row by row, 0 paper and 1 ink
 * @property {number} height
 * @property {number} width
 */

/**
 * Return ink as the inputs of a network of `side` x `side` pixels; null if there is none.
 * @param {Ink} drawn
 * @param {number} side
 */
export function squareInputs(drawn, side) {
  const inked = drawn.levels.filter((level) => level > WEAKEST);
  if (!inked.length) return null;
  const strongest = percentile(inked, STRONGEST);
  const place = bounds(drawn, EDGE * strongest);
  const levels = drawn.levels.map((level) => {
    if (strongest >= CLEAN) return level;
    return level > FAINT * strongest ? Math.min(level / strongest, 1) : 0;
  });
  if (drawn.height === side && drawn.width === side) return levels;
  return centred(cut({ ...drawn, levels }, place), side);
}

/**
 * Return the first and the last row and column with ink above a level, the last ones excluded.
 * @param {Ink} ink
 * @param {number} least
 */
function bounds({ levels, height, width }, least) {
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (levels[y * width + x] <= least) continue;
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    }
  }
  return { top, bottom, left, right };
}

/**
 * @param {Ink} ink
 * @param {{top: number, bottom: number, left: number, right: number}} place
 * @returns {Ink}
 */
function cut({ levels, width }, { top, bottom, left, right }) {
  const part = new Float64Array((bottom - top) * (right - left));
  for (let y = top; y < bottom; y++) {
    const row = levels.subarray(y * width + left, y * width + right);
    part.set(row, (y - top) * (right - left));
  }
  return { levels: part, height: bottom - top, width: right - left };
}

/**
 * Scale ink to its box, centre it in a square, and stretch it so that strokes reach 1.
 * @param {Ink} ink
 * @param {number} side
 */
function centred({ levels, height, width }, side) {
  const downwards = new Float64Array(height);
  const across = new Float64Array(width);
  levels.forEach((level, at) => {
    downwards[Math.floor(at / width)] += level;
    across[at % width] += level;
  });
  const longest = Math.max(height, width);
  const rows = placement(downwards, longest, side);
  const columns = placement(across, longest, side);
  const half = new Float64Array(side * width);
  for (let y = 0; y < side; y++) {
    for (let from = 0; from < height; from++) {
      const part = rows[y][from];
      if (part) for (let x = 0; x < width; x++) half[y * width + x] += part * levels[from * width + x];
    }
  }
  const square = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let total = 0;
      for (let from = 0; from < width; from++) total += half[y * width + from] * columns[x][from];
      square[y * side + x] = total;
    }
  }
  const largest = square.reduce((most, level) => Math.max(most, level), 0);
  const full = percentile(square.filter((level) => level > FAINT * largest), FULL);
  return square.map((level) => Math.min(Math.max(level / full, 0), 1));
}

/**
 * Return, for each pixel of a side of the square, the part that it takes of each pixel of the ink.
 * @param {Float64Array} masses of the ink, by pixel of this axis
 * @param {number} longest the longer side of the ink, in pixels
 * @param {number} side of the square
 */
function placement(masses, longest, side) {
  const { length } = masses;
  let [mass, moment] = [0, 0];
  masses.forEach((part, at) => {
    mass += part;
    moment += part * (at + 0.5);
  });
  const centre = moment / Math.max(mass, 1e-9);
  let size = (side * length) / longest;
  let start = side / 2 - (centre * size) / length;
  if (side !== DIGITS) {
    size = Math.max(1, rounded((BOX * side * length) / longest));
    start = rounded((side + 1) / 2 - (centre * size) / length);
  }
  start = Math.min(Math.max(start, 0), side - size);
  const step = length / size;
  const wide = Math.max(step, 1);
  return Array.from({ length: side }, (_, pixel) => {
    const middle = (pixel + 0.5 - start) * step;
    return Float64Array.from(masses, (_mass, at) => {
      const end = Math.min(middle + wide / 2, at + 1);
      return Math.max(end - Math.max(middle - wide / 2, at), 0) / wide;
    });
  });
}

/** Return the nearest whole number, of two the even one, as Python does. @param {number} x */
function rounded(x) {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 ? down + 1 : down;
}

/**
 * Return the number that a share of the others does not exceed, interpolated linearly.
 * @param {Float64Array} numbers at least one
 * @param {number} share in percent
 */
export function percentile(numbers, share) {
  const sorted = numbers.slice().sort();
  const place = ((sorted.length - 1) * share) / 100;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
