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
#include <stdlib.h>

#include "derive_half.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#define DERIVE_HAS_THREADS
#endif

#define DERIVE_MOST 16 /* inputs and outputs of a kernel that is called this way */

/* A thread that does less is not worth its start: so many numbers of an array. */
#define DERIVE_REPAYS ((size_t)100000)
/* The rows of a share are a multiple of this; and there are no more shares than that. */
#define DERIVE_ROWS ((size_t)32)
#define DERIVE_SHARES 64

/* What an input is; a number is a parameter. */
enum derive_kind { DERIVE_VECTOR, DERIVE_LABEL, DERIVE_NUMBER, DERIVE_POSITIVE };

/* What an array holds. */
enum derive_type { DERIVE_FLOAT32, DERIVE_FLOAT64, DERIVE_FLOAT16, DERIVE_BFLOAT16, DERIVE_INT64, DERIVE_OTHER };

/* What a call of half precision returns where a label names no class (as a kernel does), or where there is no room. */
enum derive_refusal { DERIVE_REFUSED_LABEL = 4, DERIVE_REFUSED_ROOM = 7 };
/* So many floats of a block of rows in half precision stay in the cache. */
#define DERIVE_HELD ((size_t)32768)

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

/* A kernel on rows; what it returns is 0 where all went well. */
typedef int derive_function(size_t rows, size_t classes, const derive_slot *slots);

/* Inputs, then outputs: of an input its kind, of an output how many class axes it has. */
typedef struct derive_kernel {
    int inputs;
    int outputs;
    const int *what;
    bool divides; /* whether it can refuse nothing that a row holds but a label */
    derive_function *functions[2]; /* of float32 and float64 */
} derive_kernel;

