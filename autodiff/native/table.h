/* The rows of the table of one or two numbers. Written by `make generated`: do not edit. */

static double maximum(double x, double y) { return isnan(x) || isnan(y) ? NAN : x < y ? y : x; }
static double minimum(double x, double y) { return isnan(x) || isnan(y) ? NAN : y < x ? y : x; }

static void row_of_abs(double x, double *value, double *by_x)
{
    (void)x;
    const double out = fabs(x);
    *value = out;
    *by_x = x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x);
}

static void row_of_acos(double x, double *value, double *by_x)
{
    (void)x;
    const double out = acos(x);
    *value = out;
    *by_x = fabs(x) <= 1.0 ? -1.0 / sqrt((1.0 - x) * (1.0 + x)) : NAN;
}

static void row_of_acosh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = acosh(x);
    *value = out;
    *by_x = x >= 1.0 ? 1.0 / sqrt(x - 1.0) / sqrt(x + 1.0) : NAN;
}

static void row_of_add(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x + y;
    *value = out;
    *by_x = 1.0;
    *by_y = 1.0;
}

static void row_of_asin(double x, double *value, double *by_x)
{
    (void)x;
    const double out = asin(x);
    *value = out;
    *by_x = fabs(x) <= 1.0 ? 1.0 / sqrt((1.0 - x) * (1.0 + x)) : NAN;
}

static void row_of_atan(double x, double *value, double *by_x)
{
    (void)x;
    const double out = atan(x);
    *value = out;
    *by_x = 1.0 / (1.0 + x * x);
}

static void row_of_atanh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = atanh(x);
    *value = out;
    *by_x = fabs(x) <= 1.0 ? 1.0 / ((1.0 - x) * (1.0 + x)) : NAN;
}

static void row_of_bernoulli_variance(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x * (1.0 - x);
    *value = out;
    *by_x = 1.0 - 2.0 * x;
}

static void row_of_cbrt(double x, double *value, double *by_x)
{
    (void)x;
    const double out = cbrt(x);
    const double d1 = 1.0 / out;
    *value = out;
    *by_x = d1 * d1 / 3.0;
}

static void row_of_cos(double x, double *value, double *by_x)
{
    (void)x;
    const double out = cos(x);
    *value = out;
    *by_x = -sin(x);
}

static void row_of_cosh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = cosh(x);
    *value = out;
    *by_x = sinh(x);
}

static void row_of_div(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x / y;
    *value = out;
    *by_x = 1.0 / y;
    *by_y = -out / y;
}

static void row_of_elu(double x, double alpha, double *value, double *by_x, double *by_alpha)
{
    (void)x;
    (void)alpha;
    const double out = x > 0.0 ? x : alpha * expm1(x);
    const double d1 = x > 0.0 ? 1.0 : 0.0;
    const double d2 = minimum(x, 0.0);
    *value = out;
    *by_x = d1 != 0.0 ? 1.0 : alpha * exp(d2);
    *by_alpha = d1 != 0.0 ? 0.0 : expm1(d2);
}

static void row_of_equal(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x == y ? 1.0 : 0.0;
    *value = out;
    *by_x = 0.0;
    *by_y = 0.0;
}

static void row_of_erf(double x, double *value, double *by_x)
{
    (void)x;
    const double out = erf(x);
    *value = out;
    *by_x = 2.0 / sqrt(3.141592653589793) * exp(-(x * x));
}

static void row_of_erfc(double x, double *value, double *by_x)
{
    (void)x;
    const double out = erfc(x);
    *value = out;
    *by_x = -2.0 / sqrt(3.141592653589793) * exp(-(x * x));
}

static void row_of_exp(double x, double *value, double *by_x)
{
    (void)x;
    const double out = exp(x);
    *value = out;
    *by_x = out;
}

static void row_of_exp_difference(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double t1 = x - y;
    const double t4 = exp(t1);
    const double t5 = t1 - x;
    const double out = fabs(t1) < 1000.0 ? t4 * (1.0 + (x - (t1 - t5) - (y + t5))) : t4;
    *value = out;
    *by_x = out;
    *by_y = -out;
}

static void row_of_expm1(double x, double *value, double *by_x)
{
    (void)x;
    const double out = expm1(x);
    *value = out;
    *by_x = exp(x);
}

static void row_of_floor(double x, double *value, double *by_x)
{
    (void)x;
    const double out = floor(x);
    *value = out;
    *by_x = 0.0;
}

static void row_of_greater(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x > y ? 1.0 : 0.0;
    *value = out;
    *by_x = 0.0;
    *by_y = 0.0;
}

static void row_of_greater_equal(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x >= y ? 1.0 : 0.0;
    *value = out;
    *by_x = 0.0;
    *by_y = 0.0;
}

static void row_of_hardtanh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = minimum(maximum(x, -1.0), 1.0);
    *value = out;
    *by_x = fabs(x) < 1.0 ? 1.0 : 0.0;
}

