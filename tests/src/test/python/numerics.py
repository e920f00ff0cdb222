"""Writes arignote/tests/numerics/expressions.txt: what expressions are at hostile points.

    python3 numerics.py > ../resources/arignote/tests/numerics/expressions.txt

Each line has a dtype, an expression, the values of its variables, and its exact value there: computed
by mpmath from the values as the dtype holds them, with 1,000 digits, since some cancel 900, and written
with 30. Several values of one variable are a vector; so are several values of an expression.
"""

import struct

from mpmath import mp, mpf, erf, erfc, exp, log, sqrt, tanh, sinh, cosh, inf, nan

mp.dps = 1000

F32, F64 = "f32", "f64"


def held(dtype, value):
    """The value that a dtype holds."""
    return struct.unpack("f", struct.pack("f", value))[0] if dtype == F32 else float(value)


def sigmoid(x):
    return 1 / (1 + exp(-x))


def softplus(x):
    return log(1 + exp(x))


def softmax(x):
    return [exp(each) / sum(exp(e) for e in x) for each in x]


def log_softmax(x):
    return [each - log(sum(exp(e) for e in x)) for each in x]


def log_softmax_gradient(x, picked):
    """Of the logarithm of one probability."""
    return [(1 if i == picked else 0) - each for i, each in enumerate(softmax(x))]


def weighted_log_softmax_gradient(x, weights):
    return [weight - each * sum(weights) for weight, each in zip(weights, softmax(x))]


# The gradient of log(softmax(x))[1] at points where it is not 1 minus nearly 1.
LOGITS = [([1000, 0],), ([0, 1000],), ([30, 0],), ([1, -1],), ([-1000, -1001],), ([1000, 1000.5, 990],)]

