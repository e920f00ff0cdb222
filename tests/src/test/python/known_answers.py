#!/usr/bin/env python3
"""Computes what ops are known to give, by NumPy, SciPy and mpmath, for KnownAnswersTest.

    known_answers.py > ../resources/arignote/tests/ops/known-answers.txt

Each block of the output is a graph in the IR's text form, the values of its inputs, the values that
its outputs must have, and how many units in the last place floats may be off: half a unit is lost by
rounding the exact value, the rest is what the JDK's StrictMath and SpecialFunctions promise.
"""
import itertools
import math

import mpmath
import numpy as np
import scipy.special
from mpmath import mp, mpf

np.seterr(all="ignore")
mp.dps = 60
RANDOM = np.random.default_rng(20110911)
DTYPES = {"bool": np.bool_, "i32": np.int32, "i64": np.int64, "f32": np.float32, "f64": np.float64}
FLOATS = ["f32", "f64"]
INTEGERS = ["i32", "i64"]


def dtype_of(array):
    return next(name for name, dtype in DTYPES.items() if array.dtype == dtype)


def type_of(array):
    shape = ",".join(map(str, array.shape))
    return dtype_of(array) + (f"[{shape}]" if array.ndim else "")


def element(value):
    if isinstance(value, np.bool_):
        return "true" if value else "false"
    if isinstance(value, np.integer):
        return str(value)
    if math.isfinite(value):
        return str(value)  # the shortest digits that read back to the same value
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def tensor(array):
    return " ".join([type_of(array)] + [element(value) for value in array.ravel()])


def block(lines, inputs, outputs, ulps=0, absolute=0):
    """A graph whose inputs are %x0, %x1 ... and whose body is `lines`, the last one a return."""
    inputs = [np.asarray(value) for value in inputs]
    outputs = [np.asarray(value) for value in outputs]
    declared = ", ".join(f"%x{i}: {type_of(value)}" for i, value in enumerate(inputs))
    results = ", ".join(type_of(value) for value in outputs)
    print(f"graph @known({declared}) -> {results} {{")
    for line in lines:
        print("  " + line)
    print("}")
    for value in inputs:
        print("given", tensor(value))
    for value in outputs:
        print("expect", tensor(value))
    print(f"within {ulps} ulps or {absolute}\n")


def op(call, inputs, output, ulps=0, attributes=""):
    """A graph of one op with one result."""
    output = np.asarray(output)
    operands = ", ".join(f"%x{i}" for i in range(len(inputs)))
    attributes = f" {{{attributes}}}" if attributes else ""
    block(
        [f"%0 = {call}({operands}){attributes} : {type_of(output)}", "return %0"],
        inputs,
        [output],
        ulps,
    )


def nearest(dtype, exact):
    """The float nearest to an mpmath number."""
    digits, least = (24, -149) if dtype == "f32" else (53, -1074)
    if exact == 0:
        return DTYPES[dtype](0)
    exponent = max(int(mpmath.floor(mpmath.log(abs(exact), 2))) - digits + 1, least)
    scaled = mpmath.nint(exact * mpf(2) ** -exponent)
    limit = mpf(2) ** (128 if dtype == "f32" else 1024)
    rounded = scaled * mpf(2) ** exponent
    if abs(rounded) >= limit:
        return DTYPES[dtype](math.copysign(math.inf, exact))
    return DTYPES[dtype](float(rounded))


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, math.inf, -math.inf, math.nan]


def sample(dtype, low, high, count=14, edges=EDGES):
    values = RANDOM.uniform(low, high, count)
    return np.concatenate([np.array(edges), values]).astype(DTYPES[dtype])


def at_edges(function):
    """For arguments where mpmath has no answer but IEEE 754 has."""
    return lambda x: np.float64(function(np.float64(x)))


def by_mpmath(dtype, exact, edge, x):
    """The correctly rounded value; NumPy's where arguments or results are not finite, or zero."""
    result = np.empty_like(x)
    for i, value in enumerate(x):
        ieee = at_edges(edge)(value)
        special = not math.isfinite(value) or not math.isfinite(ieee) or value == 0
        result[i] = ieee if special else nearest(dtype, exact(mpf(float(value))))
    return result


