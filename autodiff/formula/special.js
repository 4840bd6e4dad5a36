// The functions of formulas that JavaScript lacks, or computes otherwise than IEEE and Python do.
//
// They return Infinity at poles and NaN outside their domains, and throw nothing. Their definition
// is that of ieee.py and special.py, to two units in the last place.

export function power(x, y) {
  if (x === 1 || (x === -1 && (y === Infinity || y === -Infinity))) return 1;
  return Math.pow(x, y);
}

export function exp2(x) {
  return Math.pow(2, x);
}

export function maximum(x, y) {
  return y > x ? y : x === x && y === y ? x : NaN;
}

export function minimum(x, y) {
  return y < x ? y : x === x && y === y ? x : NaN;
}

export function roundToEven(x) {
  const size = Math.abs(x);
  if (!(size < 4503599627370496)) return x;
  const rounded = size + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

// Python's x % y, which has the sign of y.
export function modulo(x, y) {
  const rest = x % y;
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
}

// The squares are computed without rounding, by halves of 26 bits (Dekker), and correct the root.
export function hypot(x, y) {
  let a = Math.abs(x);
  let b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  if (a < b) [a, b] = [b, a];
  if (!(b > 0)) return a + b;
  if (a > 1e150 || b < 1e-140) {
    if (b < a * 1e-20) return a;
    const scale = a > 1e150 ? 2 ** -600 : 2 ** 600;
    return hypot(a * scale, b * scale) / scale;
  }
  const root = Math.sqrt(a * a + b * b);
  const above = root * root - a * a - b * b;
  const lost = lostBySquaring(root) - lostBySquaring(a) - lostBySquaring(b);
  return root - (above + lost) / (2 * root);
}

function lostBySquaring(x) {
  const head = upperHalf(x);
  const tail = x - head;
  return head * head - x * x + 2 * head * tail + tail * tail;
}

function upperHalf(x) {
  const shifted = 134217729 * x;
  return shifted - (shifted - x);
}

// Adds without rounding in between (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997).
export function exactSum(terms) {
  let plain = 0;
  for (const x of terms) if (!Number.isFinite(x)) plain += x;
  if (plain !== 0) return plain;
  const sum = sumOfPartials(terms, 1);
  return Number.isFinite(sum) ? sum : sumOfPartials(terms, 2 ** -64) * 2 ** 64;
}

function sumOfPartials(terms, scale) {
  const partials = [];
  for (const term of terms) {
    let x = term * scale;
    let count = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[count++] = low;
      x = high;
    }
    if (!Number.isFinite(x)) return NaN;
    partials.length = count;
    if (x !== 0) partials.push(x);
  }
  let place = partials.length;
  if (place === 0) return 0;
  let high = partials[--place];
  let low = 0;
  while (place > 0 && low === 0) {
    const x = high;
    const y = partials[--place];
    high = x + y;
    low = y - (high - x);
  }
  // Half a unit is lost: the partials below decide how it is rounded.
  if (place > 0 && ((low < 0 && partials[place - 1] < 0) || (low > 0 && partials[place - 1] > 0))) {
    const doubled = 2 * low;
    const x = high + doubled;
    if (doubled === x - high) high = x;
  }
  return high;
}

export function product(factors) {
  let result = 1;
  for (const factor of factors) result *= factor;
  return result;
}

export function largest(xs) {
  let result = xs[0];
  for (const x of xs) result = maximum(result, x);
  return result;
}

export function smallest(xs) {
  let result = xs[0];
  for (const x of xs) result = minimum(result, x);
  return result;
}

// For each factor the product of the others: what is before it times what is after it.
export function productsOfOthers(factors, length, result) {
  let running = 1;
  for (let k = 0; k < length; k++) {
    result[k] = running;
    running *= factors[k];
  }
  running = 1;
  for (let k = length - 1; k >= 0; k--) {
    result[k] *= running;
    running *= factors[k];
  }
}

