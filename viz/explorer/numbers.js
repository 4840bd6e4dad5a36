// Numbers as text, as Python writes them: 3e-05, never 0.0000.

/**
 * Write a number to so many significant digits.
 * @param {number} x
 * @param {number} [significant]
 * @returns {string}
 */
export function digits(x, significant = 6) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa, exponent] = roundedHalfEven(x, significant).split("e");
  const power = Number(exponent);
  if (power < -4 || power >= significant) {
    const size = String(Math.abs(power)).padStart(2, "0");
    return `${withoutZeros(mantissa)}e${power < 0 ? "-" : "+"}${size}`;
  }
  return withoutZeros(Number(`${mantissa}e${power}`).toFixed(Math.max(0, significant - 1 - power)));
}

/**
 * JavaScript rounds a tie up, Python to the even digit: 0.001953125 is 0.00195312 there.
 * @param {number} x
 * @param {number} significant
 */
function roundedHalfEven(x, significant) {
  const rounded = x.toExponential(significant - 1);
  const longer = x.toExponential(Math.min(100, significant + 30));
  const [mantissa, exponent] = longer.split("e");
  const all = mantissa.replace(/[-.]/g, "");
  const [kept, rest] = [all.slice(0, significant), all.slice(significant)];
  if (!/^50*$/.test(rest) || Number(kept.at(-1)) % 2) return rounded;
  return `${x < 0 ? "-" : ""}${kept[0]}.${kept.slice(1)}e${exponent}`;
}

/** @param {string} text */
function withoutZeros(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * Put a negative number in parentheses, as a factor.
 * @param {string} number
 */
export function bracketed(number) {
  return number.startsWith("-") ? `(${number})` : number;
}

/**
 * Return the smallest and the largest number, or the one that all are; NaN at the end.
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} chosen places in `values`
 */
export function extent(values, chosen) {
  let [low, high, hasNan] = [Infinity, -Infinity, false];
  for (let k = 0; k < chosen.length; k++) {
    const x = values[chosen[k]];
    if (Number.isNaN(x)) hasNan = true;
    else {
      if (x < low) low = x;
      if (x > high) high = x;
    }
  }
  return [...(low <= high ? [low, high] : []), ...(hasNan ? [NaN] : [])];
}

/**
 * Write what `extent` found.
 * @param {number[]} ends
 * @param {number} significant
 */
export function rangeText(ends, significant) {
  return [...new Set(ends.map((x) => digits(x, significant)))].join(" … ");
}