def unary_functions():
    def sigmoid(x):
        return 1 / (1 + mpmath.exp(-x))

    def softplus(x):
        return mpmath.log1p(mpmath.exp(x))

    functions = {
        # name: exact value, IEEE value, domain, tolerance in f64
        "exp": (mpmath.exp, np.exp, -20, 20, 1),
        "expm1": (mpmath.expm1, np.expm1, -3, 3, 1),
        "log": (mpmath.log, np.log, 0, 50, 1),
        "log1p": (mpmath.log1p, np.log1p, -1, 10, 1),
        "sqrt": (mpmath.sqrt, np.sqrt, 0, 50, 0.5),
        "rsqrt": (lambda x: 1 / mpmath.sqrt(x), lambda x: 1 / np.sqrt(x), 0, 50, 1.5),
        "square": (lambda x: x * x, np.square, -9, 9, 0.5),
        "reciprocal": (lambda x: 1 / x, np.reciprocal, -9, 9, 0.5),
        "sin": (mpmath.sin, np.sin, -9, 9, 1),
        "cos": (mpmath.cos, np.cos, -9, 9, 1),
        "tan": (mpmath.tan, np.tan, -9, 9, 1),
        "asin": (mpmath.asin, np.arcsin, -1, 1, 1),
        "acos": (mpmath.acos, np.arccos, -1, 1, 1),
        "atan": (mpmath.atan, np.arctan, -9, 9, 1),
        "sinh": (mpmath.sinh, np.sinh, -9, 9, 2.5),
        "cosh": (mpmath.cosh, np.cosh, -9, 9, 2.5),
        "tanh": (mpmath.tanh, np.tanh, -4, 4, 2.5),
        "erf": (mpmath.erf, scipy.special.erf, -4, 4, 2),
        "erfc": (mpmath.erfc, scipy.special.erfc, -4, 9, 2),
        "sigmoid": (sigmoid, scipy.special.expit, -30, 30, 2.5),
        "softplus": (softplus, lambda x: np.logaddexp(0, x), -30, 30, 2),
    }
    for name, (exact, edge, low, high, ulps) in functions.items():
        for dtype in FLOATS:
            x = sample(dtype, low, high)
            # logaddexp(0, 0) is off by one unit
            ieee = (lambda v: np.log(2) if v == 0 else edge(v)) if name == "softplus" else edge
            op(name, [x], by_mpmath(dtype, exact, ieee, x), 0.51 if dtype == "f32" else ulps)
    exactly = {
        "neg": np.negative,
        "abs": np.abs,
        "sign": lambda x: np.where(x == 0, x, np.sign(x)),
        "relu": lambda x: np.where(x <= 0, x.dtype.type(0), x),
        "floor": np.floor,
        "ceil": np.ceil,
        "round": np.round,
        "isnan": np.isnan,
        "isinf": np.isinf,
    }
    for name, function in exactly.items():
        for dtype in FLOATS:
            x = sample(dtype, -40, 40)
            op(name, [x], function(x))
    for name in ["neg", "abs", "sign", "relu", "square"]:
        for dtype in INTEGERS:
            x = integers(dtype, 12)
            op(name, [x], exactly.get(name, np.square)(x))
    op("not", [np.array([True, False])], np.array([False, True]))
    for dtype in INTEGERS:
        x = integers(dtype, 12)
        op("not", [x], np.invert(x))


def integers(dtype, count, low=-100, high=100):
    limits = np.iinfo(DTYPES[dtype])
    edges = [0, 1, -1, limits.max, limits.min]
    return np.concatenate([edges, RANDOM.integers(low, high, count)]).astype(DTYPES[dtype])


def pairs(values):
    both = list(itertools.product(values, values))
    return np.array([x for x, _ in both]), np.array([y for _, y in both])