static inline ptrdiff_t derive_size(int type) {
    return type == DERIVE_FLOAT32 ? 4 : type == DERIVE_FLOAT16 || type == DERIVE_BFLOAT16 ? 2 : 8;
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
    if (type != DERIVE_FLOAT64) { /* half precision is computed with as float32 */
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
    if (head->type >= DERIVE_INT64 || head->axes < 1) {
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

/* Whether every label of the rows names a class. */
static inline bool derive_names_classes(const derive_kernel *kernel, size_t rows, size_t classes,
                                        const derive_slot *slots) {
    bool all = true;
    for (int k = 0; k < kernel->inputs; k++) {
        const int64_t *labels = (const int64_t *)slots[k].data;
        for (size_t row = 0; kernel->what[k] == DERIVE_LABEL && row < rows; row++) {
            all = all && labels[row] >= 0 && (uint64_t)labels[row] < classes;
        }
    }
    return all;
}

/* How many numbers of a row an input or an output of a kernel has; 0: it is no array of real numbers. */
static inline size_t derive_width(const derive_kernel *kernel, int k, size_t classes) {
    const int what = kernel->what[k];
    if (k < kernel->inputs) {
        return what == DERIVE_VECTOR ? classes : 0;
    }
    return what == 0 ? 1 : what == 1 ? classes : classes * classes;
}

/* The slot of the rows from `first` on. */
static inline derive_slot derive_slot_from(const derive_kernel *kernel, int k, int type, const derive_slot *slots,
                                         size_t first) {
    derive_slot slot = slots[k];
    if (slot.data != NULL && (k >= kernel->inputs || kernel->what[k] < DERIVE_NUMBER)) {
        const int holds = k < kernel->inputs && kernel->what[k] == DERIVE_LABEL ? DERIVE_INT64 : type;
        slot.data = (char *)slot.data + first * slot.stride * (size_t)derive_size(holds);
    }
    return slot;
}

/*
 * A kernel on rows in half precision: block by block they become floats, with which it computes, and its results are
 * rounded once.  What could still be refused in a later block is all in one.
 */
static inline int derive_in_floats(const derive_kernel *kernel, int type, size_t rows, size_t classes,
                                   const derive_slot *slots) {
    const derive_half half = type == DERIVE_FLOAT16 ? DERIVE_F16 : DERIVE_BF16;
    const int count = kernel->inputs + kernel->outputs;
    size_t wides[DERIVE_MOST], width = 0, block = rows;
    if (rows == 0) {
        return 0;
    }
    for (int k = 0; k < count; k++) {
        wides[k] = slots[k].data == NULL ? 0 : derive_width(kernel, k, classes); /* what is left out stays so */
        width += wides[k];
    }
    if (kernel->divides) {
        if (!derive_names_classes(kernel, rows, classes, slots)) {
            return DERIVE_REFUSED_LABEL;
        }
        const size_t few = DERIVE_HELD / width + 1;
        block = few < rows ? few : rows;
    }
    float *room = block > SIZE_MAX / sizeof(float) / width ? NULL : (float *)malloc(block * width * sizeof(float));
    int status = room == NULL ? DERIVE_REFUSED_ROOM : 0;
    for (size_t first = 0; status == 0 && first < rows; first += block) {
        const size_t here = rows - first < block ? rows - first : block;
        derive_slot own[DERIVE_MOST], floats[DERIVE_MOST];
        float *next = room;
        for (int k = 0; k < count; k++) {
            const size_t wide = wides[k];
            own[k] = derive_slot_from(kernel, k, type, slots, first);
            floats[k] = wide > 0 ? (derive_slot){next, wide, 0.0} : own[k];
            if (wide > 0 && k < kernel->inputs) {
                derive_half_widen(half, next, (const uint16_t *)own[k].data, own[k].stride, here, wide);
            }
            next += here * wide;
        }
        status = kernel->functions[DERIVE_FLOAT32](here, classes, floats);
        for (int k = kernel->inputs; status == 0 && k < count; k++) {
            derive_half_narrow(half, (uint16_t *)own[k].data, own[k].stride, (const float *)floats[k].data, here,
                               wides[k]);
        }
    }
    free(room);
    return status;
}

/* A kernel on rows of any type that it takes. */
static inline int derive_do(const derive_kernel *kernel, int type, size_t rows, size_t classes,
                            const derive_slot *slots) {
    return type <= DERIVE_FLOAT64 ? kernel->functions[type](rows, classes, slots)
                                  : derive_in_floats(kernel, type, rows, classes, slots);
}

/* Some of the rows of a call, which a thread does. */
typedef struct derive_share {
    const derive_kernel *kernel;
    int type;
    size_t rows, classes;
    derive_slot slots[DERIVE_MOST];
    int status;
} derive_share;

static inline void *derive_do_share(void *given) {
    derive_share *share = (derive_share *)given;
    share->status = derive_do(share->kernel, share->type, share->rows, share->classes, share->slots);
    return NULL;
}

/* The rows from `first` on as a call of their own. */
static inline derive_share derive_share_of(const derive_kernel *kernel, int type, size_t first, size_t rows,
                                           size_t classes, const derive_slot *slots) {
    derive_share share = {.kernel = kernel, .type = type, .rows = rows, .classes = classes};
    for (int k = 0; k < kernel->inputs + kernel->outputs; k++) {
        share.slots[k] = derive_slot_from(kernel, k, type, slots, first);
    }
    return share;
}

/* How many threads a call is worth. */
static inline size_t derive_worth(size_t threads, size_t rows, size_t classes) {
    const size_t most = threads < DERIVE_SHARES ? threads : DERIVE_SHARES;
    const size_t long_rows = DERIVE_REPAYS / classes + 1; /* so many rows are enough for one */
    const size_t enough = rows / (long_rows > DERIVE_ROWS ? long_rows : DERIVE_ROWS);
    return enough < most ? enough : most;
}

/* The kernel on all rows, in as many threads as are worth it: a row's result is the same in any of them. */
static inline int derive_run(const derive_kernel *kernel, int type, int threads, size_t rows, size_t classes,
                             const derive_slot *slots) {
#ifdef DERIVE_HAS_THREADS
    const size_t shares = threads > 1 && kernel->divides ? derive_worth((size_t)threads, rows, classes) : 1;
    if (shares > 1 && derive_names_classes(kernel, rows, classes, slots)) {
        derive_share work[DERIVE_SHARES];
        pthread_t others[DERIVE_SHARES];
        bool started[DERIVE_SHARES] = {false};
        const size_t each = (rows / shares + DERIVE_ROWS - 1) / DERIVE_ROWS * DERIVE_ROWS;
        int status = 0;
        for (size_t k = 0; k < shares; k++) {
            const size_t first = k * each < rows ? k * each : rows;
            const size_t left = rows - first;
            work[k] = derive_share_of(kernel, type, first, k + 1 < shares && left > each ? each : left, classes, slots);
            started[k] = k + 1 < shares && pthread_create(others + k, NULL, derive_do_share, work + k) == 0;
        }
        for (size_t k = shares; k-- > 0;) { /* the last is this thread's own, and what no thread was found for */
            if (!started[k]) {
                derive_do_share(work + k);
            }
        }
        for (size_t k = 0; k < shares; k++) {
            if (started[k]) {
                pthread_join(others[k], NULL);
            }
            status = status != 0 ? status : work[k].status;
        }
        return status;
    }
#else
    (void)threads;
#endif
    return derive_do(kernel, type, rows, classes, slots);
}

#endif
