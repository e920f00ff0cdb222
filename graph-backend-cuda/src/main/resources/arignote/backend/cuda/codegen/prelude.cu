// What generated kernels share: each op's function of elements under the op's own name with an
// underscore, for the dtypes on which it is defined. The reference interpreter is the definition.

typedef int i32;
typedef long long i64;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

template <class T, int N>
struct alignas(sizeof(T) * N) pack {
  T v[N];
};

#define FUNCTION __device__ __forceinline__

// Says which op this kernel belongs to, in memory that the host reads if the kernel fails.
FUNCTION void started(i64 place, i64 op) {
  if (blockIdx.x == 0 && threadIdx.x == 0) {
    *(volatile i64 *)place = op;
  }
}

FUNCTION f32 nan_(f32) { return __int_as_float(0x7fc00000); }
FUNCTION f64 nan_(f64) { return __longlong_as_double(0x7ff8000000000000LL); }
FUNCTION bool isnan_(f32 x) { return x != x; }
FUNCTION bool isnan_(f64 x) { return x != x; }
FUNCTION bool isinf_(f32 x) { return fabsf(x) > 3.402823466e38f; }
FUNCTION bool isinf_(f64 x) { return fabs(x) > 1.7976931348623157e308; }

// Integers wrap.
FUNCTION i32 add_(i32 x, i32 y) { return (i32)((u32)x + (u32)y); }
FUNCTION i64 add_(i64 x, i64 y) { return (i64)((u64)x + (u64)y); }
FUNCTION f32 add_(f32 x, f32 y) { return x + y; }
FUNCTION f64 add_(f64 x, f64 y) { return x + y; }
FUNCTION i32 sub_(i32 x, i32 y) { return (i32)((u32)x - (u32)y); }
FUNCTION i64 sub_(i64 x, i64 y) { return (i64)((u64)x - (u64)y); }
FUNCTION f32 sub_(f32 x, f32 y) { return x - y; }
FUNCTION f64 sub_(f64 x, f64 y) { return x - y; }
FUNCTION i32 mul_(i32 x, i32 y) { return (i32)((u32)x * (u32)y); }
FUNCTION i64 mul_(i64 x, i64 y) { return (i64)((u64)x * (u64)y); }
FUNCTION f32 mul_(f32 x, f32 y) { return x * y; }
FUNCTION f64 mul_(f64 x, f64 y) { return x * y; }
FUNCTION f32 div_(f32 x, f32 y) { return x / y; }
FUNCTION f64 div_(f64 x, f64 y) { return x / y; }

FUNCTION i32 neg_(i32 x) { return sub_(0, x); }
FUNCTION i64 neg_(i64 x) { return sub_((i64)0, x); }
FUNCTION f32 neg_(f32 x) { return -x; }
FUNCTION f64 neg_(f64 x) { return -x; }
FUNCTION i32 abs_(i32 x) { return x < 0 ? neg_(x) : x; }
FUNCTION i64 abs_(i64 x) { return x < 0 ? neg_(x) : x; }
FUNCTION f32 abs_(f32 x) { return fabsf(x); }
FUNCTION f64 abs_(f64 x) { return fabs(x); }
FUNCTION i32 sign_(i32 x) { return (x > 0) - (x < 0); }
FUNCTION i64 sign_(i64 x) { return (x > 0) - (x < 0); }
FUNCTION f32 sign_(f32 x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }
FUNCTION f64 sign_(f64 x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; }
template <class T>
FUNCTION T square_(T x) { return mul_(x, x); }

#define LIBRARY(name, single, wide)               \
  FUNCTION f32 name(f32 x) { return single(x); }  \
  FUNCTION f64 name(f64 x) { return wide(x); }
