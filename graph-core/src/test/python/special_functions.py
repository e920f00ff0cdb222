#!/usr/bin/env python3
"""Makes the polynomials of arignote.tensor.SpecialFunctions, and the values its test compares with.

    special_functions.py coefficients        prints the Java constants
    special_functions.py values > ../resources/arignote/tensor/special-functions.txt

Needs mpmath, https://mpmath.org.
"""
import random
import sys

from mpmath import chebyfit, erf, erfc, exp, log, mp, mpf, sqrt

mp.dps = 60

SMALL = mpf("0.65")  # below: erf(x) = x + x * p(x^2)
CENTRE = mpf("2")  # above: erfc(x) = exp(-x^2) / x * q((x - CENTRE) / (x + CENTRE))
LARGEST = mpf("28")  # erfc is 0 beyond


def near_zero(z):
    if z < mpf(10) ** -25:
        return 2 / sqrt(mp.pi) * (1 - z / 3) - 1
    x = sqrt(z)
    return erf(x) / x - 1


def tail(t):
    x = CENTRE * (1 + t) / (1 - t)
    return x * exp(x * x) * erfc(x)


def to_t(x):
    return (x - CENTRE) / (x + CENTRE)


def show(name, function, interval, terms):
    coefficients, error = chebyfit(function, interval, terms, error=True)
    print(f"// {name}: error {float(error):.1e}")
    for coefficient in reversed(coefficients):
        print(f"    {float(coefficient)!r},")
    first = coefficients[-1]
    print(f"// rest of the first: {float(first - mpf(float(first)))!r}")


def coefficients():
    show("NEAR_ZERO", near_zero, [0, SMALL**2], 11)
    show("TAIL", tail, [to_t(SMALL), to_t(LARGEST)], 24)


def doubles(seed, count, low, high):
    """Doubles uniform in value and in exponent, both signs."""
    chooser = random.Random(seed)
    for _ in range(count):
        yield chooser.uniform(-high, high)
        magnitude = low * (high / low) ** chooser.random()
        yield magnitude if chooser.random() < 0.5 else -magnitude


def values():
    print("# function, argument (hexadecimal), value to 50 digits; made by special_functions.py")
    functions = [
        ("erf", erf, 1e-300, 7.0),
        ("erfc", erfc, 1e-20, 26.5),
        ("sigmoid", lambda x: 1 / (1 + exp(-x)), 1e-20, 700.0),
        ("softplus", lambda x: log(1 + exp(x)), 1e-20, 700.0),
    ]
    for name, function, low, high in functions:
        edges = [0.0, 1.0, -1.0, 0.5, 0.65, 0.649999, 0.84375, 1.25, 2.0, 5.9, 6.0, 26.0]
        mp.dps = 400  # log(1 + exp(-700)) needs the digits
        for x in edges + list(doubles(name, 120, low, high)):
            if abs(x) <= high:
                print(name, x.hex(), mp.nstr(function(mpf(x)), 50))


if __name__ == "__main__":
    {"coefficients": coefficients, "values": values}[sys.argv[1]]()
