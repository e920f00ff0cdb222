// A stand-in for cuBLAS: products as plain loops, done by the stand-in for the driver when it comes
// to them.
#include <stddef.h>

extern "C" void standin_enqueue(void *stream, void (*work)(void *), void (*forget)(void *), void *data);

namespace {

struct Handle {
  void *stream = nullptr;
};

template <class T>
struct Product {
  bool left_transposed, right_transposed;
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
            sum += x[p.left_transposed ? row * (long)p.left_leading + i : i * p.left_leading + row] *
                   y[p.right_transposed ? i * p.right_leading + column
                                        : column * (long)p.right_leading + i];
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
  standin_enqueue(((Handle *)handle)->stream, Product<T>::run, Product<T>::forget,
                  new Product<T>{left_transposed != 0, right_transposed != 0, m, n, k, *alpha, left,
                                 left_leading, left_stride, right, right_leading, right_stride,
                                 *beta, result, result_leading, result_stride, count});
  return 0;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default")))

API int cublasCreate_v2(void **handle) {
  *handle = new Handle();
  return 0;
}

API int cublasDestroy_v2(void *handle) {
  delete (Handle *)handle;
  return 0;
}

API int cublasSetStream_v2(void *handle, void *stream) {
  ((Handle *)handle)->stream = stream;
  return 0;
}

API int cublasSetWorkspace_v2(void *, void *, size_t) {
  return 0;
}

API int cublasSetMathMode(void *, int) {
  return 0;
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