// erf and erfc follow FreeBSD's s_erf.c:
//   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//   Developed at SunPro, a Sun Microsystems, Inc. business.
//   Permission to use, copy, modify, and distribute this software is freely granted, provided that
//   this notice is preserved.
const ERF_SMALL = [
  1.28379167095512558561e-1, -3.25042107247001499370e-1, -2.84817495755985104766e-2,
  -5.77027029648944159157e-3, -2.37630166566501626084e-5,
];
const ERF_SMALL_BELOW = [
  1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3,
  1.32494738004321644526e-4, -3.96022827877536812320e-6,
];
const ERF_ONE = [
  -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1,
  3.18346619901161753674e-1, -1.10894694282396677476e-1, 3.54783043256182359371e-2,
  -2.16637559486879084300e-3,
];
const ERF_ONE_BELOW = [
  1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2,
  1.26171219808761642112e-1, 1.36370839120290507362e-2, 1.19844998467991074170e-2,
];
const ERFC_NEAR = [
  -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
  -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
  -8.12874355063065934246e1, -9.81432934416914548592,
];
const ERFC_NEAR_BELOW = [
  1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2,
  6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
  6.57024977031928170135, -6.04244152148580987438e-2,
];
const ERFC_FAR = [
  -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
  -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
  -4.83519191608651397019e2,
];
const ERFC_FAR_BELOW = [
  1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
  3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
  -2.24409524465858183362e1,
];
const ERF_AT_ONE = 8.45062911510467529297e-1;

function polynomial(coefficients, x) {
  let total = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) total = total * x + coefficients[k];
  return total;
}

export function erf(x) {
  if (x !== x) return x;
  const size = Math.abs(x);
  if (size < 0.84375) {
    if (size < 3.7252902984e-9) {
      return size < 2.848094538889218e-306
        ? 0.125 * (8 * x + 1.02703333676410069053 * x)
        : x + 1.28379167095512586316e-1 * x;
    }
    return x + x * (polynomial(ERF_SMALL, x * x) / polynomial(ERF_SMALL_BELOW, x * x));
  }
  const sign = x < 0 ? -1 : 1;
  if (size < 1.25) {
    const s = size - 1;
    return sign * (ERF_AT_ONE + polynomial(ERF_ONE, s) / polynomial(ERF_ONE_BELOW, s));
  }
  return size >= 6 ? sign : sign * (1 - erfcTail(size));
}

export function erfc(x) {
  if (x !== x) return x;
  const size = Math.abs(x);
  if (size < 0.84375) {
    if (size < 1.3877787807814457e-17) return 1 - x;
    const y = polynomial(ERF_SMALL, x * x) / polynomial(ERF_SMALL_BELOW, x * x);
    return x < 0.25 ? 1 - (x + x * y) : 0.5 - (x - 0.5 + x * y);
  }
  if (size < 1.25) {
    const y = polynomial(ERF_ONE, size - 1) / polynomial(ERF_ONE_BELOW, size - 1);
    return x >= 0 ? 1 - ERF_AT_ONE - y : 1 + (ERF_AT_ONE + y);
  }
  if (size >= 28) return x > 0 ? 0 : 2;
  if (x > 0) return erfcTail(x);
  return x < -6 ? 2 : 2 - erfcTail(size);
}

function erfcTail(x) {
  const s = 1 / (x * x);
  const isNear = x < 2.857142857142857;
  const above = polynomial(isNear ? ERFC_NEAR : ERFC_FAR, s);
  const below = polynomial(isNear ? ERFC_NEAR_BELOW : ERFC_FAR_BELOW, s);
  const z = Math.fround(x); // its square is exact
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + above / below)) / x;
}

