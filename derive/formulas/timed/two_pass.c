/*
 * Softmax in two passes over memory and without a maximum (M. Dukhan, A. Ablavatski (2020), The Two-Pass Softmax
 * Algorithm, arXiv:2001.04438): exp(x) stays a pair of a number near 1 and a power of two, which cannot overflow, and
 * the sum is such a pair as well.  The second pass computes each exponential again.
 */
#include <stddef.h>

#include "elementary.h"

#define LANES 32

#define TWO_PASS(T, REAL, LEAST) \
    static void row_##T(size_t classes, const REAL *restrict x, REAL *restrict out) { \
        REAL part[LANES], count[LANES]; \
        for (int lane = 0; lane < LANES; lane++) { \
            part[lane] = 0; \
            count[lane] = LEAST; \
        } \
        const size_t whole = classes - classes % LANES; \
        for (size_t base = 0; base < whole; base += LANES) { \
            for (int lane = 0; lane < LANES; lane++) { \
                const split_##T s = exp_split_##T(x[base + lane]); \
                const REAL most = count[lane] > s.count ? count[lane] : s.count; \
                part[lane] = part[lane] * power_##T(count[lane] - most) + s.part * power_##T(s.count - most); \
                count[lane] = most; \
            } \
        } \
        for (size_t k = whole; k < classes; k++) { \
            const split_##T s = exp_split_##T(x[k]); \
            const REAL most = count[0] > s.count ? count[0] : s.count; \
            part[0] = part[0] * power_##T(count[0] - most) + s.part * power_##T(s.count - most); \
            count[0] = most; \
        } \
        REAL most = count[0], total = 0; \
        for (int lane = 1; lane < LANES; lane++) { \
            most = count[lane] > most ? count[lane] : most; \
        } \
        for (int lane = 0; lane < LANES; lane++) { \
            total += part[lane] * power_##T(count[lane] - most); \
        } \
        const REAL scale = 1 / total; \
        for (size_t k = 0; k < classes; k++) { \
            const split_##T s = exp_split_##T(x[k]); \
            out[k] = s.part * scale * power_##T(s.count - most); \
        } \
    } \
    void two_pass_##T(size_t rows, size_t classes, const REAL *x, REAL *out, int threads) { \
        _Pragma("omp parallel for num_threads(threads) schedule(static) if (threads > 1)") \
        for (ptrdiff_t row = 0; row < (ptrdiff_t)rows; row++) { \
            row_##T(classes, x + (size_t)row * classes, out + (size_t)row * classes); \
        } \
    }

TWO_PASS(f32, float, -1e30f)
TWO_PASS(f64, double, -1e300)
