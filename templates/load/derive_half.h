/*
 * Numbers that lie in memory in 16 bits and are computed with as floats: of f16 (IEEE 754 binary16:
 * 11 bits of precision, up to 65504) and of bf16 (the upper half of a float).
 *
 * To float they are exact.  From float they are rounded to the nearest, ties to even, and beyond
 * the largest to infinity; NaN stays NaN.
 */
#ifndef DERIVE_HALF_INCLUDED
#define DERIVE_HALF_INCLUDED

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What the intrinsics stand for: their header takes longer to read than all of ours to compile. */
#if defined(__F16C__) && defined(__AVX__) && defined(__GNUC__)
#define DERIVE_HAS_F16C
typedef float derive_eight_floats __attribute__((vector_size(32)));
typedef short derive_eight_halves __attribute__((vector_size(16)));
#endif
#ifndef DERIVE_INLINE
#define DERIVE_INLINE static inline
#endif

typedef enum derive_half { DERIVE_F16, DERIVE_BF16 } derive_half;

DERIVE_INLINE uint32_t derive_half_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

DERIVE_INLINE float derive_half_float(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* (No branch: all cases are computed, and one is chosen.) */
DERIVE_INLINE float derive_f16_to_float(uint16_t half) {
    const int32_t size = half & 0x7fff;
    const uint32_t moved = (uint32_t)size * 0x2000u;
    const uint32_t subnormal = derive_half_bits((float)size * 0x1p-24f);
    const uint32_t normal = moved + 0x38000000u;
    const uint32_t infinite = moved | (size > 0x7c00 ? 0x7fc00000u : 0x7f800000u);
    const uint32_t found = size < 0x0400 ? subnormal : size < 0x7c00 ? normal : infinite;
    return derive_half_float(found | ((uint32_t)(half & 0x8000) * 0x10000u));
}

DERIVE_INLINE uint16_t derive_float_to_f16(float value) {
    const uint32_t bits = derive_half_bits(value), moved = bits & 0x7fffffffu;
    const int32_t size = (int32_t)moved;
    /* Floats from a half to 1 are multiples of 2^-24, as subnormals of f16 are: so a sum rounds. */
    const uint32_t subnormal = derive_half_bits(derive_half_float(moved) + 0.5f) - 0x3f000000u;
    const uint32_t normal = (moved - 0x38000000u + 0x0fffu + ((moved >> 13) & 1u)) >> 13;
    const uint32_t infinite = size > 0x7f800000 ? 0x7e00u | ((moved >> 13) & 0x03ffu) : 0x7c00u;
    const uint32_t found = size < 0x38800000 ? subnormal : size < 0x477ff000 ? normal : infinite;
    return (uint16_t)(found | ((bits >> 16) & 0x8000u));
}

DERIVE_INLINE float derive_bf16_to_float(uint16_t half) {
    return derive_half_float((uint32_t)half * 0x10000u);
}

DERIVE_INLINE uint16_t derive_float_to_bf16(float value) {
    const uint32_t bits = derive_half_bits(value);
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const uint32_t nan = (bits >> 16) | 0x0040u;
    return (uint16_t)((int32_t)(bits & 0x7fffffffu) > 0x7f800000 ? nan : rounded);
}

/* So many numbers that lie side by side. */
DERIVE_INLINE void derive_half_widen_all(derive_half half, float *to, const uint16_t *from,
        size_t count) {
    size_t k = 0;
    if (half == DERIVE_BF16) {
        for (; k < count; k++) {
            to[k] = derive_bf16_to_float(from[k]);
        }
        return;
    }
#ifdef DERIVE_HAS_F16C
    for (; k + 8 <= count; k += 8) {
        derive_eight_halves halves;
        memcpy(&halves, from + k, sizeof halves);
        const derive_eight_floats floats = __builtin_ia32_vcvtph2ps256(halves);
        memcpy(to + k, &floats, sizeof floats);
    }
#endif
    for (; k < count; k++) {
        to[k] = derive_f16_to_float(from[k]);
    }
}

DERIVE_INLINE void derive_half_narrow_all(derive_half half, uint16_t *to, const float *from,
        size_t count) {
    size_t k = 0;
    if (half == DERIVE_BF16) {
        for (; k < count; k++) {
            to[k] = derive_float_to_bf16(from[k]);
        }
        return;
    }
#ifdef DERIVE_HAS_F16C
    for (; k + 8 <= count; k += 8) {
        derive_eight_floats floats;
        memcpy(&floats, from + k, sizeof floats);
        const derive_eight_halves halves = __builtin_ia32_vcvtps2ph256(floats, 0);
        memcpy(to + k, &halves, sizeof halves);
    }
#endif
    for (; k < count; k++) {
        to[k] = derive_float_to_f16(from[k]);
    }
}

/* Rows at a stride become floats side by side. */
DERIVE_INLINE void derive_half_widen(derive_half half, float *to, const uint16_t *from,
        size_t stride, size_t rows, size_t width) {
    const bool joined = stride == width;
    const size_t lines = joined ? 1 : rows, length = joined ? rows * width : width;
    for (size_t line = 0; line < lines; line++) {
        derive_half_widen_all(half, to + line * length, from + line * stride, length);
    }
}

/* Floats side by side become rows at a stride. */
DERIVE_INLINE void derive_half_narrow(derive_half half, uint16_t *to, size_t stride,
        const float *from, size_t rows, size_t width) {
    const bool joined = stride == width;
    const size_t lines = joined ? 1 : rows, length = joined ? rows * width : width;
    for (size_t line = 0; line < lines; line++) {
        derive_half_narrow_all(half, to + line * stride, from + line * length, length);
    }
}

/* Whether no value is outside its domain.  The ends belong to it; a NaN is let through. */
DERIVE_INLINE bool derive_half_is_within(derive_half half, const uint16_t *values, size_t stride,
        size_t rows, size_t width, float low, float high) {
    bool outside = false;
    for (size_t row = 0; row < rows; row++) {
        for (size_t k = 0; k < width; k++) {
            const uint16_t bits = values[row * stride + k];
            const float value = half == DERIVE_F16 ? derive_f16_to_float(bits)
                                                   : derive_bf16_to_float(bits);
            outside = outside || value < low || value > high;
        }
    }
    return !outside;
}

/* How many rows become floats at once, so that they stay in the cache. */
DERIVE_INLINE size_t derive_half_block(size_t rows, size_t classes) {
    const size_t few = classes < 4096 ? 4096 / (classes + 1) + 1 : 1;
    return rows < few ? rows : few;
}

#endif