// erfc(-x / sqrt(2)) / 2, corrected for the rounding of the quotient.
export function normalCdf(x) {
  if (!(x > -40 && x < 40)) return x !== x ? NaN : x > 0 ? 1 : 0;
  const z = x / Math.SQRT2;
  const head = upperHalf(z);
  const tail = z - head;
  const lost =
    (x - head * 1.4142135679721832 - tail * 1.4142135679721832 - z * -5.599088178737374e-9) /
    Math.SQRT2;
  return 0.5 * (erfc(-z) + 1.1283791670955126 * Math.exp(-z * z) * lost);
}

// A start (Giles, 2012), and three steps of Halley.
export function erfinv(x) {
  if (!(x > -1 && x < 1)) return Math.abs(x) === 1 ? x * Infinity : NaN;
  const size = Math.abs(x);
  if (size <= 1e-150) return x / 1.1283791670955126;
  const w = -Math.log1p(-size * size);
  const half = 2 / (Math.PI * 0.147) - w / 2;
  let y = Math.sqrt(Math.max(Math.sqrt(half * half + w / 0.147) - half, 0));
  for (let k = 0; k < 3; k++) {
    const off = size < 0.5 ? erf(y) - size : 1 - size - erfc(y);
    const step = off / (1.1283791670955126 * Math.exp(-y * y));
    y -= step / (1 + y * step);
  }
  return x < 0 ? -y : y;
}

// The coefficients of log(gamma(2 + z)) by powers of z, from the first.
const LGAMMA_NEAR_TWO = [
  0.422784335098467, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546,
  -0.007385551028673986, 0.0028905103307415234, -0.001192753911703261, 0.0005096695247430423,
  -0.00022315475845357939, 9.945751278180854e-05, -4.492623673813314e-05, 2.0507212775670694e-05,
  -9.439488275268397e-06, 4.374866789907487e-06, -2.039215753801366e-06, 9.55141213040742e-07,
  -4.492469198764566e-07, 2.1207184805554665e-07, -1.00432248239681e-07, 4.7698101693639804e-08,
  -2.2711094608943167e-08, 1.0838659214896955e-08, -5.183475041970047e-09, 2.4836745438024785e-09,
  -1.1921401405860912e-09, 5.731367241678861e-10, -2.7595228851242334e-10, 1.330476437424449e-10,
];

function lgammaNearTwo(z) {
  let total = 0;
  for (let k = LGAMMA_NEAR_TWO.length - 1; k >= 0; k--) total = (total + LGAMMA_NEAR_TWO[k]) * z;
  return total;
}

// Lanczos' sum for g = 6.024680040776729583740234375, as in CPython.
const LANCZOS = [
  23531376880.410759688572007674451636754734846804940,
  42919803642.649098768957899047001988850926355848959,
  35711959237.355668049440185451547166705960488635843,
  17921034426.037209699919755754458931112671403265390,
  6039542586.3520280050642916443072979210699388420708,
  1439720407.3117216736632230727949123939715485786372,
  248874557.86205415651146038641322942321632125127801,
  31426415.585400194380614231628318205362874684987640,
  2876370.6289353724412254090516208496135991145378768,
  186056.26539522349504029498971604569928220784236328,
  8071.6720023658162106380029022722506138218516325024,
  210.82427775157934587250973392071336271166969580291,
  2.5066282746310002701649081771338373386264310793408,
];
const LANCZOS_BELOW = [
  0, 39916800, 120543840, 150917976, 105258076, 45995730, 13339535, 2637558, 357423, 32670, 1925,
  66, 1,
];

function lanczosSum(x) {
  if (x < 5) return polynomial(LANCZOS, x) / polynomial(LANCZOS_BELOW, x);
  let above = 0;
  let below = 0;
  for (let k = 0; k < LANCZOS.length; k++) {
    above = above / x + LANCZOS[k];
    below = below / x + LANCZOS_BELOW[k];
  }
  return above / below;
}