# Expression, function of its variables, points for both dtypes, further points for f64 only. A
# variable is x, y or z in that order.
EXPRESSIONS = [
    ("log(1 + x)", lambda x: log(1 + x), [1e-20, -1e-9, 1e-4, 3, 1e30], []),
    ("log(1 - x)", lambda x: log(1 - x), [1e-20, 0.5, -1e30], []),
    ("exp(x) - 1", lambda x: exp(x) - 1, [1e-20, -1e-15, 1, -50, 20], [300]),
    ("1 - exp(x)", lambda x: 1 - exp(x), [1e-20, -40, 2], []),
    ("log(1 + exp(x))", lambda x: log(1 + exp(x)), [800, -30, -80, 1e-9, 50], [-700]),
    ("log(exp(x))", lambda x: x, [1000, -1000, 0.1], []),
    ("exp(log(x))", lambda x: x, [1e30, 1e-30, 3], [1e300, 1e-300]),
    ("1 / (1 + exp(-x))", sigmoid, [-80, 800, 0.5, -30], [-700]),
    ("1 / (1 + exp(x))", lambda x: 1 / (1 + exp(x)), [80, -800, 1], [700]),
    ("exp(x) / (1 + exp(x))", lambda x: exp(x) / (1 + exp(x)), [800, -80, 1], [-700]),
    ("y / (1 + exp(-x))", lambda x, y: y / (1 + exp(-x)), [(-30, 3), (800, 7)], []),
    ("1 - sigmoid(x)", lambda x: 1 - sigmoid(x), [40, 80, -3], [100, 700]),
    ("log(sigmoid(x))", lambda x: log(sigmoid(x)), [-800, 40, -1e5], []),
    ("log(1 - sigmoid(x))", lambda x: log(1 - sigmoid(x)), [800, -40, 0.3], []),
    ("log(1 - exp(x))", lambda x: log(1 - exp(x)), [-1e-10, -50, -0.7, -0.3], []),
    ("softplus(x) - x", lambda x: softplus(x) - x, [50, 80, -2], [700]),
    ("x - softplus(x)", lambda x: x - softplus(x), [50, 800, -2], []),
    ("exp(-softplus(x))", lambda x: exp(-softplus(x)), [80, 30, -3], [700]),
    (
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))",
        tanh,
        [1e-10, 400, -1000, -0.3],
        [],
    ),
    ("(exp(x) - exp(-x)) / 2", sinh, [1e-10, 5, -2], []),
    ("(exp(x) + exp(-x)) / 2", cosh, [1e-10, 5, -2], []),
    ("1 - erf(x)", lambda x: erfc(x), [5, 0.1, -2], [20]),
    ("1 - erfc(x)", lambda x: erf(x), [1e-10, -1e-20, 2], []),
    ("sqrt(x) ^ 2", lambda x: x, [2, 1e-40, 3e38, 0], [1e-310]),
    ("sqrt(x ^ 2)", abs, [-3, 1e30, -1e-30], [1e200, 1e-200]),
    ("log(x ^ 2)", lambda x: 2 * log(abs(x)), [-2, 1e30, 1e-30, 1.0001], [1e200]),
    ("log(sqrt(x))", lambda x: log(x) / 2, [1.0001, 1e-38, 1e38], [1e-300]),
    ("log(x ^ 6)", lambda x: 6 * log(abs(x)), [-1e30, 1e-30, 1.0001], [1e200]),
    ("log(abs(x) ^ 3.5)", lambda x: log(abs(x)) * 3.5, [-1e30, 1e-30, 1.0001], [1e200]),
    ("log(abs(x) ^ 2^100)", lambda x: log(abs(x)) * 2**100, [-2, 0.5, 1e-30, 1], []),
    ("log(1 / x)", lambda x: -log(x), [1e-30, 1e30, 1.0001], [1e-300]),
    ("log1p(expm1(x))", lambda x: x, [1e-20, 500, -50], [-700]),
    ("(x + 1) - 1", lambda x: x, [1e-20, 3e7, -1e-9], []),
    ("(1 - x) - 1", lambda x: -x, [1e-20, 3e7], []),
    ("(x + y) - x", lambda x, y: y, [(1e20, 3), (1, 1e-20)], []),
    ("x - (x - y)", lambda x, y: y, [(1e20, 3), (1, 1e-20)], []),
    ("x * 3 / 3", lambda x: x, [2e38, 0.1], [1e308]),
    ("x * exp(y) / exp(y)", lambda x, y: x, [(3, 1000), (3, -1000)], []),
    ("x * 2.5 - x * 2.5 + y", lambda x, y: y, [(1e30, 1e-5)], []),
    ("x / x", lambda x: nan if x == 0 else mpf(1), [0, 5, -1e-30], []),
    ("(x ^ 2) ^ 0.5", abs, [-1e30, 1e-30], [1e200]),
    ("x ^ 3", lambda x: x**3, [-1e10, 3, 1e-10], [1e100]),
    ("x ^ -2", lambda x: 1 / x**2, [1e10, -3, 1e-15], [1e150]),
    ("x ^ -0.5", lambda x: 1 / sqrt(x), [1e-30, 3, 1e30], []),
    ("x ^ 1.5", lambda x: x * sqrt(x), [1e-20, 3, 1e20], []),
    ("log(exp(x) + exp(y))", lambda x, y: log(exp(x) + exp(y)), [(1000, 0), (-1000, -1002), (3, 3)], []),
    ("softmax(x)", softmax, [([1000, 0],), ([-1000, -1001],), ([1000, 1000.5, 990],)], []),
    ("log(softmax(x))", log_softmax, [([1000, 0],), ([1, -1],), ([-1000, -1000],)], []),
    ("log(softmax(x))[1]", lambda x: log_softmax(x)[1], [([1000, 0],), ([1, -1],)], []),
    ("log(softmax(x)[1])", lambda x: log_softmax(x)[1], [([1000, 0],), ([1, -1],)], []),
    (
        "log(softmax(x)[1] + 1e-8)",
        None,
        [([1000, 0],), ([30, 0],), ([1, -1],), ([10, 0],)],
        [],
    ),
    ("grad log(softmax(x))[1]", lambda x: log_softmax_gradient(x, 1), LOGITS, []),
    ("grad log(softmax(x)[1])", lambda x: log_softmax_gradient(x, 1), LOGITS, []),
    ("grad log(softmax(x)[1:2])", lambda x: log_softmax_gradient(x, 1), LOGITS, []),
    ("grad log(softmax(x)[label])", lambda x: log_softmax_gradient(x, 1), LOGITS, []),
    ("grad log(softmax(x)[1] + 1e-8)", None, LOGITS + [([10, 0],)], []),
    ("grad log(softmax(x)[label] + 1e-8)", None, LOGITS + [([10, 0],)], []),
    (
        "grad sum(y * log(softmax(x)))",
        weighted_log_softmax_gradient,
        [([1000, 0], [1, 3]), ([-1000, -1001], [0.5, -2]), ([30, 0], [0, 1]), ([1, -1], [1, 2])],
        [],
    ),
    ("grad log(1 - sigmoid(x))", lambda x: -sigmoid(x), [800, 40, -30], [-700]),
    (
        "grad y * log(sigmoid(x)) + (1 - y) * log(1 - sigmoid(x))",
        lambda x, y: y - sigmoid(x),
        [(40, 0), (800, 0), (-40, 1), (-800, 1), (100, 0.5), (-100, 0.5), (0.5, 0.25)],
        [],
    ),
    (
        "grad y * log(p) + (1 - y) * log(1 - p), p = 1 / (1 + exp(-x))",
        lambda x, y: y - sigmoid(x),
        [(40, 0), (800, 0), (40, 1), (-40, 0), (-40, 1), (-800, 1), (100, 0.5), (0.5, 0.25)],
        [],
    ),
    ("log(sum(exp(x)))", lambda x: log(sum(exp(e) for e in x)), [([1000, 0, 3],), ([-1000, -1001],), ([1, 2],)], []),
    ("sum(x * 3)", lambda x: 3 * sum(x), [([1e38, -1e38, 1],), ([0.1, 0.2, 0.3],)], []),
    ("mean(x)", lambda x: sum(x) / len(x), [([3e38, -3e38, 3],), ([0.1, 0.2, 0.3],)], []),
    ("exp(x) / exp(x)", lambda x: mpf(1), [1000, -1000, 3], []),
]


def with_offset(name, dtype):
    """The offset is a constant of the dtype."""
    offset = mpf(held(dtype, 1e-8))

    def gradient(x):
        probability = softmax(x)[1]
        return [probability / (probability + offset) * each for each in log_softmax_gradient(x, 1)]

    return gradient if name.startswith("grad") else lambda x: log(softmax(x)[1] + offset)


def text(value):
    if value == inf or value == -inf or value != value:
        return "nan" if value != value else "inf" if value > 0 else "-inf"
    return mp.nstr(value, 30, min_fixed=0, max_fixed=0)


def line(dtype, name, function, point):
    arguments = []
    shown = []
    for argument in point if isinstance(point, tuple) else (point,):
        values = [held(dtype, each) for each in (argument if isinstance(argument, list) else [argument])]
        shown.append(" ".join(repr(each) for each in values))
        exact = [mpf(each) for each in values]
        arguments.append(exact if isinstance(argument, list) else exact[0])
    result = function(*arguments)
    results = result if isinstance(result, list) else [result]
    return "\t".join([dtype, name, ", ".join(shown), " ".join(text(each) for each in results)])


for name, function, points, doubles in EXPRESSIONS:
    for dtype in F32, F64:
        for point in points + (doubles if dtype == F64 else []):
            print(line(dtype, name, function or with_offset(name, dtype), point))