def binary_functions():
    functions = {
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "floordiv": np.floor_divide,
        "mod": np.mod,
        "minimum": np.minimum,
        "maximum": np.maximum,
    }
    values = [0.0, 1.0, -1.0, 0.1, -0.3, 3.0, -7.5, 1e5, 2.5, math.inf, -math.inf, math.nan]
    for dtype in FLOATS:
        x, y = (side.astype(DTYPES[dtype]) for side in pairs(values))
        for name, function in (functions | {"div": np.divide}).items():
            op(name, [x, y], function(x, y))
        positive = RANDOM.uniform(0, 9, 30).astype(DTYPES[dtype])
        exponent = RANDOM.uniform(-9, 9, 30).astype(DTYPES[dtype])
        power = [nearest(dtype, mpf(float(a)) ** mpf(float(b))) for a, b in zip(positive, exponent)]
        op("pow", [positive, exponent], np.array(power), 0.51 if dtype == "f32" else 1)
        first = RANDOM.uniform(-9, 9, 30).astype(DTYPES[dtype])
        angle = [nearest(dtype, mpmath.atan2(float(a), float(b))) for a, b in zip(first, exponent)]
        op("atan2", [first, exponent], np.array(angle), 0.51 if dtype == "f32" else 2)
    for dtype in INTEGERS:
        x, y = pairs(integers(dtype, 4))
        for name, function in functions.items():
            op(name, [x, y], function(x, y))
        for name, function in bitwise().items():
            op(name, [x, y], function(x, y))
        base = RANDOM.integers(-9, 9, 40).astype(DTYPES[dtype])
        exponent = RANDOM.integers(0, 30, 40).astype(DTYPES[dtype])
        op("pow", [base, exponent], np.power(base, exponent))
    x, y = pairs(np.array([False, True]))
    for name, function in bitwise().items():
        op(name, [x, y], function(x, y))


