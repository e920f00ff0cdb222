#!/usr/bin/env python3
"""Makes the polynomials of arignote.backend.cpu.codegen.Exponentials and Logarithms, and the values
that ElementaryFunctionsTest compares with.

    elementary_functions.py coefficients     prints the Java constants
    elementary_functions.py values > ../resources/arignote/backend/cpu/codegen/elementary-functions.txt

Needs mpmath, https://mpmath.org.
"""
import random
import struct
import sys

from mpmath import cosh, cospi, exp, expm1, fdot, log, log1p, lu_solve, matrix, mp, mpf, sinh, sqrt, tanh, taylor

mp.dps = 60

HALF_LN2 = log(mpf(2)) / 2 * mpf("1.0001")  # room for the rounding of the multiple of ln 2


def to_f32(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def fit(target, nodes, powers):
    """Coefficients of some powers whose largest error at the nodes is the least: least squares whose
    weights grow where errors are large (Lawson's algorithm)."""
    weights = [mpf(1)] * len(nodes)
    columns = [[x**power for x in nodes] for power in powers]
    for _ in range(12):
        normal = matrix(len(powers))
        right = matrix(len(powers), 1)
        for i, column in enumerate(columns):
            weighted = [w * a for w, a in zip(weights, column)]
            right[i] = fdot(weighted, target)
            for j in range(i + 1):
                normal[i, j] = normal[j, i] = fdot(weighted, columns[j])
        found = lu_solve(normal, right)
        errors = [
            abs(y - sum(found[i] * column[k] for i, column in enumerate(columns)))
            for k, y in enumerate(target)
        ]
        weights = [w * (e + mpf(10) ** -40) for w, e in zip(weights, errors)]
        total = sum(weights)
        weights = [w / total for w in weights]
    return found


def rounded(function, interval, terms, to_format, fixed=()):
    """Coefficients from the constant one on. One after the other is rounded, and those after it are
    fitted anew to what then is left."""
    low, high = interval
    nodes = [(low + high) / 2 + (high - low) / 2 * cospi((k + mpf(0.5)) / 80) for k in range(80)]
    left = [function(x) for x in nodes]
    found = []
    for power in range(terms):
        if power < len(fixed):
            coefficient = fixed[power]
        else:
            coefficient = to_format(fit(left, nodes, range(power, terms))[0])
        found.append(coefficient)
        left = [y - mpf(coefficient) * x**power for x, y in zip(nodes, left)]
    return found, max(abs(y) for y in left)


def away_from_zero(function, series):
    """The function, and near 0, where its formula loses digits, its Taylor polynomial."""

    def value(x):
        if abs(x) < mpf(10) ** -6:
            return sum(c * x**k for k, c in enumerate(series))
        return function(x)

    return value


def series(function, skip, step, terms=9):
    return [taylor_coefficients(function)[skip + step * k] for k in range(terms)]


CACHE = {}


def taylor_coefficients(function):
    if function not in CACHE:
        old = mp.dps
        mp.dps = 200
        CACHE[function] = taylor(function, 0, 24)
        mp.dps = old
    return CACHE[function]


def polynomials():
    """Name, function, interval, terms for f32 and f64, fixed first coefficients."""
    ln2 = HALF_LN2
    yield (
        "EXPM1: (e^r - 1 - r) / r^2",
        away_from_zero(lambda r: (expm1(r) - r) / r**2, series(exp, 2, 1)),
        [-ln2, ln2],
        (5, 10),
        (0.5,),
    )
    yield (
        "TANH: (tanh(x) / x - 1) / x^2 in x^2",
        away_from_zero(lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, series(tanh, 3, 2)),
        [mpf(0), mpf("0.9") ** 2],
        (7, 15),
        (),
    )
    yield (
        "SINH: (sinh(x) / x - 1) / x^2 in x^2",
        away_from_zero(lambda z: (sinh(sqrt(z)) / sqrt(z) - 1) / z, series(sinh, 3, 2)),
        [mpf(0), mpf("1.5") ** 2],
        (5, 8),
        (),
    )
    yield (
        "LOG1P f32: (log(1 + f) - f + f^2/2) / f^3",
        away_from_zero(lambda f: (log1p(f) - f + f**2 / 2) / f**3, series(log1p, 3, 1)),
        [sqrt(mpf("0.5")) - 1, sqrt(mpf(2)) - 1],
        (9, None),
        (),
    )
    yield (
        "LOG f64: (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2",
        away_from_zero(
            lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) - 2 * sqrt(z)) / sqrt(z) ** 3,
            [mpf(2) / (2 * k + 3) for k in range(9)],
        ),
        [mpf(0), ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * mpf("1.001")],
        (None, 7),
        (),
    )


def coefficients():
    for name, function, interval, terms, fixed in polynomials():
        for dtype, count, to_format in (("f32", terms[0], to_f32), ("f64", terms[1], float)):
            if count is not None:
                found, worst = rounded(function, interval, count, to_format, fixed)
                print(f"// {name}, {dtype}: error {float(worst):.1e}")
                for coefficient in found:
                    print(f"    {coefficient!r},")
    for dtype, to_format in (("f32", to_f32), ("f64", float)):
        high = to_format(log(mpf(2)))
        low = to_format(log(mpf(2)) - mpf(high))
        print(f"// {dtype}: 1/ln 2 {to_format(1 / log(mpf(2)))!r}, ln 2 {high!r} + {low!r}")


def doubles(seed, count, low, high, smallest):
    """Doubles uniform in value and in exponent, from smallest on and of both signs if negative."""
    chooser = random.Random(seed)
    for _ in range(count):
        yield chooser.uniform(smallest, high)
        magnitude = low * (high / low) ** chooser.random()
        yield magnitude if smallest >= 0 or chooser.random() < 0.5 else max(-magnitude, smallest)
        yield max(chooser.gauss(0, 2), smallest)


def values():
    print("# function, argument (hexadecimal), value to 50 digits; made by elementary_functions.py")
    functions = [
        ("exp", exp, 1e-20, 709.7, -745.1),
        ("expm1", expm1, 1e-300, 709.7, -745.1),
        ("log", log, 1e-300, 1e300, 5e-324),
        ("log1p", log1p, 1e-300, 1e300, -1 + 2**-53),
        ("sinh", sinh, 1e-300, 710.4, -710.4),
        ("cosh", cosh, 1e-20, 710.4, -710.4),
        ("tanh", tanh, 1e-300, 25.0, -25.0),
        ("sigmoid", lambda x: 1 / (1 + exp(-x)), 1e-20, 700.0, -700.0),
        ("softplus", lambda x: log(1 + exp(x)), 1e-20, 700.0, -700.0),
    ]
    edges = [1.0, -1.0, 0.5, -0.5, 0.9, -0.9, 1.5, -1.5, 0.3466, -0.3466, 0.7071, 1.4142, 0.4142]
    edges += [-0.2929, 300.0, 301.0, 2.0**-1074, 2.0**-1022, -708.4, -709.0, 709.78, 1e-9, -1e-9]
    mp.dps = 400  # log(1 + exp(-700)) needs the digits
    for name, function, low, high, smallest in functions:
        for x in edges + list(doubles(name, 150, low, high, smallest)):
            if smallest <= x <= high and x != 0:
                value = function(mpf(x))
                if value == 0:  # of the argument one, the logarithm
                    continue
                print(name, x.hex(), mp.nstr(value, 50))


if __name__ == "__main__":
    {"coefficients": coefficients, "values": values}[sys.argv[1]]()