LIBRARY(exp_, expf, exp)
LIBRARY(expm1_, expm1f, expm1)
LIBRARY(log_, logf, log)
LIBRARY(log1p_, log1pf, log1p)
LIBRARY(sqrt_, sqrtf, sqrt)
LIBRARY(sin_, sinf, sin)
LIBRARY(cos_, cosf, cos)
LIBRARY(tan_, tanf, tan)
LIBRARY(asin_, asinf, asin)
LIBRARY(acos_, acosf, acos)
LIBRARY(atan_, atanf, atan)
LIBRARY(sinh_, sinhf, sinh)
LIBRARY(cosh_, coshf, cosh)
LIBRARY(tanh_, tanhf, tanh)
LIBRARY(erf_, erff, erf)
LIBRARY(erfc_, erfcf, erfc)
LIBRARY(floor_, floorf, floor)
LIBRARY(ceil_, ceilf, ceil)
LIBRARY(round_, rintf, rint)

FUNCTION f32 rsqrt_(f32 x) { return 1.0f / sqrtf(x); }
FUNCTION f64 rsqrt_(f64 x) { return 1.0 / sqrt(x); }
FUNCTION f32 reciprocal_(f32 x) { return 1.0f / x; }
FUNCTION f64 reciprocal_(f64 x) { return 1.0 / x; }

// The exponential of what is not positive does not overflow.
template <class T>
FUNCTION T sigmoid_(T x) {
  T small = exp_(-abs_(x));
  return x >= 0 ? 1 / (1 + small) : x < 0 ? small / (1 + small) : x;
}
template <class T>
FUNCTION T softplus_(T x) {
  return isnan_(x) ? x : (x > 0 ? x : (T)0) + log1p_(exp_(-abs_(x)));
}

FUNCTION bool not_(bool x) { return !x; }
FUNCTION i32 not_(i32 x) { return ~x; }
FUNCTION i64 not_(i64 x) { return ~x; }
FUNCTION bool and_(bool x, bool y) { return x & y; }
FUNCTION i32 and_(i32 x, i32 y) { return x & y; }
FUNCTION i64 and_(i64 x, i64 y) { return x & y; }
FUNCTION bool or_(bool x, bool y) { return x | y; }
FUNCTION i32 or_(i32 x, i32 y) { return x | y; }
FUNCTION i64 or_(i64 x, i64 y) { return x | y; }
FUNCTION bool xor_(bool x, bool y) { return x != y; }
FUNCTION i32 xor_(i32 x, i32 y) { return x ^ y; }
FUNCTION i64 xor_(i64 x, i64 y) { return x ^ y; }

// NaN if either is; -0 is below 0.
FUNCTION i32 maximum_(i32 x, i32 y) { return x > y ? x : y; }
FUNCTION i64 maximum_(i64 x, i64 y) { return x > y ? x : y; }
FUNCTION f32 maximum_(f32 x, f32 y) {
  return isnan_(x) || x > y ? x : x == y && x == 0 ? x + y : y;
}
FUNCTION f64 maximum_(f64 x, f64 y) {
  return isnan_(x) || x > y ? x : x == y && x == 0 ? x + y : y;
}
FUNCTION i32 minimum_(i32 x, i32 y) { return x < y ? x : y; }
FUNCTION i64 minimum_(i64 x, i64 y) { return x < y ? x : y; }
FUNCTION f32 minimum_(f32 x, f32 y) { return -maximum_(-x, -y); }
FUNCTION f64 minimum_(f64 x, f64 y) { return -maximum_(-x, -y); }
FUNCTION i32 relu_(i32 x) { return x > 0 ? x : 0; }
FUNCTION i64 relu_(i64 x) { return x > 0 ? x : 0; }
FUNCTION f32 relu_(f32 x) { return x > 0 || isnan_(x) ? x : 0.0f; }
FUNCTION f64 relu_(f64 x) { return x > 0 || isnan_(x) ? x : 0.0; }