def bitwise():
    return {"and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor}


def comparisons():
    functions = {
        "eq": np.equal,
        "ne": np.not_equal,
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
    }
    for name, function in functions.items():
        for dtype in FLOATS:
            x, y = (side.astype(DTYPES[dtype]) for side in pairs([0.0, -0.0, 1.0, math.inf, math.nan]))
            op(name, [x, y], function(x, y))
        for dtype in INTEGERS:
            x, y = pairs(integers(dtype, 1))
            op(name, [x, y], function(x, y))
        x, y = pairs(np.array([False, True]))
        op(name, [x, y], function(x, y))


def selections_and_casts():
    for dtype in DTYPES:
        x = RANDOM.integers(0, 2, (4, 5)).astype(DTYPES[dtype])
        y = RANDOM.integers(0, 9, (4, 5)).astype(DTYPES[dtype])
        condition = RANDOM.integers(0, 2, (4, 5)).astype(np.bool_)
        op("select", [condition, x, y], np.where(condition, x, y))
    values = [0.0, -0.0, 0.5, -0.5, 1.999, -1.999, 1e10, -1e10, 1e30, -1e30, math.inf, -math.inf, math.nan]
    for dtype in FLOATS:
        x = np.array(values, DTYPES[dtype])
        for target in FLOATS:
            op("cast", [x], x.astype(DTYPES[target]))
        for target in INTEGERS:
            limits = np.iinfo(DTYPES[target])
            whole = [
                0
                if math.isnan(v)
                else limits.max
                if v > 2.0**64
                else limits.min
                if v < -(2.0**64)
                else min(max(int(v), limits.min), limits.max)
                for v in x.tolist()
            ]
            op("cast", [x], np.array(whole, DTYPES[target]))
        op("cast", [x], x != 0)
    for dtype in INTEGERS:
        x = integers(dtype, 8)
        for target in ["i32", "i64", "f32", "f64", "bool"]:
            op("cast", [x], x.astype(DTYPES[target]))
    for target in DTYPES:
        op("cast", [np.array([False, True])], np.array([False, True]).astype(DTYPES[target]))


def reductions():
    for dtype in ["f32", "f64", "i32", "i64"]:
        for axes in [(), (0,), (1,), (2,), (0, 2), (0, 1, 2)]:
            attributes = f"axes={list(axes)}"
            if dtype in FLOATS:
                x = RANDOM.normal(size=(2, 3, 4)).astype(DTYPES[dtype])
                total = exact_sum(x, axes).astype(DTYPES[dtype])
                product = np.prod(x.astype(np.longdouble), axis=axes).astype(DTYPES[dtype])
            else:
                x = RANDOM.integers(-(2**30), 2**30, (2, 3, 4)).astype(DTYPES[dtype])
                total = np.sum(x, axis=axes, dtype=DTYPES[dtype])
                product = np.prod(x, axis=axes, dtype=DTYPES[dtype])
            op("sum", [x], total, 1, attributes)
            op("prod", [x], product, 0.51 if dtype == "f32" else 60, attributes)
            op("max", [x], np.max(x, axis=axes), 0, attributes)
            op("min", [x], np.min(x, axis=axes), 0, attributes)
        for axis in range(3):
            x = RANDOM.integers(-3, 3, (2, 3, 4)).astype(DTYPES[dtype])
            if dtype in FLOATS:
                x[1, 2, 3] = math.nan
            op("argmax", [x], np.argmax(x, axis=axis), 0, f"axis={axis}")
            op("argmin", [x], np.argmin(x, axis=axis), 0, f"axis={axis}")
    for axes in [(), (0,), (1,), (0, 1)]:
        x = RANDOM.integers(0, 3, (4, 2)) > 0
        op("any", [x], np.any(x, axis=axes), 0, f"axes={list(axes)}")
        op("all", [x], np.all(x, axis=axes), 0, f"axes={list(axes)}")
    none = np.zeros((2, 0), np.float32)
    op("sum", [none], np.sum(none, axis=1), 0, "axes=[1]")
    op("prod", [none], np.prod(none, axis=1), 0, "axes=[1]")
    cancelling = np.array([1e16, 1.0, -1e16, 1e-3])
    op("sum", [cancelling], np.float64(math.fsum(cancelling)), 0.5, "axes=[0]")


def exact_sum(x, axes):
    if not axes:
        return x
    moved = np.moveaxis(x, axes, range(len(axes)))
    kept = moved.shape[len(axes):]
    flat = moved.reshape(-1, int(np.prod(kept)))
    return np.array([math.fsum(column) for column in flat.T.tolist()]).reshape(kept)


def products():
    shapes = [
        (0, (3, 4), (4, 5)),
        (0, (3, 4), (4,)),
        (0, (4,), (4, 5)),
        (0, (4,), (4,)),
        (0, (5, 19), (19, 3)),
        (0, (2, 0), (0, 3)),
        (1, (2, 3, 4), (2, 4, 5)),
        (1, (2, 3, 4), (2, 4)),
        (1, (2, 4), (2, 4, 5)),
        (1, (2, 4), (2, 4)),
        (2, (2, 2, 3, 4), (2, 2, 4, 5)),
    ]
    for batch, x_shape, y_shape in shapes:
        for dtype in FLOATS:
            x = RANDOM.normal(size=x_shape).astype(DTYPES[dtype])
            y = RANDOM.normal(size=y_shape).astype(DTYPES[dtype])
            letters = "abcd"[:batch]
            left = letters + ("mk" if len(x_shape) == batch + 2 else "k")
            right = letters + ("kn" if len(y_shape) == batch + 2 else "k")
            result = letters + "m" * (left[-2:] == "mk") + "n" * (right[-1] == "n")
            product = np.einsum(f"{left},{right}->{result}", x.astype(np.longdouble), y.astype(np.longdouble))
            op("dot", [x, y], product.astype(DTYPES[dtype]), 1, f"batch={batch}")


def movements():
    for dtype in DTYPES:
        def make(*shape):
            return RANDOM.integers(-9, 9, shape).astype(DTYPES[dtype])

        for source, target in [((), (3,)), ((4, 1), (4, 3)), ((1, 3), (2, 4, 3)), ((3,), (0, 3))]:
            x = make(*source)
            op("broadcast", [x], np.broadcast_to(x, target))
        for source, target in [((3, 4), (2, 6)), ((2, 3, 2), (12,)), ((), (1, 1)), ((0, 3), (5, 0))]:
            x = make(*source)
            op("reshape", [x], x.reshape(target))
        for shape, order in [((2, 3), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4, 2), (3, 1, 0, 2))]:
            x = make(*shape)
            op("transpose", [x], x.transpose(order), 0, f"permutation={list(order)}")
        for axis, start, size, step in [(0, 1, 2, 1), (0, 4, 5, -1), (1, 0, 3, 2), (1, 5, 2, -3)]:
            x = make(5, 6)
            positions = start + step * np.arange(size)
            attributes = f"axis={axis}, start={start}, size={size}, step={step}"
            taken = np.take(x, positions, axis=axis)
            op("slice", [x], taken, 0, attributes)
            padded = np.zeros_like(x)
            padded[tuple([slice(None)] * axis + [positions])] = taken
            length = x.shape[axis]
            op("pad", [taken], padded, 0, f"axis={axis}, start={start}, size={length}, step={step}")
        for axis in range(2):
            parts = [make(3, 2), make(3, 2), make(*((1, 2) if axis == 0 else (3, 4)))]
            op("concat", parts, np.concatenate(parts, axis), 0, f"axis={axis}")


