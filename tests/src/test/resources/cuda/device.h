// What generated kernels find of CUDA C when a C++ compiler makes them for the CPU. Put before the
// text of each kernel by the stand-in for NVRTC; the stand-in for the driver runs the outcome.
#pragma once

typedef decltype(sizeof(0)) size_t;

#define __global__
#define __device__
#define __forceinline__ inline
#define __restrict__ __restrict
#define __launch_bounds__(...)

// The driver fills this section with a pattern before each block: reading shared memory that
// nothing was written to shows.
#define __shared__ static __attribute__((section("standin_shared")))

struct standin_index {
  unsigned x, y, z;
};

// What a thread stops for: all of its block, all of its warp, or whatever threads of other blocks do.
enum { STANDIN_BLOCK = 1, STANDIN_WARP = 2, STANDIN_OTHERS = 3 };

struct standin_state {
  standin_index thread, block, block_size, grid_size;
  // Stops this thread until all of its block, or of its warp, have come as far, or all threads have
  // had their turn.
  void (*barrier)(int kind);
  // One place for each thread of the block.
  unsigned long long *exchange;
  // The block's shared memory of the size that the kernel was launched with.
  unsigned char *dynamic;
};

extern "C" {
standin_state standin;

double exp(double), expm1(double), log(double), log1p(double), sqrt(double), sin(double), cos(double),
    tan(double), asin(double), acos(double), atan(double), sinh(double), cosh(double), tanh(double),
    erf(double), erfc(double), floor(double), ceil(double), rint(double), fabs(double),
    pow(double, double), atan2(double, double), fmod(double, double), copysign(double, double),
    fma(double, double, double), fmin(double, double), fmax(double, double), frexp(double, int *),
    ldexp(double, int);
float expf(float), expm1f(float), logf(float), log1pf(float), sqrtf(float), sinf(float), cosf(float),
    tanf(float), asinf(float), acosf(float), atanf(float), sinhf(float), coshf(float), tanhf(float),
    erff(float), erfcf(float), floorf(float), ceilf(float), rintf(float), fabsf(float),
    powf(float, float), atan2f(float, float), fmodf(float, float), copysignf(float, float),
    fmaf(float, float, float);
}

#define threadIdx standin.thread
#define blockIdx standin.block
#define blockDim standin.block_size
#define gridDim standin.grid_size

inline float __int_as_float(int x) {
  return __builtin_bit_cast(float, x);
}
inline double __longlong_as_double(long long x) {
  return __builtin_bit_cast(double, x);
}
inline unsigned __umulhi(unsigned x, unsigned y) {
  return (unsigned)(((unsigned long long)x * y) >> 32);
}

#define DYNAMIC_SHARED(name) unsigned char *const name = standin.dynamic

// Threads do not run at once: one that waits for another block has to let it run.
#define WAITING() standin.barrier(STANDIN_OTHERS)

inline void __threadfence() {}
inline unsigned atomicAdd(unsigned *place, unsigned value) {
  unsigned before = *place;
  *place += value;
  return before;
}

inline void __syncthreads() {
  standin.barrier(STANDIN_BLOCK);
}
inline void __syncwarp(unsigned = 0xffffffffu) {
  standin.barrier(STANDIN_WARP);
}

template <class T>
inline T standin_exchange(T value, unsigned from) {
  unsigned self = standin.thread.x;
  __builtin_memcpy(&standin.exchange[self], &value, sizeof(T));
  standin.barrier(STANDIN_WARP);
  T result = value;
  if (from < 32 && (self & ~31u) + from < standin.block_size.x) {
    __builtin_memcpy(&result, &standin.exchange[(self & ~31u) + from], sizeof(T));
  }
  standin.barrier(STANDIN_WARP);
  return result;
}

template <class T>
inline T __shfl_sync(unsigned, T value, unsigned lane) {
  return standin_exchange(value, lane & 31u);
}
template <class T>
inline T __shfl_up_sync(unsigned, T value, unsigned distance) {
  return standin_exchange(value, (standin.thread.x & 31u) - distance);
}
template <class T>
inline T __shfl_down_sync(unsigned, T value, unsigned distance) {
  return standin_exchange(value, (standin.thread.x & 31u) + distance);
}
template <class T>
inline T __shfl_xor_sync(unsigned, T value, unsigned mask) {
  return standin_exchange(value, (standin.thread.x & 31u) ^ mask);
}
inline unsigned __ballot_sync(unsigned, int holds) {
  unsigned self = standin.thread.x;
  standin.exchange[self] = holds != 0;
  standin.barrier(STANDIN_WARP);
  unsigned ballot = 0;
  for (unsigned lane = 0; lane < 32 && (self & ~31u) + lane < standin.block_size.x; lane++) {
    ballot |= (unsigned)standin.exchange[(self & ~31u) + lane] << lane;
  }
  standin.barrier(STANDIN_WARP);
  return ballot;
}
inline int __ffs(int x) {
  return __builtin_ffs(x);
}

// Threads do not run at once.
template <class T>
inline T atomicAdd(T *place, T value) {
  T before = *place;
  *place += value;
  return before;
}