export function lgamma(x) {
  if (x >= 1.5 && x <= 2.5) return lgammaNearTwo(x - 2);
  if (x >= 0.5 && x < 1.5) return lgammaNearTwo(x - 1) - Math.log(x);
  if (x > 2.5 && x <= 3.5) return lgammaNearTwo(x - 3) + Math.log(x - 1);
  if (x !== x) return x;
  if (Math.abs(x) === Infinity || (x <= 0 && x === Math.floor(x))) return Infinity;
  const size = Math.abs(x);
  if (size < 1e-20) return -Math.log(size);
  const g = 6.024680040776729583740234375;
  let result = Math.log(lanczosSum(size)) - g;
  result += (size - 0.5) * (Math.log(size + g - 0.5) - 1);
  if (x < 0) {
    const log_pi = 1.144729885849400174143427351353058711647;
    result = log_pi - Math.log(Math.abs(sineOfPi(size))) - Math.log(size) - result;
  }
  return result;
}

function sineOfPi(x) {
  const y = x % 2;
  const quarter = Math.round(2 * y);
  if (quarter === 0) return Math.sin(Math.PI * y);
  if (quarter === 1) return Math.cos(Math.PI * (y - 0.5));
  if (quarter === 2) return Math.sin(Math.PI * (1 - y));
  if (quarter === 3) return -Math.cos(Math.PI * (y - 1.5));
  return Math.sin(Math.PI * (y - 2));
}

export function digamma(x) {
  return polygamma(0, x);
}

// A recurrence moves x to 20 or more, where the asymptotic series holds (Abramowitz and Stegun
// 6.4.11); negative x is reflected (6.4.7).
export function polygamma(order, x) {
  if (!(order >= 0 && order < 100 && order === Math.floor(order))) return NaN;
  if (x !== x || x === -Infinity) return NaN;
  if (x <= 0 && x === Math.floor(x)) {
    if (order % 2) return Infinity;
    return x === 0 && !order ? (Object.is(x, -0) ? Infinity : -Infinity) : NaN;
  }
  if (x < 0) {
    const mirrored = polygamma(order, 1 - x);
    return (order % 2 ? -mirrored : mirrored) - cotangentSlope(order, x);
  }
  const factor = order % 2 ? rising(1, order) : -rising(1, order);
  const terms = [];
  while (x < 20 + order) {
    terms.push(factor * Math.pow(x, -(order + 1)));
    x += 1;
  }
  terms.push(polygammaAtInfinity(order, x));
  return exactSum(terms);
}

// first * (first + 1) * ..., of some number of factors.
function rising(first, count) {
  let result = 1;
  for (let k = 0; k < count; k++) result *= first + k;
  return result;
}

// The Bernoulli numbers B_2, B_4, ...
const BERNOULLI = [
  1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
  -174611 / 330,
];

function polygammaAtInfinity(order, x) {
  if (x === Infinity) return order ? 0 : Infinity;
  const inverse = 1 / x;
  let total = rising(1, order) * 0.5 * inverse + (order ? rising(1, order - 1) : 0);
  for (let k = 1; k <= BERNOULLI.length; k++) {
    const factor = order ? rising(2 * k + 1, order - 1) : 1 / (2 * k);
    total += BERNOULLI[k - 1] * factor * Math.pow(inverse, 2 * k);
  }
  if (!order) return Math.log(x) - total;
  return (order % 2 ? total : -total) * Math.pow(x, -order);
}

// The derivative of pi * cot(pi * x) of some order: a polynomial in the cotangent.
function cotangentSlope(order, x) {
  const c = 1 / Math.tan(Math.PI * (x - roundToEven(x)));
  let coefficients = [0, Math.PI];
  for (let n = 0; n < order; n++) {
    const slope = coefficients.map((coefficient, k) => k * coefficient).slice(1);
    coefficients = [];
    for (let k = 0; k < slope.length + 2; k++) {
      const below = k < slope.length ? slope[k] : 0;
      coefficients.push(-Math.PI * (below + (k >= 2 ? slope[k - 2] : 0)));
    }
  }
  return polynomial(coefficients, c);
}
