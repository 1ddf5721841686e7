/*
 * exp and log as a vectorising compiler likes them: no branch, no table, no call.
 *
 * exp(x) = 2^n exp(u) with n the integer next to x / ln 2 and |u| <= ln(2)/2; log(x) = k ln 2 + log(m) with m between
 * sqrt(1/2) and sqrt(2), and log(m) = 2 artanh(s) with s = (m - 1) / (m + 1).  The coefficients are near-minimax fits
 * (Chebyshev) of (exp(u) - 1 - u) / u^2 and of (artanh(s) - s) / s^3 in s^2.  Neither looks at NaN, infinities or
 * subnormal numbers: what a promise of a library costs on top is not part of the limit.
 */
#ifndef DERIVE_BENCH_ELEMENTARY_H
#define DERIVE_BENCH_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

/* exp(x) = part * 2^count, with part between 1/sqrt(2) and sqrt(2) */
typedef struct { float part, count; } split_f32;
typedef struct { double part, count; } split_f64;

static inline split_f32 exp_split_f32(float x) {
    const float magic = 0x1.8p23f;
    const float n = (x * 0x1.715476p0f + magic) - magic;
    const float u = (x - n * 0x1.62ep-1f) - n * 0x1.0bfbe8p-15f;
    float p = 0x1.11d946p-7f;
    p = p * u + 0x1.56b3d8p-5f;
    p = p * u + 0x1.555526p-3f;
    p = p * u + 0x1.ffff58p-2f;
    return (split_f32){(p * u) * u + u + 1.0f, n};
}

static inline split_f64 exp_split_f64(double x) {
    const double magic = 0x1.8p52;
    const double n = (x * 0x1.71547652b82fep0 + magic) - magic;
    const double u = (x - n * 0x1.62e42fefa3800p-1) - n * 0x1.ef35793c76730p-45;
    double p = 0x1.af389ecfc4b9cp-26;
    p = p * u + 0x1.28917c89a43a7p-22;
    p = p * u + 0x1.71de0db2f6b19p-19;
    p = p * u + 0x1.a019b9149a41cp-16;
    p = p * u + 0x1.a01a01a7c2efep-13;
    p = p * u + 0x1.6c16c17889ef1p-10;
    p = p * u + 0x1.11111111109b5p-7;
    p = p * u + 0x1.5555555553d68p-5;
    p = p * u + 0x1.5555555555556p-3;
    p = p * u + 0x1.0000000000001p-1;
    return (split_f64){(p * u) * u + u + 1.0, n};
}

/* 2^n for an integer n that is not above 127; 0 from -127 down */
static inline float power_f32(float n) {
    const float held = n < -127.0f ? -127.0f : n;
    const int32_t bits = (int32_t)((uint32_t)((int32_t)held + 127) << 23);
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* 2^n for an integer n that is not above 1023; 0 from -1023 down.  The sum with 2^52 + 2^51 has n in its low bits. */
static inline double power_f64(double n) {
    const double held = (n < -1023.0 ? -1023.0 : n) + (0x1.8p52 + 1023.0);
    uint64_t bits;
    double power;
    memcpy(&bits, &held, sizeof bits);
    bits <<= 52;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static inline float exp_f32(float x) {
    const split_f32 s = exp_split_f32(x);
    return s.part * power_f32(s.count);
}

static inline double exp_f64(double x) {
    const split_f64 s = exp_split_f64(x);
    return s.part * power_f64(s.count);
}

static inline float log_f32(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int32_t k = (bits - 0x3f3504f3) >> 23;
    bits -= (int32_t)((uint32_t)k << 23);
    float m;
    memcpy(&m, &bits, sizeof m);
    const float s = (m - 1.0f) / (m + 1.0f), z = s * s;
    float p = 0x1.2ee610p-3f;
    p = p * z + 0x1.997c30p-3f;
    p = p * z + 0x1.55555cp-2f;
    return (float)k * 0x1.62e430p-1f + 2.0f * (s + s * z * p);
}

static inline double log_f64(double x) {
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int64_t high = (bits - 0x3fe6a09e667f3bcd) & (int64_t)0xfff0000000000000;
    bits -= high;
    double m;
    memcpy(&m, &bits, sizeof m);
    /* the exponent as a double: its bits put below those of 2^52 + 2^51 */
    const uint64_t placed = ((uint64_t)high >> 52) ^ 0x800;
    const uint64_t sum = placed | 0x4330000000000000u;
    double k;
    memcpy(&k, &sum, sizeof k);
    k -= 0x1p52 + 2048.0;
    const double s = (m - 1.0) / (m + 1.0), z = s * s;
    double p = 0x1.2b584aae78a57p-4;
    p = p * z + 0x1.39fe606542ddep-4;
    p = p * z + 0x1.7462b4ab2ef6bp-4;
    p = p * z + 0x1.c71c62e5800a1p-4;
    p = p * z + 0x1.2492492df148dp-3;
    p = p * z + 0x1.99999999952e2p-3;
    p = p * z + 0x1.5555555555558p-2;
    return k * 0x1.62e42fefa39efp-1 + 2.0 * (s + s * z * p);
}

#endif
