/* Elementary functions without branches, so that a loop over them runs on vectors.

Each is right to about an ulp where its range says so, and means nothing elsewhere: the loops of
kernel_words.h call the mathematical library there. The methods are those of fdlibm (Sun, 1993) and
of Cephes (Moshier, 1989). */

INLINE uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#define SHIFTER 6755399441055744.0 /* its last bits hold a whole number that is added */
#define LOG2_E 1.4426950408889634
#define LN2_HIGH 6.93147180369123816490e-01 /* a multiple by a whole number is exact */
#define LN2_LOW 1.90821492927058770002e-10

/* e**r - 1 for abs(r) <= log(2) / 2. */
INLINE double expm1_near_zero(double r)
{
    double q = 1.0 / 6227020800.0;
    q = q * r + 1.0 / 479001600.0;
    q = q * r + 1.0 / 39916800.0;
    q = q * r + 1.0 / 3628800.0;
    q = q * r + 1.0 / 362880.0;
    q = q * r + 1.0 / 40320.0;
    q = q * r + 1.0 / 5040.0;
    q = q * r + 1.0 / 720.0;
    q = q * r + 1.0 / 120.0;
    q = q * r + 1.0 / 24.0;
    q = q * r + 1.0 / 6.0;
    q = q * r + 0.5;
    return r + r * r * q;
}

#define EXP_RANGE(x) (fabs(x) < 708.0)
INLINE double exp_vector(double x)
{
    const double shifted = x * LOG2_E + SHIFTER, k = shifted - SHIFTER;
    const double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    const double scale = of_bits((bits_of(shifted) << 52) + 0x3ff0000000000000u);
    return scale * (1.0 + expm1_near_zero(r));
}

#define EXPM1_RANGE(x) (fabs(x) < 700.0 && x != 0.0) /* of a zero it loses the sign */
INLINE double expm1_vector(double x)
{
    const double shifted = x * LOG2_E + SHIFTER, k = shifted - SHIFTER;
    const double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    const double scale = of_bits((bits_of(shifted) << 52) + 0x3ff0000000000000u);
    return scale * expm1_near_zero(r) + (scale - 1.0);
}

#define TANH_RANGE(x) (fabs(x) < 350.0)
INLINE double tanh_vector(double x)
{
    const double size = fabs(x), z = x * x;
    const double above = (-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z
                         - 1.61468768441708447952e3;
    const double below = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z
                         + 4.84406305325125486048e3;
    const double e = exp_vector(2.0 * size);
    const int is_small = size < 0.625;
    const double quotient = (is_small ? z * above : -2.0) / (is_small ? below : e + 1.0);
    return copysign(is_small ? size + size * quotient : 1.0 + quotient, x);
}

#define COSH_RANGE(x) (fabs(x) < 700.0)
INLINE double cosh_vector(double x)
{
    const double e = exp_vector(fabs(x));
    return 0.5 * e + 0.5 / e;
}

/* log(m * 2**k) + rest * m, for m = 1 + f from sqrt(1/2) to sqrt(2). */
INLINE double log_of_parts(double f, double k, double rest)
{
    const double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    double r = 1.479819860511658591e-01;
    r = r * z + 1.531383769920937332e-01;
    r = r * z + 1.818357216161805012e-01;
    r = r * z + 2.222219843214978396e-01;
    r = r * z + 2.857142874366239149e-01;
    r = r * z + 3.999999999940941908e-01;
    r = r * z + 6.666666666666735130e-01;
    return k * LN2_HIGH - ((half - (s * (half + r * z) + (k * LN2_LOW + rest))) - f);
}

#define ROOT_HALF 0x3fe6a09e667f3bcdu
#define LOG_RANGE(x) (x >= 2.2250738585072014e-308 && x < INFINITY)
INLINE double log_vector(double x)
{
    const uint64_t moved = bits_of(x) + (0x3ff0000000000000u - ROOT_HALF);
    const double k = of_bits(0x4330000000000000u | (moved >> 52)) - 4503599627371519.0;
    const double m = of_bits((moved & 0x000fffffffffffffu) + ROOT_HALF);
    return log_of_parts(m - 1.0, k, 0.0);
}

#define LOG1P_RANGE(x) (x > -0.99 && x < 1e15 && x != 0.0)
INLINE double log1p_vector(double x)
{
    const double u = 1.0 + x;
    const double lost = (x < 1.0 ? x - (u - 1.0) : 1.0 - (u - x)) / u;
    const uint64_t moved = bits_of(u) + (0x3ff0000000000000u - ROOT_HALF);
    const double k = of_bits(0x4330000000000000u | (moved >> 52)) - 4503599627371519.0;
    const double m = of_bits((moved & 0x000fffffffffffffu) + ROOT_HALF);
    return log_of_parts(m - 1.0, k, lost);
}

/* x = quarters * pi / 2 + high + low; `shifted` holds the quarters in its last bits. */
INLINE double turned(double x, double *low, uint64_t *quarters)
{
    const double shifted = x * 0.6366197723675814 + SHIFTER, k = shifted - SHIFTER;
    const double first = x - k * 1.57079632673412561417e+00;
    const double w = k * 6.07710050630396597660e-11;
    const double second = first - w;
    const double rest = ((first - second) - w) - k * 2.02226624879595063154e-21;
    const double high = second + rest;
    *low = (second - high) + rest;
    *quarters = bits_of(shifted);
    return high;
}

INLINE double sine_near_zero(double x, double low)
{
    const double z = x * x, v = z * x;
    double r = 1.58969099521155010221e-10;
    r = r * z - 2.50507602534068634195e-08;
    r = r * z + 2.75573137070700676789e-06;
    r = r * z - 1.98412698298579493134e-04;
    r = r * z + 8.33333333332248946124e-03;
    return x - ((z * (0.5 * low - v * r) - low) + v * 1.66666666666666324348e-01);
}

INLINE double cosine_near_zero(double x, double low)
{
    const double z = x * x, half = 0.5 * z, w = 1.0 - half;
    double r = -1.13596475577881948265e-11;
    r = r * z + 2.08757232129817482790e-09;
    r = r * z - 2.75573143513906633035e-07;
    r = r * z + 2.48015872894767294178e-05;
    r = r * z - 1.38888888888741095749e-03;
    r = r * z + 4.16666666666666019037e-02;
    return w + (((1.0 - w) - half) + (z * z * r - x * low));
}

#define SIN_RANGE(x) (fabs(x) < 1e5)
INLINE double sin_vector(double x)
{
    double low;
    uint64_t quarters;
    const double high = turned(x, &low, &quarters);
    const double sine = sine_near_zero(high, low), cosine = cosine_near_zero(high, low);
    const double found = quarters & 1 ? cosine : sine;
    return of_bits(bits_of(found) ^ ((quarters & 2) << 62));
}

#define COS_RANGE(x) (fabs(x) < 1e5)
INLINE double cos_vector(double x)
{
    double low;
    uint64_t quarters;
    const double high = turned(x, &low, &quarters);
    const double sine = sine_near_zero(high, low), cosine = cosine_near_zero(high, low);
    const double found = quarters & 1 ? sine : cosine;
    return of_bits(bits_of(found) ^ (((quarters + 1) & 2) << 62));
}