static void row_of_leaky_relu(double x, double slope, double *value, double *by_x, double *by_slope)
{
    (void)x;
    (void)slope;
    const double out = x > 0.0 ? x : slope * x;
    const double d1 = x > 0.0 ? 1.0 : 0.0;
    *value = out;
    *by_x = d1 != 0.0 ? 1.0 : slope;
    *by_slope = d1 != 0.0 ? 0.0 : x;
}

static void row_of_less(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x < y ? 1.0 : 0.0;
    *value = out;
    *by_x = 0.0;
    *by_y = 0.0;
}

static void row_of_less_equal(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x <= y ? 1.0 : 0.0;
    *value = out;
    *by_x = 0.0;
    *by_y = 0.0;
}

static void row_of_log(double x, double *value, double *by_x)
{
    (void)x;
    const double out = log(x);
    *value = out;
    *by_x = x >= 0.0 ? 1.0 / x : NAN;
}

static void row_of_log10(double x, double *value, double *by_x)
{
    (void)x;
    const double out = log10(x);
    *value = out;
    *by_x = x >= 0.0 ? 1.0 / (x * log(10.0)) : NAN;
}

static void row_of_log1p(double x, double *value, double *by_x)
{
    (void)x;
    const double out = log1p(x);
    *value = out;
    *by_x = x >= -1.0 ? 1.0 / (1.0 + x) : NAN;
}

static void row_of_logit(double x, double *value, double *by_x)
{
    (void)x;
    const double out = fabs(x - 0.5) < 0.25 ? 2.0 * atanh(2.0 * x - 1.0) : log(x / (1.0 - x));
    const double d2 = x * (1.0 - x);
    *value = out;
    *by_x = d2 >= 0.0 ? 1.0 / d2 : NAN;
}

static void row_of_logsigmoid(double x, double *value, double *by_x)
{
    (void)x;
    const double out = minimum(x, 0.0) - log1p(exp(-fabs(x)));
    *value = out;
    *by_x = 1.0 / (1.0 + exp(-(-x)));
}

static void row_of_mish(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x * tanh(maximum(x, 0.0) + log1p(exp(-fabs(x))));
    const double d6 = maximum(x, 0.0) + log1p(exp(-fabs(x)));
    const double d9 = 1.0 / cosh(d6);
    *value = out;
    *by_x = tanh(d6) + x * (d9 * d9) * (1.0 / (1.0 + exp(-x)));
}

static void row_of_mul(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x * y;
    *value = out;
    *by_x = y;
    *by_y = x;
}

static void row_of_neg(double x, double *value, double *by_x)
{
    (void)x;
    const double out = -x;
    *value = out;
    *by_x = -1.0;
}

static void row_of_normal_pdf(double x, double *value, double *by_x)
{
    (void)x;
    const double out = exp(-(x * x) / 2.0) / sqrt(2.0 * 3.141592653589793);
    *value = out;
    *by_x = -(fabs(x) < 40.0 ? x : 0.0) * out;
}

static void row_of_one_minus_square(double x, double *value, double *by_x)
{
    (void)x;
    const double out = (1.0 - x) * (1.0 + x);
    *value = out;
    *by_x = -2.0 * x;
}

static void row_of_pow(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = pow(x, y);
    const double d9 = x > 0.0 ? 1.0 : 0.0;
    *value = out;
    *by_x = y * pow(fabs(x) > 0.0 ? x : (y == 0.0 ? 1.0 : x), y - 1.0);
    *by_y = d9 != 0.0 ? out * log(d9 != 0.0 ? x : 1.0) : (x == 0.0 ? (y >= 0.0 ? 0.0 : -INFINITY) : NAN);
}

static void row_of_reciprocal(double x, double *value, double *by_x)
{
    (void)x;
    const double out = 1.0 / x;
    *value = out;
    *by_x = -(out * out);
}

static void row_of_relu(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x <= 0.0 ? 0.0 : x;
    *value = out;
    *by_x = x > 0.0 ? 1.0 : 0.0;
}

static void row_of_relu6(double x, double *value, double *by_x)
{
    (void)x;
    const double out = minimum(maximum(x, 0.0), 6.0);
    *value = out;
    *by_x = x > 0.0 ? (x < 6.0 ? 1.0 : 0.0) : 0.0;
}

static void row_of_sech(double x, double *value, double *by_x)
{
    (void)x;
    const double out = 1.0 / cosh(x);
    *value = out;
    *by_x = -out * tanh(x);
}

static void row_of_selu(double x, double *value, double *by_x)
{
    (void)x;
    const double out = 1.0507009873554805 * (x > 0.0 ? x : 1.6732632423543772 * expm1(x));
    *value = out;
    *by_x = 1.0507009873554805 * (x > 0.0 ? 1.0 : 1.6732632423543772 * exp(minimum(x, 0.0)));
}

static void row_of_sigmoid(double x, double *value, double *by_x)
{
    (void)x;
    const double out = 1.0 / (1.0 + exp(-x));
    *value = out;
    *by_x = out * (1.0 / (1.0 + exp(-(-x))));
}

static void row_of_sigmoid_slope(double x, double *value, double *by_x)
{
    (void)x;
    const double t1 = -x;
    const double out = 1.0 / (1.0 + exp(t1)) * (1.0 / (1.0 + exp(-t1)));
    *value = out;
    *by_x = -out * tanh(x / 2.0);
}

