// A stand-in for cuBLAS: products as plain loops, done by the stand-in for the driver when it comes
// to them.
#include <stddef.h>
#include <string.h>

extern "C" int standin_enqueue(void *stream, void (*work)(void *), void (*forget)(void *), void *data);
extern "C" void standin_note(const char *what, long change);

namespace {

struct Handle {
  void *stream = nullptr;
  bool tensor_floats = false;
};

// A number as TF32 has it: 10 bits behind the first.
float as_tensor_float(float x) {
  unsigned bits;
  memcpy(&bits, &x, sizeof bits);
  bits = (bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu;
  memcpy(&x, &bits, sizeof bits);
  return x;
}
double as_tensor_float(double x) {
  return x;
}

template <class T>
struct Product {
  bool tensor_floats, left_transposed, right_transposed;
  int m, n, k;
  T alpha;
  const T *left;
  int left_leading;
  long long left_stride;
  const T *right;
  int right_leading;
  long long right_stride;
  T beta;
  T *result;
  int result_leading;
  long long result_stride;
  int count;

  // Column by column, as BLAS has it.
  static void run(void *data) {
    const Product &p = *(Product *)data;
    for (int number = 0; number < p.count; number++) {
      const T *x = p.left + number * p.left_stride;
      const T *y = p.right + number * p.right_stride;
      T *z = p.result + number * p.result_stride;
      for (int column = 0; column < p.n; column++) {
        for (int row = 0; row < p.m; row++) {
          T sum = 0;
          for (long i = 0; i < p.k; i++) {
            T left =
                x[p.left_transposed ? row * (long)p.left_leading + i : i * p.left_leading + row];
            T right = y[p.right_transposed ? i * p.right_leading + column
                                           : column * (long)p.right_leading + i];
            sum += p.tensor_floats ? as_tensor_float(left) * as_tensor_float(right) : left * right;
          }
          T &place = z[column * (long)p.result_leading + row];
          place = p.beta == 0 ? p.alpha * sum : p.alpha * sum + p.beta * place;
        }
      }
    }
  }

  static void forget(void *data) {
    delete (Product *)data;
  }
};

template <class T>
int multiply(void *handle, int left_transposed, int right_transposed, int m, int n, int k,
             const T *alpha, const T *left, int left_leading, long long left_stride, const T *right,
             int right_leading, long long right_stride, const T *beta, T *result,
             int result_leading, long long result_stride, int count) {
  bool fits = m > 0 && n > 0 && k > 0 && count > 0 && left_leading >= (left_transposed ? k : m) &&
              right_leading >= (right_transposed ? n : k) && result_leading >= m;
  if (!fits) {
    return 7;
  }
  Handle &used = *(Handle *)handle;
  // CUBLAS_STATUS_EXECUTION_FAILED.
  return standin_enqueue(
             used.stream, Product<T>::run, Product<T>::forget,
             new Product<T>{used.tensor_floats, left_transposed != 0, right_transposed != 0, m, n, k,
                            *alpha, left, left_leading, left_stride, right, right_leading,
                            right_stride, *beta, result, result_leading, result_stride, count}) == 0
             ? 0
             : 13;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API int cublasCreate_v2(void **handle) {
  *handle = new Handle();
  standin_note("cublas handles", 1);
  return 0;
}

API int cublasDestroy_v2(void *handle) {
  delete (Handle *)handle;
  standin_note("cublas handles", -1);
  return 0;
}

API int cublasSetStream_v2(void *handle, void *stream) {
  ((Handle *)handle)->stream = stream;
  return 0;
}

API int cublasSetWorkspace_v2(void *, void *, size_t) {
  return 0;
}

API int cublasSetMathMode(void *handle, int mode) {
  ((Handle *)handle)->tensor_floats = mode == 3;
  return mode == 0 || mode == 3 ? 0 : 7;
}

API int cublasSgemmStridedBatched(void *handle, int lt, int rt, int m, int n, int k,
                                  const float *alpha, const float *left, int ll, long long ls,
                                  const float *right, int rl, long long rs, const float *beta,
                                  float *result, int zl, long long zs, int count) {
  return multiply(handle, lt, rt, m, n, k, alpha, left, ll, ls, right, rl, rs, beta, result, zl, zs,
                  count);
}

API int cublasDgemmStridedBatched(void *handle, int lt, int rt, int m, int n, int k,
                                  const double *alpha, const double *left, int ll, long long ls,
                                  const double *right, int rl, long long rs, const double *beta,
                                  double *result, int zl, long long zs, int count) {
  return multiply(handle, lt, rt, m, n, k, alpha, left, ll, ls, right, rl, rs, beta, result, zl, zs,
                  count);
}