def indexing():
    for dtype in ["f32", "f64", "i32", "i64"]:
        for axis, batch, x_shape, shape in [
            (0, 0, (5, 3), (2, 4)),
            (1, 0, (2, 5, 3), (4,)),
            (0, 0, (5,), ()),
            (1, 1, (4, 6), (4,)),
            (1, 1, (2, 5, 3), (2, 4)),
            (2, 1, (2, 3, 5), (2, 4)),
            (2, 2, (2, 3, 5, 2), (2, 3, 4)),
        ]:
            x = RANDOM.integers(-9, 9, x_shape).astype(DTYPES[dtype])
            indices = RANDOM.integers(0, x_shape[axis], shape)
            # the position in x of each gathered element, by taking from a tensor of positions
            positions = np.arange(x.size).reshape(x_shape)
            taken = take(positions, indices, axis, batch)
            attributes = f"axis={axis}, batch={batch}"
            op("gather", [x, indices], x.ravel()[taken], 0, attributes)
            updates = RANDOM.integers(-9, 9, taken.shape).astype(DTYPES[dtype])
            added = x.copy()
            np.add.at(added.reshape(-1), taken, updates)
            op("scatter_add", [x, indices, updates], added, 0, attributes)
            put = x.copy()
            for position, update in zip(taken.ravel(), updates.ravel()):
                put.reshape(-1)[position] = update
            op("scatter_set", [x, indices, updates], put, 0, attributes)


def take(x, indices, axis, batch):
    if batch == 0:
        return np.take(x, indices, axis)
    return np.stack([take(a, b, axis - 1, batch - 1) for a, b in zip(x, indices)])


def creation():
    for dtype in ["f32", "f64", "i32", "i64"]:
        for axis, shape in [(0, (7,)), (0, (3, 2)), (1, (2, 3)), (1, (2, 3, 2))]:
            counted = np.moveaxis(np.zeros(shape, int), axis, -1) + np.arange(shape[axis])
            op("iota", [], np.moveaxis(counted, -1, axis).astype(DTYPES[dtype]), 0, f"axis={axis}")
        op("fill", [], np.full((2, 3), 7, DTYPES[dtype]), 0, "value=7.0")
    op("fill", [], np.float32(0.1), 0, "value=0.1")
    op("fill", [], np.full(3, True), 0, "value=1.0")
    op("dim_size", [], np.int64(12), 0, "dim=12")
    for key, counter in [(0, 0), (-1, -1), (0x299F31D0A4093822, 0x0370734413198A2E), (42, 1 << 40)]:
        for dtype, shape in [("f32", (3, 3)), ("f64", (5,)), ("f32", ()), ("f64", (2, 2))]:
            words = [np.int64(key), np.int64(counter)]
            op("random", words, uniform(dtype, shape, key % 2**64, counter % 2**64))


def philox(key, counter, block):
    """Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011)."""
    low = 2**32 - 1
    words = [block & low, block >> 32, counter & low, counter >> 32]
    keys = [key & low, key >> 32]
    for _ in range(10):
        first, second = 0xD2511F53 * words[0], 0xCD9E8D57 * words[2]
        words = [
            (second >> 32) ^ words[1] ^ keys[0],
            second & low,
            (first >> 32) ^ words[3] ^ keys[1],
            first & low,
        ]
        keys = [(keys[0] + 0x9E3779B9) & low, (keys[1] + 0xBB67AE85) & low]
    return words


