/*
 * How a kernel is called with arrays of any shape: what an array is, and whether it can be taken as it lies.
 *
 * Whatever is not plainly right here is left to the caller, who converts, copies, or says what is wrong.
 */
#ifndef DERIVE_CALL_INCLUDED
#define DERIVE_CALL_INCLUDED

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DERIVE_MOST 16 /* inputs and outputs of a kernel that is called this way */

/* What an input is; a number is a parameter. */
enum derive_kind { DERIVE_VECTOR, DERIVE_LABEL, DERIVE_NUMBER, DERIVE_POSITIVE };

/* What an array holds. */
enum derive_type { DERIVE_FLOAT32, DERIVE_FLOAT64, DERIVE_INT64, DERIVE_OTHER };

/* An array, as it lies; a number. */
typedef struct derive_view {
    char *data;
    const ptrdiff_t *lengths;
    const ptrdiff_t *steps; /* in bytes */
    int axes;
    int type;
    bool aligned; /* and in the byte order of the machine */
    bool writable;
    double number;
} derive_view;

/* What a kernel is given for an input or an output: the stride in elements, from row to row. */
typedef struct derive_slot {
    void *data;
    size_t stride;
    double number;
} derive_slot;

/* Inputs, then outputs: of an input its kind, of an output how many class axes it has. */
typedef struct derive_kernel {
    int inputs;
    int outputs;
    const int *what;
    int (*functions[2])(size_t rows, size_t classes, const derive_slot *slots);
} derive_kernel;

static inline ptrdiff_t derive_size(int type) {
    return type == DERIVE_FLOAT32 ? 4 : 8;
}

/* The bytes from one element to the next over some axes together, `alone` where they hold one element alone. */
static inline bool derive_step(const derive_view *view, int first, int last, ptrdiff_t alone, ptrdiff_t *step) {
    ptrdiff_t expected = 0;
    bool found = false;
    *step = alone;
    for (int axis = last - 1; axis >= first; axis--) {
        if (view->lengths[axis] == 1) {
            continue;
        }
        if (found && view->steps[axis] != expected) {
            return false;
        }
        if (!found) {
            *step = view->steps[axis];
        }
        found = true;
        expected = view->steps[axis] * view->lengths[axis];
    }
    return true;
}

/* The slot of an array whose last `inner` axes are a row; false: a kernel cannot take it as it lies. */
static inline bool derive_lies(const derive_view *view, int inner, ptrdiff_t width, derive_slot *slot) {
    const ptrdiff_t size = derive_size(view->type);
    const int split = view->axes - inner;
    ptrdiff_t within, between;
    if (!view->aligned || !derive_step(view, split, view->axes, size, &within) || within != size ||
        !derive_step(view, 0, split, width * size, &between) || between < 0 || between % size != 0) {
        return false;
    }
    slot->data = view->data;
    slot->stride = (size_t)(between / size);
    return between == 0 || between >= width * size;
}

/* Whether an array has the axes of the rows of `head`, then `inner` axes of classes. */
static inline bool derive_fits(const derive_view *view, const derive_view *head, int type, int inner) {
    const int batch = head->axes - 1;
    if (view->type != type || view->axes != batch + inner) {
        return false;
    }
    for (int axis = 0; axis < view->axes; axis++) {
        if (view->lengths[axis] != head->lengths[axis < batch ? axis : batch]) {
            return false;
        }
    }
    return true;
}

/* Whether a parameter, rounded to the type of the vectors, is in its domain. */
static inline bool derive_takes(int kind, int type, double *number) {
    if (type == DERIVE_FLOAT32) {
        *number = (double)(float)*number;
    }
    const double value = *number;
    const bool finite = value - value == 0.0;
    return value == value && (kind != DERIVE_POSITIVE || (value > 0.0 && finite));
}

/* Where an array begins and ends. */
typedef struct derive_extent {
    uintptr_t first, end;
} derive_extent;

static inline derive_extent derive_extent_of(const derive_slot *slot, size_t rows, size_t width, int type) {
    const uintptr_t first = (uintptr_t)slot->data;
    return (derive_extent){first, first + ((rows - 1) * slot->stride + width) * (size_t)derive_size(type)};
}

/* Lays out a call: what the kernel is given for each input and output.  False: not everything is plainly right. */
static inline bool derive_lay_out(const derive_kernel *kernel, const derive_view *views, derive_slot *slots,
                                  size_t *rows, size_t *classes) {
    const derive_view *head = views;
    derive_extent extents[DERIVE_MOST];
    if (head->type > DERIVE_FLOAT64 || head->axes < 1) {
        return false;
    }
    const int type = head->type;
    const ptrdiff_t width = head->lengths[head->axes - 1];
    *classes = (size_t)width;
    *rows = 1;
    for (int axis = 0; axis < head->axes - 1; axis++) {
        *rows *= (size_t)head->lengths[axis];
    }
    if (*rows == 0 || *classes == 0) {
        return false;
    }
    for (int k = 0; k < kernel->inputs + kernel->outputs; k++) {
        const derive_view *view = views + k;
        derive_slot *slot = slots + k;
        const int what = kernel->what[k];
        size_t wide = 1;
        if (k < kernel->inputs && what >= DERIVE_NUMBER) {
            slot->number = view->number;
            if (!derive_takes(what, type, &slot->number)) {
                return false;
            }
            extents[k] = (derive_extent){0, 0};
            continue;
        }
        const bool input = k < kernel->inputs, label = input && what == DERIVE_LABEL;
        const int inner = input ? what == DERIVE_VECTOR : what;
        for (int axis = 0; axis < inner; axis++) {
            wide *= *classes;
        }
        const int holds = label ? DERIVE_INT64 : type;
        if (!derive_fits(view, head, holds, inner) || !derive_lies(view, inner, (ptrdiff_t)wide, slot)) {
            return false;
        }
        if ((inner == 0 && slot->stride != 1) || (!input && (!view->writable || slot->stride < wide))) {
            return false;
        }
        extents[k] = derive_extent_of(slot, *rows, wide, holds);
        for (int other = 0; !input && other < k; other++) {
            if (extents[other].first < extents[k].end && extents[k].first < extents[other].end) {
                return false;
            }
        }
    }
    return true;
}

#endif
