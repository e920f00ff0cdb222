
// What kernels share whose blocks run at once and wait for each other.

#ifndef DYNAMIC_SHARED
// Shared memory of a size that is known when the kernel is launched.
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#endif

#ifndef WAITING
// What a thread does again and again while it waits for other blocks.
#define WAITING()
#endif

FUNCTION f32 fma_(f32 x, f32 y, f32 z) { return fmaf(x, y, z); }
FUNCTION f64 fma_(f64 x, f64 y, f64 z) { return fma(x, y, z); }

// Waits until the threads of all blocks have come as far; then all see what the others have written.
// One thread of each block counts it; the fences keep its loads and stores, and through the barriers
// those of its block, on their side of the wait.
//
// arrived: counts blocks, from 0 when the kernel starts
// expected: what it counted when the last wait was over; the same in all threads
FUNCTION void wait_for_all(u32 *arrived, u32 &expected) {
  expected += gridDim.x;
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    atomicAdd(arrived, 1u);
    while ((i32)(*(volatile u32 *)arrived - expected) < 0) {
      WAITING();
    }
    __threadfence();
  }
  __syncthreads();
}

// The columns of this block, where all blocks share `count`: `width` from `first` on.
template <class I>
struct columns {
  I count, first, width;

  __device__ __forceinline__ explicit columns(I all) : count(all) {
    const I most = (all + (I)gridDim.x - 1) / (I)gridDim.x;
    first = most * (I)blockIdx.x;
    width = first >= all ? 0 : all - first < most ? all - first : most;
  }
};

// Copies this block's columns of a matrix of some parts with all shared columns each: row by row,
// and part by part.
template <class T, class I>
FUNCTION void load_columns(T *to, const T *from, I by_row, I by_column, I rows, I parts,
                           const columns<I> &own) {
  const I mine = own.width * parts;
  for (I i = threadIdx.x; i < rows * mine; i += blockDim.x) {
    const I column = i % mine;
    const I from_column = column / own.width * own.count + own.first + column % own.width;
    to[i] = from[i / mine * by_row + from_column * by_column];
  }
}

// This block's columns of `to = alpha x weights + beta to`, where `weights` is what `load_columns`
// made. Some lanes of a warp, a power of two, share a tile of R rows and one column: each adds every
// so many-th product, and their sums are joined in the same order every time. Neighbouring threads
// have neighbouring columns.
template <int R, class T, class I>
FUNCTION void multiply(const T *x, I x_by_row, I x_by_column, const T *weights, T *to, I to_by_row,
                       I to_by_column, I rows, I inner, I parts, const columns<I> &own, T alpha,
                       T beta, I lanes) {
  const I mine = own.width * parts;
  const I tiles = (rows + R - 1) / R * mine;
  const I neighbours = 32 / lanes;
  const I lane = threadIdx.x % 32 / neighbours;
  const I number = threadIdx.x / 32 * neighbours + threadIdx.x % neighbours;
  for (I base = 0; base < tiles; base += blockDim.x / lanes) {
    // Threads behind the last tile do it too, as their warps need them, but do not write.
    const bool active = base + number < tiles;
    const I tile = active ? base + number : tiles - 1;
    const I row = tile / mine * R;
    const I column = tile % mine;
    const T *from[R];
    T sum[R];
#pragma unroll
    for (int r = 0; r < R; r++) {
      from[r] = x + (row + r < rows ? row + r : rows - 1) * x_by_row;
      sum[r] = 0;
    }
    for (I k = lane; k < inner; k += lanes) {
      const T weight = weights[k * mine + column];
#pragma unroll
      for (int r = 0; r < R; r++) {
        sum[r] = fma_(from[r][k * x_by_column], weight, sum[r]);
      }
    }
    for (I distance = 16; distance >= neighbours; distance /= 2) {
#pragma unroll
      for (int r = 0; r < R; r++) {
        sum[r] += __shfl_xor_sync(0xffffffffu, sum[r], distance);
      }
    }
    if (active && lane == 0) {
      const I to_column = column / own.width * own.count + own.first + column % own.width;
#pragma unroll
      for (int r = 0; r < R; r++) {
        if (row + r < rows) {
          T *place = to + (row + r) * to_by_row + to_column * to_by_column;
          *place = beta == 0 ? alpha * sum[r] : alpha * sum[r] + beta * *place;
        }
      }
    }
  }
}