def uniform(dtype, shape, key, counter):
    count = int(np.prod(shape, dtype=int))
    words = [word for block in range(count) for word in philox(key, counter, block)]
    if dtype == "f32":
        values = [(word >> 8) * 2.0**-24 for word in words]
    else:
        values = [((a >> 5) * 2**26 + (b >> 6)) * 2.0**-53 for a, b in zip(words[::2], words[1::2])]
    return np.array(values[:count], DTYPES[dtype]).reshape(shape)


def loops():
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    steps, rows, width = 6, 3, 4
    x = RANDOM.normal(size=(steps, rows, 4 * width))
    mask = (np.arange(steps)[:, None] < np.array([6, 4, 0])).astype(float)
    u = RANDOM.normal(size=(width, 4 * width))
    for reverse in [False, True]:
        h = c = np.zeros((rows, width))
        history = np.zeros((steps, rows, width))
        for t in reversed(range(steps)) if reverse else range(steps):
            i, f, o, g = np.split(x[t] + h @ u, 4, axis=1)
            m = mask[t][:, None]
            new_c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            new_c = m * new_c + (1 - m) * c
            new_h = m * (sigmoid(o) * np.tanh(new_c)) + (1 - m) * h
            h, c = new_h, new_c
            history[t] = h
        zero = np.zeros((rows, width))
        state, gates = f"f64[{rows},{width}]", f"f64[{rows},{4 * width}]"
        body = [
            f"%0, %1, %2 = scan {{steps={steps}, reverse={str(reverse).lower()}}} {{",
            f"  over %x: {gates} = %x0",
            f"  over %m: f64[{rows}] = %x1",
            f"  carry %h: {state} = %x2",
            f"  carry %c: {state} = %x3",
            f"  with %u: f64[{width},{4 * width}] = %x4",
            f"  %3 = dot(%h, %u) : {gates}",
            f"  %4 = add(%x, %3) : {gates}",
        ]
        for k in range(4):
            function = "tanh" if k == 3 else "sigmoid"
            body.append(f"  %{5 + k} = slice(%4) {{axis=1, start={width * k}, size={width}}} : {state}")
            body.append(f"  %{9 + k} = {function}(%{5 + k}) : {state}")
        body += [
            f"  %13 = mul(%10, %c) : {state}",
            f"  %14 = mul(%9, %12) : {state}",
            f"  %15 = add(%13, %14) : {state}",
            f"  %16 = reshape(%m) : f64[{rows},1]",
            f"  %17 = broadcast(%16) : {state}",
            f"  %18 = fill() {{value=1.0}} : {state}",
            f"  %19 = sub(%18, %17) : {state}",
            f"  %20 = mul(%17, %15) : {state}",
            f"  %21 = mul(%19, %c) : {state}",
            f"  %22 = add(%20, %21) : {state}",
            f"  %23 = tanh(%22) : {state}",
            f"  %24 = mul(%11, %23) : {state}",
            f"  %25 = mul(%17, %24) : {state}",
            f"  %26 = mul(%19, %h) : {state}",
            f"  %27 = add(%25, %26) : {state}",
            "  next %27, %22",
            "  stack %27",
            f"}} : {state}, {state}, f64[{steps},{rows},{width}]",
            "return %0, %1, %2",
        ]
        block(body, [x, mask, zero, zero, u], [h, c, history], 4, 1e-14)
    a = RANDOM.integers(-9, 9, (3, 4)).astype(np.float32)
    b = RANDOM.integers(-9, 9, (3, 4)).astype(np.float32)
    block(
        [
            "%0, %1 = fused {",
            "  with %a: f32[3,4] = %x0",
            "  with %b: f32[3,4] = %x1",
            "  %2 = mul(%a, %b) : f32[3,4]",
            "  %3 = gt(%2, %a) : bool[3,4]",
            "  %4 = select(%3, %2, %b) : f32[3,4]",
            "  yield %4, %3",
            "} : f32[3,4], bool[3,4]",
            "return %0, %1",
        ],
        [a, b],
        [np.where(a * b > a, a * b, b), a * b > a],
    )


