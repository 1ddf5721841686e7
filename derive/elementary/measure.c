/*
 * The worst error of one function, in units in the last place of the exact result.
 *
 * Compiled once for each: FUNCTION is what is measured, REFERENCE the same for a wider type.  A function for double is
 * measured against the C library's for long double; one for float, all of whose values can be tried, against ours for
 * double.  REAL and WIDE are the two types; TAG, FRACTION, BIAS and BITS those of REAL; SINGLE is 1 for float.
 * With VARIANT this file is only a loop that calls FUNCTION, under that name: `fused` with contraction to fused
 * multiply-adds, `apart` without; what is measured is the worse of both.
 *
 * Usage: measure COUNT [LOW HIGH]...
 * With AT_MOST the function is for numbers up to that one (0 or more): a larger one is tried with a minus.
 * float: every COUNT-th number is tried, by its bits.  double: COUNT numbers are tried, of several kinds in turn: any
 * bits, a magnitude from 2^-60 to 2^12, next to where range reduction turns, special ones, between each LOW and HIGH.
 *
 * Prints: the worst error, its argument, how many numbers were tried, how many results were of the wrong kind (a wrong
 * sign, zero, infinity or NaN), and one argument of these.
 */
#include "elementary.h"

#ifdef VARIANT

void VARIANT(REAL *restrict out, const REAL *restrict in, size_t size);
void VARIANT(REAL *restrict out, const REAL *restrict in, size_t size) {
    for (size_t i = 0; i < size; i++) {
        out[i] = FUNCTION(in[i]);
    }
}

#else

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

/* What no C library has, with the square in two parts; above 100, where erfcl would be 0, the series in 1 / u^2. */
static inline long double erfcxl(long double u) {
    if (u < -200.0L) {
        return 2.0L * expl(u * u);
    }
    if (!(u >= 100.0L)) {
        const long double head = (long double)(float)u;
        return expl(head * head) * expl((u - head) * (u + head)) * erfcl(u);
    }
    const long double z = 0.5L / u / u;
    return (1.0L - z * (1.0L - 3.0L * z * (1.0L - 5.0L * z * (1.0L - 7.0L * z)))) / u * 0.564189583547756286948L;
}

#define JOINED(a, b, c) a##b##c
#define NAMED(tag, name) JOINED(derive_, tag, name)
#define OF_BITS NAMED(TAG, _of_bits)
#define BITS_OF NAMED(TAG, _bits)

#if !SINGLE && LDBL_MANT_DIG < 64
#error "long double has too few bits here to measure double"
#endif

enum { BLOCK = 4096, KINDS = 4 };

void fused(REAL *restrict out, const REAL *restrict in, size_t size);
void apart(REAL *restrict out, const REAL *restrict in, size_t size);

typedef struct found {
    double worst;
    REAL worst_at;
    unsigned long long tried;
    unsigned long long wrong;
    REAL wrong_at;
} found;

static uint64_t state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t random_bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

static double between(double low, double high) {
    return low + (high - low) * ((double)(random_bits() >> 11) * 0x1p-53);
}

static double random_sign(void) {
    return random_bits() & 1 ? 1.0 : -1.0;
}

/* Next to a multiple of log 2 / 2, to a power of 2 or its root, or to one of these less 1. */
static double turning(void) {
    const double near = 1.0 + between(-1.0, 1.0) * exp2(between(-52.0, -8.0));
    if (random_bits() & 1) {
        return floor(between(-2160.0, 2060.0)) * 0.34657359027997264 * near;
    }
    const double power = exp2(floor(between(-120.0, 120.0)) / 2.0) * near;
    return random_bits() & 1 ? power : power - 1.0;
}

static double special(void) {
    static const double all[] = {0.0, 1.0, INFINITY, NAN, DBL_MIN, DBL_MAX, DBL_MIN / 4503599627370496.0, FLT_MIN};
    return random_sign() * all[random_bits() % (sizeof all / sizeof all[0])];
}

static double point(unsigned long long number, int count, char **ends) {
    const int ranges = count / 2;
    const int kind = (int)(number % (unsigned long long)(KINDS + ranges));
    switch (kind) {
    case 0: {
        const uint64_t bits = random_bits();
        double u;
        memcpy(&u, &bits, sizeof u);
        return u;
    }
    case 1:
        return random_sign() * exp2(between(-60.0, 12.0));
    case 2:
        return turning();
    case 3:
        return random_bits() % 64 ? between(-1.0, 1.0) : special();
    default:
        return between(atof(ends[2 * (kind - KINDS)]), atof(ends[2 * (kind - KINDS) + 1]));
    }
}

