/*
 * What the machine can do at the most: bytes read and written in a second, and elementary functions of arrays that
 * stay in the first cache.  Every function returns nanoseconds for one repetition.  With several threads each has a
 * part of its own, and all repeat without waiting for each other.
 */
#include <stddef.h>
#include <time.h>

#include "elementary.h"

#if defined(__AVX__)
#include <immintrin.h>
#endif

#if defined(_OPENMP)
#include <omp.h>
#else
static int omp_get_thread_num(void) { return 0; }
#endif

#if defined(__AVX512F__)
#define WIDE 64
#else
#define WIDE 32
#endif
typedef float lanes_f32 __attribute__((vector_size(WIDE), aligned(16)));
typedef double lanes_f64 __attribute__((vector_size(WIDE), aligned(16)));
#define COUNT 10


static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* --- memory ------------------------------------------------------------------------------------------------------ */

static inline void put(char *to, lanes_f32 value, int streaming) {
#if defined(__AVX512F__)
    if (streaming) { _mm512_stream_ps((float *)to, (__m512)value); return; }
#elif defined(__AVX__)
    if (streaming) { _mm256_stream_ps((float *)to, (__m256)value); return; }
#endif
    (void)streaming;
    *(lanes_f32 *)to = value;
}

static float read_all(const char *a, size_t bytes) {
    lanes_f32 sums[8] = {0};
    size_t i = 0;
    for (; i + 8 * WIDE <= bytes; i += 8 * WIDE) {
        for (int k = 0; k < 8; k++) { sums[k] += *(const lanes_f32 *)(a + i + k * WIDE); }
    }
    for (; i + WIDE <= bytes; i += WIDE) { sums[0] += *(const lanes_f32 *)(a + i); }
    for (int k = 1; k < 8; k++) { sums[0] += sums[k]; }
    return sums[0][0];
}

static inline void copy_all(char *out, const char *a, size_t bytes, int streaming) {
    size_t i = 0;
    for (; i + 4 * WIDE <= bytes; i += 4 * WIDE) {
        for (int k = 0; k < 4; k++) { put(out + i + k * WIDE, *(const lanes_f32 *)(a + i + k * WIDE), streaming); }
    }
    for (; i + WIDE <= bytes; i += WIDE) { put(out + i, *(const lanes_f32 *)(a + i), streaming); }
}

static inline void combine_all(char *out, const char *a, const char *b, size_t bytes, int streaming) {
    size_t i = 0;
    for (; i + 4 * WIDE <= bytes; i += 4 * WIDE) {
        for (int k = 0; k < 4; k++) {
            const size_t at = i + k * WIDE;
            put(out + at, *(const lanes_f32 *)(a + at) + *(const lanes_f32 *)(b + at), streaming);
        }
    }
    for (; i + WIDE <= bytes; i += WIDE) {
        put(out + i, *(const lanes_f32 *)(a + i) + *(const lanes_f32 *)(b + i), streaming);
    }
}

/* Reads each input once and writes each output once: two inputs for one output as long as there are enough. */
static float pass(size_t first, size_t bytes, int inputs, const char *const *in, int outputs, char *const *out,
        int streaming) {
    int next = 0;
    float sum = 0;
    for (int k = 0; k < outputs; k++) {
        if (inputs - next >= 2 * (outputs - k)) {
            combine_all(out[k] + first, in[next] + first, in[next + 1] + first, bytes, streaming);
            next += 2;
        } else {
            copy_all(out[k] + first, in[next < inputs ? next : 0] + first, bytes, streaming);
            next += 1;
        }
    }
    for (; next < inputs; next++) { sum += read_all(in[next] + first, bytes); }
#if defined(__AVX__)
    if (streaming) { _mm_sfence(); }
#endif
    return sum;
}

volatile float limits_sink;

/* bytes: of each array, and a multiple of 64; arrays begin at multiples of 64 */
double limits_memory(int threads, size_t bytes, int inputs, const char *const *in, int outputs, char *const *out,
        int streaming, long repeats) {
    const size_t share = (bytes / (size_t)threads) / 64 * 64;
    const double start = now();
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        const size_t first = (size_t)omp_get_thread_num() * share;
        const size_t mine = omp_get_thread_num() == threads - 1 ? bytes - first : share;
        for (long r = 0; r < repeats; r++) {
            const float sum = streaming ? pass(first, mine, inputs, in, outputs, out, 1)
                                        : pass(first, mine, inputs, in, outputs, out, 0);
            if (sum == 0.3f) { limits_sink = sum; }
            __asm__ volatile("" ::: "memory");
        }
    }
    return (now() - start) / (double)repeats;
}

/* --- arithmetic -------------------------------------------------------------------------------------------------- */

enum { EXP, LOG, DIVIDE, MULTIPLY_ADD };
#define LENGTH 1024

#define ARITHMETIC(T, REAL) \
    static void fill_##T(int what, const REAL *restrict a, REAL *restrict out) { \
        if (what == EXP) { \
            for (int k = 0; k < LENGTH; k++) { out[k] = exp_##T(a[k]); } \
        } else if (what == LOG) { \
            for (int k = 0; k < LENGTH; k++) { out[k] = log_##T(a[k]); } \
        } else { \
            for (int k = 0; k < LENGTH; k++) { out[k] = a[k] / (a[k] + 1); } \
        } \
    } \
    static REAL chain_##T(long steps) { \
        lanes_##T s[COUNT], a = {0}, b = {0}; \
        for (int k = 0; k < COUNT; k++) { s[k] = b + (REAL)k; } \
        a += (REAL)0.999; \
        b += (REAL)1e-3; \
        for (long i = 0; i < steps; i++) { \
            for (int k = 0; k < COUNT; k++) { s[k] = s[k] * a + b; } \
        } \
        for (int k = 1; k < COUNT; k++) { s[0] += s[k]; } \
        return s[0][0]; \
    } \
    /* nanoseconds for one number on all threads together; of multiply-adds: for one of a lane */ \
    double limits_arithmetic_##T(int threads, int what, long repeats) { \
        const double start = now(); \
        _Pragma("omp parallel num_threads(threads) if (threads > 1)") \
        { \
            __attribute__((aligned(64))) REAL a[LENGTH]; \
            __attribute__((aligned(64))) REAL out[LENGTH]; \
            for (int k = 0; k < LENGTH; k++) { a[k] = (REAL)0.25 + (REAL)k / LENGTH; } \
            if (what == MULTIPLY_ADD) { \
                limits_sink = (float)chain_##T(repeats * LENGTH / (long)(COUNT * WIDE / sizeof(REAL))); \
            } else { \
                for (long r = 0; r < repeats; r++) { \
                    fill_##T(what, a, out); \
                    __asm__ volatile("" : : "r"(out) : "memory"); \
                } \
                limits_sink = (float)out[LENGTH / 2]; \
            } \
        } \
        return (now() - start) / ((double)repeats * LENGTH * threads); \
    }

ARITHMETIC(f32, float)
ARITHMETIC(f64, double)

/* For tests: the values themselves. */
void limits_values_f32(size_t count, const float *x, float *e, float *l) {
    for (size_t k = 0; k < count; k++) { e[k] = exp_f32(x[k]); l[k] = log_f32(x[k]); }
}
void limits_values_f64(size_t count, const double *x, double *e, double *l) {
    for (size_t k = 0; k < count; k++) { e[k] = exp_f64(x[k]); l[k] = log_f64(x[k]); }
}
