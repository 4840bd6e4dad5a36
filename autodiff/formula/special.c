// The functions of formulas that C99 lacks, or computes otherwise than IEEE and Python do.
//
// They return INFINITY at poles and NAN outside their domains. Their definition is that of ieee.py
// and special.py, to a few units in the last place.

static double maximum(double x, double y) {
    return y > x ? y : x == x && y == y ? x : NAN;
}

static double minimum(double x, double y) {
    return y < x ? y : x == x && y == y ? x : NAN;
}

// Python's x % y, which has the sign of y.
static double modulo(double x, double y) {
    const double rest = fmod(x, y);
    if (rest == 0.0) return copysign(0.0, y);
    return (rest < 0.0) != (y < 0.0) ? rest + y : rest;
}

static double sum_of_partials(const double *terms, int count, double scale) {
    double partials[64];  // they do not overlap: 40 hold every sum of floats
    int used = 0;
    for (int k = 0; k < count; k++) {
        double x = terms[k] * scale;
        int kept = 0;
        for (int j = 0; j < used; j++) {
            double y = partials[j];
            if (fabs(x) < fabs(y)) {
                const double z = x;
                x = y;
                y = z;
            }
            const double high = x + y;
            const double low = y - (high - x);
            if (low != 0.0) partials[kept++] = low;
            x = high;
        }
        if (!isfinite(x)) return NAN;
        used = kept;
        if (x != 0.0) partials[used++] = x;
    }
    if (used == 0) return 0.0;
    double high = partials[--used];
    double low = 0.0;
    while (used > 0 && low == 0.0) {
        const double x = high;
        const double y = partials[--used];
        high = x + y;
        low = y - (high - x);
    }
    // Half a unit is lost: the partials below decide how it is rounded.
    if (used > 0 && (low > 0.0) == (partials[used - 1] > 0.0)) {
        const double x = high + 2.0 * low;
        if (2.0 * low == x - high) high = x;
    }
    return high;
}

// Adds without rounding in between (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997).
static double exact_sum(const double *terms, int count) {
    double plain = 0.0;
    for (int k = 0; k < count; k++) {
        if (!isfinite(terms[k])) plain += terms[k];
    }
    if (plain != 0.0) return plain;
    const double sum = sum_of_partials(terms, count, 1.0);
    return isfinite(sum) ? sum : sum_of_partials(terms, count, ldexp(1.0, -64)) * ldexp(1.0, 64);
}

static double product(const double *factors, int count) {
    double result = 1.0;
    for (int k = 0; k < count; k++) result *= factors[k];
    return result;
}

static double largest(const double *xs, int count) {
    double result = xs[0];
    for (int k = 1; k < count; k++) result = maximum(result, xs[k]);
    return result;
}

static double smallest(const double *xs, int count) {
    double result = xs[0];
    for (int k = 1; k < count; k++) result = minimum(result, xs[k]);
    return result;
}

// For each factor the product of the others: what is before it times what is after it.
static void products_of_others(const double *factors, int count, double *result) {
    double running = 1.0;
    for (int k = 0; k < count; k++) {
        result[k] = running;
        running *= factors[k];
    }
    running = 1.0;
    for (int k = count - 1; k >= 0; k--) {
        result[k] *= running;
        running *= factors[k];
    }
}

// erfc(-x / sqrt(2)) / 2, corrected for the rounding of the quotient.
static double normal_cdf(double x) {
    if (!(x > -40.0 && x < 40.0)) return x != x ? NAN : x > 0.0 ? 1.0 : 0.0;
    const double root = 1.4142135623730951;
    const double z = x / root;
    const double shifted = 134217729.0 * z;
    const double head = shifted - (shifted - z);
    const double tail = z - head;
    const double rest = x - head * 1.4142135679721832 - tail * 1.4142135679721832;
    const double lost = (rest - z * -5.599088178737374e-09) / root;
    return 0.5 * (erfc(-z) + 1.1283791670955126 * exp(-z * z) * lost);
}

// A start (Giles, 2012), and three steps of Halley.
static double erf_inverse(double x) {
    if (!(x > -1.0 && x < 1.0)) return fabs(x) == 1.0 ? x * INFINITY : NAN;
    const double size = fabs(x);
    if (size <= 1e-150) return x / 1.1283791670955126;
    const double w = -log1p(-size * size);
    const double half = 2.0 / (3.141592653589793 * 0.147) - w / 2.0;
    double y = sqrt(fmax(sqrt(half * half + w / 0.147) - half, 0.0));
    for (int k = 0; k < 3; k++) {
        const double off = size < 0.5 ? erf(y) - size : 1.0 - size - erfc(y);
        const double step = off / (1.1283791670955126 * exp(-y * y));
        y -= step / (1.0 + y * step);
    }
    return x < 0.0 ? -y : y;
}