/* How many units in the last place are 1, for each exponent; the power of 2 beyond all numbers. */
static WIDE units[2 * BIAS + 2];
static WIDE end;

static void make_units(void) {
    for (int biased = 0; biased < 2 * BIAS + 2; biased++) {
        const int normal = biased < 1 ? 1 : biased > 2 * BIAS ? 2 * BIAS : biased;
        units[biased] = (WIDE)ldexpl(1.0L, FRACTION + BIAS - normal);
    }
    end = (WIDE)ldexpl(1.0L, BIAS + 1);
}

/* An infinite result counts as that power. */
static WIDE at_most(WIDE u) {
    return u > end ? end : u < -end ? -end : u;
}

/* The unit is that of the numbers between which the exact result lies. */
static double ulps(REAL result, WIDE exact) {
    const REAL size = (REAL)(exact < 0 ? -exact : exact);
    const bool up = (WIDE)size > (exact < 0 ? -exact : exact);
    const size_t biased = (size_t)((BITS_OF(size) - (BITS)up) >> FRACTION);
    const double error = (double)((at_most((WIDE)result) - at_most(exact)) * units[biased]);
    return error < 0 ? -error : error;
}

static bool is_right(REAL result, WIDE exact) {
    if (isnan(exact) || isnan(result)) {
        return isnan(exact) && isnan(result);
    }
    const bool settled = exact == 0 || isinf(exact);
    return !signbit(result) == !signbit(exact) && (!settled || (WIDE)result == exact);
}

static void judge(REAL u, REAL result, WIDE exact, found *all) {
    if (!is_right(result, exact)) {
        all->wrong += 1;
        all->wrong_at = u;
    } else if (isfinite(exact) && exact != 0) {
        const double error = ulps(result, exact);
        if (error > all->worst) {
            all->worst = error;
            all->worst_at = u;
        }
    }
}

/* Whether every result is the exact one correctly rounded: no worse than 1/2, and not looked at further. */
static bool all_rounded(const REAL *results, const WIDE *exact, size_t size) {
    BITS different = 0;
    for (size_t i = 0; i < size; i++) {
        different |= BITS_OF(results[i]) ^ BITS_OF((REAL)exact[i]);
    }
    return different == 0;
}

static void judge_all(const REAL *in, const REAL *results, const WIDE *exact, size_t size, found *all) {
    if (!all_rounded(results, exact, size)) {
        for (size_t i = 0; i < size; i++) {
            if (BITS_OF(results[i]) != BITS_OF((REAL)exact[i])) {
                judge(in[i], results[i], exact[i], all);
            }
        }
    }
}

/* What is tried in the place of a number: itself, if the function is made for it. */
static REAL argument(REAL u) {
#ifdef AT_MOST
    return u > (REAL)AT_MOST && isfinite(u) ? -u : u;
#else
    return u;
#endif
}

int main(int count, char **words) {
    static REAL in[BLOCK], out[BLOCK], other[BLOCK];
    static WIDE exact[BLOCK];
    make_units();
    found all = {0};
    const unsigned long long wanted = strtoull(words[1], NULL, 10);
    all.tried = SINGLE ? (0x100000000ULL + wanted - 1) / wanted : wanted;
    for (unsigned long long begin = 0; begin < all.tried; begin += BLOCK) {
        const size_t size = all.tried - begin < BLOCK ? (size_t)(all.tried - begin) : BLOCK;
        for (size_t i = 0; i < size; i++) {
            in[i] = argument(
                SINGLE ? OF_BITS((BITS)((begin + i) * wanted)) : (REAL)point(begin + i, count - 2, words + 2));
        }
        fused(out, in, size);
        apart(other, in, size);
        for (size_t i = 0; i < size; i++) {
            exact[i] = REFERENCE((WIDE)in[i]);
        }
        judge_all(in, out, exact, size, &all);
        judge_all(in, other, exact, size, &all);
    }
    printf("%.4f %a %llu %llu %a\n", all.worst, (double)all.worst_at, all.tried, all.wrong, (double)all.wrong_at);
    return 0;
}

#endif