static void row_of_sign(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x);
    *value = out;
    *by_x = 0.0;
}

static void row_of_silu(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x / (1.0 + exp(-x));
    const double d1 = -x;
    const double d4 = 1.0 / (1.0 + exp(d1));
    *value = out;
    *by_x = d4 + x * (d4 * (1.0 / (1.0 + exp(-d1))));
}

static void row_of_sin(double x, double *value, double *by_x)
{
    (void)x;
    const double out = sin(x);
    *value = out;
    *by_x = cos(x);
}

static void row_of_sinh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = sinh(x);
    *value = out;
    *by_x = cosh(x);
}

static void row_of_softplus(double x, double *value, double *by_x)
{
    (void)x;
    const double out = maximum(x, 0.0) + log1p(exp(-fabs(x)));
    *value = out;
    *by_x = 1.0 / (1.0 + exp(-x));
}

static void row_of_softsign(double x, double *value, double *by_x)
{
    (void)x;
    const double t1 = fabs(x);
    const double out = t1 < INFINITY ? x / (1.0 + t1) : (x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : x));
    const double d3 = 1.0 / (1.0 + fabs(x));
    *value = out;
    *by_x = d3 * d3;
}

static void row_of_sqrt(double x, double *value, double *by_x)
{
    (void)x;
    const double out = sqrt(x);
    *value = out;
    *by_x = x >= 0.0 ? 0.5 / out : NAN;
}

static void row_of_square(double x, double *value, double *by_x)
{
    (void)x;
    const double out = x * x;
    *value = out;
    *by_x = 2.0 * x;
}

static void row_of_sub(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x - y;
    *value = out;
    *by_x = 1.0;
    *by_y = -1.0;
}

static void row_of_tan(double x, double *value, double *by_x)
{
    (void)x;
    const double out = tan(x);
    *value = out;
    *by_x = 1.0 + out * out;
}

static void row_of_tanh(double x, double *value, double *by_x)
{
    (void)x;
    const double out = tanh(x);
    const double d2 = 1.0 / cosh(x);
    *value = out;
    *by_x = d2 * d2;
}

static void row_of_xlogy(double x, double y, double *value, double *by_x, double *by_y)
{
    (void)x;
    (void)y;
    const double out = x == 0.0 ? (y >= 0.0 ? 0.0 : NAN) : x * log(y);
    const double d1 = y >= 0.0 ? 1.0 : 0.0;
    *value = out;
    *by_x = d1 != 0.0 ? log(y) : NAN;
    *by_y = d1 != 0.0 ? x / (y == 0.0 ? (x == 0.0 ? 1.0 : 0.0) : y) : NAN;
}

static const struct { const char *name; Unary function; } UNARY[] = {
    {"abs", row_of_abs},
    {"acos", row_of_acos},
    {"acosh", row_of_acosh},
    {"asin", row_of_asin},
    {"atan", row_of_atan},
    {"atanh", row_of_atanh},
    {"bernoulli_variance", row_of_bernoulli_variance},
    {"cbrt", row_of_cbrt},
    {"cos", row_of_cos},
    {"cosh", row_of_cosh},
    {"erf", row_of_erf},
    {"erfc", row_of_erfc},
    {"exp", row_of_exp},
    {"expm1", row_of_expm1},
    {"floor", row_of_floor},
    {"hardtanh", row_of_hardtanh},
    {"log", row_of_log},
    {"log10", row_of_log10},
    {"log1p", row_of_log1p},
    {"logit", row_of_logit},
    {"logsigmoid", row_of_logsigmoid},
    {"mish", row_of_mish},
    {"neg", row_of_neg},
    {"normal_pdf", row_of_normal_pdf},
    {"one_minus_square", row_of_one_minus_square},
    {"reciprocal", row_of_reciprocal},
    {"relu", row_of_relu},
    {"relu6", row_of_relu6},
    {"sech", row_of_sech},
    {"selu", row_of_selu},
    {"sigmoid", row_of_sigmoid},
    {"sigmoid_slope", row_of_sigmoid_slope},
    {"sign", row_of_sign},
    {"silu", row_of_silu},
    {"sin", row_of_sin},
    {"sinh", row_of_sinh},
    {"softplus", row_of_softplus},
    {"softsign", row_of_softsign},
    {"sqrt", row_of_sqrt},
    {"square", row_of_square},
    {"tan", row_of_tan},
    {"tanh", row_of_tanh},
    {NULL, NULL},
};

static const struct { const char *name; Binary function; } BINARY[] = {
    {"add", row_of_add},
    {"div", row_of_div},
    {"elu", row_of_elu},
    {"equal", row_of_equal},
    {"exp_difference", row_of_exp_difference},
    {"greater", row_of_greater},
    {"greater_equal", row_of_greater_equal},
    {"leaky_relu", row_of_leaky_relu},
    {"less", row_of_less},
    {"less_equal", row_of_less_equal},
    {"mul", row_of_mul},
    {"pow", row_of_pow},
    {"sub", row_of_sub},
    {"xlogy", row_of_xlogy},
    {NULL, NULL},
};