// Division by 0 gives 0; the smallest number by -1 wraps.
template <class T>
FUNCTION T integer_floordiv(T x, T y) {
  if (y == 0) return 0;
  if (y == -1) return neg_(x);
  T quotient = x / y;
  return x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient;
}
template <class T>
FUNCTION T integer_mod(T x, T y) {
  if (y == 0 || y == -1) return 0;
  T rest = x % y;
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
FUNCTION i32 floordiv_(i32 x, i32 y) { return integer_floordiv(x, y); }
FUNCTION i64 floordiv_(i64 x, i64 y) { return integer_floordiv(x, y); }
FUNCTION f64 floordiv_(f64 x, f64 y) {
  if (y == 0) return x / y;
  f64 rest = fmod(x, y);
  f64 quotient = (x - rest) / y;
  if (rest != 0 && (rest < 0) != (y < 0)) quotient -= 1;
  return quotient == 0 ? copysign(0.0, x / y) : rint(quotient);
}
FUNCTION f32 floordiv_(f32 x, f32 y) { return (f32)floordiv_((f64)x, (f64)y); }
FUNCTION i32 mod_(i32 x, i32 y) { return integer_mod(x, y); }
FUNCTION i64 mod_(i64 x, i64 y) { return integer_mod(x, y); }
FUNCTION f64 mod_(f64 x, f64 y) {
  f64 rest = fmod(x, y);
  if (rest == 0) return copysign(0.0, y);
  return (rest < 0) != (y < 0) && !isnan_(rest) ? rest + y : rest;
}
FUNCTION f32 mod_(f32 x, f32 y) { return (f32)mod_((f64)x, (f64)y); }

// By repeated squaring; 1 / x^-y, truncated, for a negative exponent.
FUNCTION i64 pow_(i64 x, i64 y) {
  if (y < 0) return x == 1 ? 1 : x == -1 ? ((y & 1) == 0 ? 1 : -1) : 0;
  u64 result = 1;
  u64 square = (u64)x;
  for (u64 rest = (u64)y; rest != 0; rest >>= 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return (i64)result;
}
FUNCTION i32 pow_(i32 x, i32 y) { return (i32)pow_((i64)x, (i64)y); }
// C gives 1 where Java gives NaN.
FUNCTION f32 pow_(f32 x, f32 y) {
  return isnan_(y) || (fabsf(x) == 1 && isinf_(y)) ? nan_(x) : powf(x, y);
}
FUNCTION f64 pow_(f64 x, f64 y) {
  return isnan_(y) || (fabs(x) == 1 && isinf_(y)) ? nan_(x) : pow(x, y);
}
FUNCTION f32 atan2_(f32 y, f32 x) { return atan2f(y, x); }
FUNCTION f64 atan2_(f64 y, f64 x) { return atan2(y, x); }

template <class T>
FUNCTION bool eq_(T x, T y) { return x == y; }
template <class T>
FUNCTION bool ne_(T x, T y) { return x != y; }
template <class T>
FUNCTION bool lt_(T x, T y) { return x < y; }
template <class T>
FUNCTION bool le_(T x, T y) { return x <= y; }
template <class T>
FUNCTION bool gt_(T x, T y) { return x > y; }
template <class T>
FUNCTION bool ge_(T x, T y) { return x >= y; }
template <class T>
FUNCTION T select_(bool condition, T x, T y) { return condition ? x : y; }

// To integers floats go towards zero and saturate, NaN to 0.
template <class T>
FUNCTION bool cast_bool_(T x) { return x != 0; }
FUNCTION i32 cast_i32_(bool x) { return x; }
FUNCTION i32 cast_i32_(i32 x) { return x; }
FUNCTION i32 cast_i32_(i64 x) { return (i32)x; }
FUNCTION i32 cast_i32_(f64 x) {
  return isnan_(x) ? 0 : x >= 2147483647.0 ? 2147483647 : x <= -2147483648.0 ? -2147483647 - 1 : (i32)x;
}
FUNCTION i32 cast_i32_(f32 x) { return cast_i32_((f64)x); }
FUNCTION i64 cast_i64_(bool x) { return x; }
FUNCTION i64 cast_i64_(i32 x) { return x; }
FUNCTION i64 cast_i64_(i64 x) { return x; }
FUNCTION i64 cast_i64_(f64 x) {
  return isnan_(x)                      ? 0
         : x >= 9223372036854775808.0   ? 0x7fffffffffffffffLL
         : x <= -9223372036854775808.0  ? -0x7fffffffffffffffLL - 1
                                        : (i64)x;
}
FUNCTION i64 cast_i64_(f32 x) { return cast_i64_((f64)x); }
template <class T>
FUNCTION f32 cast_f32_(T x) { return (f32)x; }
template <class T>
FUNCTION f64 cast_f64_(T x) { return (f64)x; }

// A product of floats that neither gets too large nor too small before it is needed: the fraction
// times 2 to the exponent, a whole number. Else zeros before a stretch whose own product is infinite
// would make NaN.
struct scaled {
  f64 fraction, exponent;
};
FUNCTION scaled scaled_(f64 x) {
  i32 exponent = 0;
  f64 fraction = frexp(x, &exponent);
  return {fraction, (f64)exponent};
}
FUNCTION f64 value_(scaled x) {
  return ldexp(x.fraction, (i32)fmin(fmax(x.exponent, -5000.0), 5000.0));
}
FUNCTION scaled mul_(scaled x, scaled y) {
  scaled product = scaled_(x.fraction * y.fraction);
  return {product.fraction, x.exponent + y.exponent + product.exponent};
}

// What reductions start with, and how two parts become one.
struct sum_of {
  template <class T>
  static FUNCTION T join(T x, T y) { return add_(x, y); }
};
struct prod_of {
  template <class T>
  static FUNCTION T join(T x, T y) { return mul_(x, y); }
};
struct max_of {
  template <class T>
  static FUNCTION T join(T x, T y) { return maximum_(x, y); }
};
struct min_of {
  template <class T>
  static FUNCTION T join(T x, T y) { return minimum_(x, y); }
};
struct any_of {
  static FUNCTION bool join(bool x, bool y) { return x | y; }
};
struct all_of {
  static FUNCTION bool join(bool x, bool y) { return x & y; }
};

// The reduction of the values of all lanes of a warp, in the same order every time; each lane gets
// the same.
template <class R, class T>
FUNCTION T reduce_warp(T x) {
  for (int distance = 16; distance > 0; distance >>= 1) {
    x = R::join(x, __shfl_xor_sync(0xffffffffu, x, distance));
  }
  return x;
}

// That of all threads of a block of whole warps; `parts` has room for each warp.
template <class R, class T>
FUNCTION T reduce_block(T x, T *parts) {
  x = reduce_warp<R>(x);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = x;
  __syncthreads();
  T result = parts[0];
  for (u32 i = 1; i < blockDim.x / 32; i++) result = R::join(result, parts[i]);
  __syncthreads();
  return result;
}

// That of every `columns`-th thread of a block; `parts` has room for each thread.
template <class R, class T>
FUNCTION T reduce_column(T x, T *parts, u32 columns) {
  parts[threadIdx.x] = x;
  __syncthreads();
  u32 column = threadIdx.x % columns;
  T result = parts[column];
  for (u32 i = column + columns; i < blockDim.x; i += columns) result = R::join(result, parts[i]);
  __syncthreads();
  return result;
}

template <class T>
FUNCTION T shift_up(T x, u32 distance) { return __shfl_up_sync(0xffffffffu, x, distance); }
FUNCTION scaled shift_up(scaled x, u32 distance) {
  return {shift_up(x.fraction, distance), shift_up(x.exponent, distance)};
}

// What the threads of a block of whole warps before this one make together, in the same order every
// time, and in `all` what all of them do. `none` is that of no threads; `parts` has room for each
// warp.
template <class R, class T>
FUNCTION T scan_block(T x, T none, T *parts, T &all) {
  u32 lane = threadIdx.x % 32;
  T joined = x;
  for (u32 distance = 1; distance < 32; distance *= 2) {
    T other = shift_up(joined, distance);
    if (lane >= distance) joined = R::join(other, joined);
  }
  T before = shift_up(joined, 1);
  if (lane == 31) parts[threadIdx.x / 32] = joined;
  __syncthreads();
  T result = none;
  all = none;
  for (u32 warp = 0; warp < blockDim.x / 32; warp++) {
    if (warp == threadIdx.x / 32) result = all;
    all = R::join(all, parts[warp]);
  }
  __syncthreads();
  return lane == 0 ? result : R::join(result, before);
}

// How many of some sorted numbers are less than one.
template <class I>
FUNCTION I less_than(u64 own, const u64 *sorted, I count) {
  I from = 0;
  while (from < count) {
    I middle = from + (count - from) / 2;
    if (sorted[middle] < own) {
      from = middle + 1;
    } else {
      count = middle;
    }
  }
  return from;
}