def branches():
    x = RANDOM.integers(-9, 9, (3, 2)).astype(np.float32)
    for taken in [True, False]:
        block(
            [
                "%0, %1 = cond(%x1) {",
                "  with %x: f32[3,2] = %x0",
                "  then {",
                "    %2 = square(%x) : f32[3,2]",
                "    %3 = sum(%2) {axes=[0]} : f32[2]",
                "    yield %2, %3",
                "  } otherwise {",
                "    %4 = prod(%x) {axes=[0]} : f32[2]",
                "    yield %x, %4",
                "  }",
                "} : f32[3,2], f32[2]",
                "return %0, %1",
            ],
            [x, np.bool_(taken)],
            [x * x, (x * x).sum(axis=0)] if taken else [x, x.prod(axis=0)],
        )


def sums_with_products():
    for m, k, n, alpha, beta in [(3, 4, 5, 1.0, 1.0), (5, 19, 3, -0.5, 2.0), (2, 0, 3, 2.0, -0.25), (1, 3, 2, 0.1, 1.0)]:
        for dtype in FLOATS:
            x, y, z = [RANDOM.normal(size=size).astype(DTYPES[dtype]) for size in [(m, k), (k, n), (m, n)]]
            scales = [DTYPES[dtype](scale).astype(np.longdouble) for scale in [alpha, beta]]
            product = x.astype(np.longdouble) @ y.astype(np.longdouble)
            exact = scales[0] * product + scales[1] * z.astype(np.longdouble)
            type_ = f"{dtype}[{m},{n}]"
            body = [f"%0 = gemm(%x0, %x1, %x2) {{alpha={alpha}, beta={beta}}} : {type_}", "return %0"]
            block(body, [x, y, z], [exact.astype(DTYPES[dtype])], 1, 0 if dtype == "f32" else 1e-15)


def cumulations():
    functions = {
        "cumsum": np.add,
        "cumprod": np.multiply,
        "cummax": np.maximum,
        "cummin": np.minimum,
    }
    for dtype in ["f32", "f64", "i32", "i64"]:
        for call, function in functions.items():
            for axis in range(3):
                if dtype in FLOATS:
                    x = RANDOM.normal(size=(2, 3, 4)).astype(DTYPES[dtype])
                    wide = np.longdouble
                else:
                    x = RANDOM.integers(-(2**30), 2**30, (2, 3, 4)).astype(DTYPES[dtype])
                    wide = DTYPES[dtype]
                forward = function.accumulate(x.astype(wide), axis=axis, dtype=wide)
                backward = np.flip(function.accumulate(np.flip(x.astype(wide), axis), axis=axis, dtype=wide), axis)
                ulps = {"cumsum": 1, "cumprod": 3}.get(call, 0)
                op(call, [x], forward.astype(DTYPES[dtype]), ulps, f"axis={axis}")
                op(call, [x], backward.astype(DTYPES[dtype]), ulps, f"axis={axis}, reverse=true")
            if dtype in FLOATS:
                edges = np.array([2.0, 0.0, 3.0, math.inf, 1.0, math.nan, 4.0, -math.inf]).astype(DTYPES[dtype])
                op(call, [edges], function.accumulate(edges), 0, "axis=0")
                op(call, [edges], np.flip(function.accumulate(np.flip(edges))), 0, "axis=0, reverse=true")
    for call in functions:
        op(call, [np.zeros((2, 0), np.float32)], np.zeros((2, 0), np.float32), 0, "axis=1")
    cancelling = np.array([1e16, 1.0, -1e16, 1e-3])
    op("cumsum", [cancelling], [math.fsum(cancelling[: i + 1]) for i in range(4)], 0.5, "axis=0")
    small = np.array([1e30, 1e30, 1e-30, 1e-20]).astype(np.float32)
    op("cumprod", [small], np.cumprod(small.astype(np.longdouble)).astype(np.float32), 0.51, "axis=0")


if __name__ == "__main__":
    print("// Made by known_answers.py; do not edit.\n")
    unary_functions()
    binary_functions()
    comparisons()
    selections_and_casts()
    reductions()
    products()
    movements()
    indexing()
    creation()
    loops()
    branches()
    sums_with_products()
    cumulations()