static double polynomial(const double *coefficients, int count, double x) {
    double total = 0.0;
    for (int k = count - 1; k >= 0; k--) total = total * x + coefficients[k];
    return total;
}

// The coefficients of log(gamma(2 + z)) by powers of z, from the first.
static double log_gamma_near_two(double z) {
    static const double coefficients[28] = {
        0.422784335098467, 0.3224670334241132, -0.0673523010531981, 0.020580808427784546,
        -0.007385551028673986, 0.0028905103307415234, -0.001192753911703261, 0.0005096695247430423,
        -0.00022315475845357939, 9.945751278180854e-05, -4.492623673813314e-05,
        2.0507212775670694e-05, -9.439488275268397e-06, 4.374866789907487e-06,
        -2.039215753801366e-06, 9.55141213040742e-07, -4.492469198764566e-07,
        2.1207184805554665e-07, -1.00432248239681e-07, 4.7698101693639804e-08,
        -2.2711094608943167e-08, 1.0838659214896955e-08, -5.183475041970047e-09,
        2.4836745438024785e-09, -1.1921401405860912e-09, 5.731367241678861e-10,
        -2.7595228851242334e-10, 1.330476437424449e-10,
    };
    double total = 0.0;
    for (int k = 27; k >= 0; k--) total = (total + coefficients[k]) * z;
    return total;
}

static double log_gamma(double x) {
    if (x >= 1.5 && x <= 2.5) return log_gamma_near_two(x - 2.0);
    if (x >= 0.5 && x < 1.5) return log_gamma_near_two(x - 1.0) - log(x);
    if (x > 2.5 && x <= 3.5) return log_gamma_near_two(x - 3.0) + log(x - 1.0);
    return lgamma(x);
}

// first * (first + 1) * ..., of some number of factors.
static double rising(int first, int count) {
    double result = 1.0;
    for (int k = 0; k < count; k++) result *= first + k;
    return result;
}

static double polygamma_at_infinity(int order, double x) {
    static const double bernoulli[10] = {
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
        43867.0 / 798, -174611.0 / 330,
    };
    if (x == INFINITY) return order ? 0.0 : INFINITY;
    const double inverse = 1.0 / x;
    double total = rising(1, order) * 0.5 * inverse + (order ? rising(1, order - 1) : 0.0);
    for (int k = 1; k <= 10; k++) {
        const double factor = order ? rising(2 * k + 1, order - 1) : 1.0 / (2 * k);
        total += bernoulli[k - 1] * factor * pow(inverse, 2 * k);
    }
    if (!order) return log(x) - total;
    return (order % 2 ? total : -total) * pow(x, -order);
}

// The derivative of pi * cot(pi * x) of some order: a polynomial in the cotangent.
static double cotangent_slope(int order, double x) {
    const double pi = 3.141592653589793;
    const double c = 1.0 / tan(pi * (x - rint(x)));
    double coefficients[104] = {0.0, pi};
    for (int n = 0; n < order; n++) {
        double slope[104] = {0.0};
        for (int k = 0; k <= n; k++) slope[k] = (k + 1) * coefficients[k + 1];
        for (int k = 0; k < n + 3; k++) {
            coefficients[k] = -pi * (slope[k] + (k >= 2 ? slope[k - 2] : 0.0));
        }
    }
    return polynomial(coefficients, order + 2, c);
}

// A recurrence moves x to 20 or more, where the asymptotic series holds (Abramowitz and Stegun
// 6.4.11); negative x is reflected (6.4.7).
static double polygamma(double n, double x) {
    if (!(n >= 0.0 && n < 100.0 && n == floor(n)) || x != x || x == -INFINITY) return NAN;
    const int order = (int)n;
    if (x <= 0.0 && x == floor(x)) {
        if (order % 2) return INFINITY;
        return x == 0.0 && !order ? copysign(INFINITY, -x) : NAN;
    }
    if (x < 0.0) {
        const double mirrored = polygamma(n, 1.0 - x);
        return (order % 2 ? -mirrored : mirrored) - cotangent_slope(order, x);
    }
    const double factor = order % 2 ? rising(1, order) : -rising(1, order);
    double terms[128];
    int count = 0;
    while (x < 20.0 + order) {
        terms[count++] = factor * pow(x, -(order + 1));
        x += 1.0;
    }
    terms[count++] = polygamma_at_infinity(order, x);
    return exact_sum(terms, count);
}

static double digamma(double x) {
    return polygamma(0.0, x);
}
