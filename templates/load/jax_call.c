/*
 * The kernels as targets of XLA's foreign function interface, on the CPU.  There is one handler, which finds the kernel
 * by a number that a program carries as an attribute; compiled once for this JAX.
 *
 * What is given is as vmap leaves it: vectors have axes in front of that of the classes, the first of them all axes of
 * the rows.  Another input may lack the last of those axes: a parameter has one value, a vector one row, for all rows
 * along the axes that it lacks.
 */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive_call.h"
#include "derive_support.h"
#include "xla/ffi/api/c_api.h"

/* The kernels that this process has loaded; none is ever taken out. */
typedef struct derive_jax_known {
    int64_t key;
    const derive_kernel *kernel; /* in a library that is never unloaded */
    char *name;
    int threads;
    struct derive_jax_known *next;
} derive_jax_known;

static _Atomic(derive_jax_known *) derive_jax_all;

static const derive_jax_known *derive_jax_find(int64_t key) {
    const derive_jax_known *known = atomic_load(&derive_jax_all);
    while (known != NULL && known->key != key) {
        known = known->next;
    }
    return known;
}

/* Called by one thread at a time; 0: out of memory. */
int derive_make_known(int64_t key, const derive_kernel *kernel, const char *name, int threads);
int derive_make_known(int64_t key, const derive_kernel *kernel, const char *name, int threads) {
    derive_jax_known *known = malloc(sizeof *known);
    char *copy = malloc(strlen(name) + 1);
    if (known == NULL || copy == NULL) {
        free(known);
        free(copy);
        return 0;
    }
    strcpy(copy, name);
    *known = (derive_jax_known){key, kernel, copy, threads, atomic_load(&derive_jax_all)};
    atomic_store(&derive_jax_all, known);
    return 1;
}

static XLA_FFI_Error *derive_jax_refuse(const XLA_FFI_CallFrame *frame, const char *kernel, const char *why) {
    char message[400];
    snprintf(message, sizeof message, "%s: %s", kernel, why);
    XLA_FFI_Error_Create_Args args = {.struct_size = XLA_FFI_Error_Create_Args_STRUCT_SIZE,
                                      .message = message,
                                      .errc = XLA_FFI_Error_Code_INVALID_ARGUMENT};
    return frame->api->XLA_FFI_Error_Create(&args);
}

/* A call: what was given, and how its rows fall into groups that share what lacks axes. */
typedef struct derive_jax_asked {
    const derive_jax_known *known;
    const XLA_FFI_Buffer *buffers[DERIVE_MOST]; /* inputs, then outputs */
    int64_t *labels[DERIVE_MOST];               /* where they had to be converted */
    bool shared[DERIVE_MOST];                   /* vectors of one row for all rows of a group */
    bool shares;
    int type;
    size_t rows, classes, groups;
} derive_jax_asked;

static bool derive_jax_is_vector(const derive_kernel *kernel, int k) {
    return kernel->what[k] == DERIVE_VECTOR;
}

/* False: the buffers are not as the kernel's own shapes ask. */
static bool derive_jax_look(derive_jax_asked *asked) {
    const derive_kernel *kernel = asked->known->kernel;
    int first = 0;
    while (first < kernel->inputs && !derive_jax_is_vector(kernel, first)) {
        first++;
    }
    if (first == kernel->inputs || asked->buffers[first]->rank < 1) {
        return false;
    }
    const XLA_FFI_Buffer *head = asked->buffers[first];
    const int64_t batch = head->rank - 1;
    int64_t lead = batch;
    bool numbers = false;
    if (head->dtype != XLA_FFI_DataType_F32 && head->dtype != XLA_FFI_DataType_F64) {
        return false;
    }
    asked->type = head->dtype == XLA_FFI_DataType_F32 ? DERIVE_FLOAT32 : DERIVE_FLOAT64;
    for (int k = 0; k < kernel->inputs; k++) {
        const int64_t own = asked->buffers[k]->rank - derive_jax_is_vector(kernel, k);
        numbers = numbers || kernel->what[k] >= DERIVE_NUMBER;
        asked->shared[k] = derive_jax_is_vector(kernel, k) && own < batch;
        asked->shares = asked->shares || asked->shared[k];
        lead = own < lead ? own : lead;
        if (own < 0 || own > batch || (kernel->what[k] == DERIVE_LABEL && own != batch)) {
            return false;
        }
    }
    asked->classes = (size_t)head->dims[batch];
    asked->rows = asked->groups = 1;
    for (int64_t axis = 0; axis < batch; axis++) {
        asked->rows *= (size_t)head->dims[axis];
        asked->groups *= axis < lead ? (size_t)head->dims[axis] : 1;
    }
    if (!numbers && !asked->shares) {
        asked->groups = 1;
    }
    return true;
}

/* Labels as 64 bits: JAX has 32 unless it is told otherwise.  False: out of memory. */
static bool derive_jax_widen(derive_jax_asked *asked) {
    for (int k = 0; k < asked->known->kernel->inputs; k++) {
        const XLA_FFI_Buffer *given = asked->buffers[k];
        if (asked->known->kernel->what[k] != DERIVE_LABEL || given->dtype == XLA_FFI_DataType_S64) {
            continue;
        }
        asked->labels[k] = malloc(asked->rows * sizeof(int64_t));
        if (asked->labels[k] == NULL) {
            return false;
        }
        for (size_t row = 0; row < asked->rows; row++) {
            asked->labels[k][row] = ((const int32_t *)given->data)[row];
        }
    }
    return true;
}

static double derive_jax_number(const derive_jax_asked *asked, int k, size_t group) {
    const void *data = asked->buffers[k]->data;
    return asked->type == DERIVE_FLOAT32 ? (double)((const float *)data)[group] : ((const double *)data)[group];
}

/* Whether two groups may be one call. */
static bool derive_jax_alike(const derive_jax_asked *asked, size_t one, size_t other) {
    bool alike = !asked->shares;
    for (int k = 0; k < asked->known->kernel->inputs && alike; k++) {
        if (asked->known->kernel->what[k] >= DERIVE_NUMBER) {
            const double a = derive_jax_number(asked, k, one), b = derive_jax_number(asked, k, other);
            alike = memcmp(&a, &b, sizeof a) == 0;
        }
    }
    return alike;
}

static derive_slot derive_jax_slot_in(const derive_jax_asked *asked, int k, size_t group, size_t first) {
    const derive_kernel *kernel = asked->known->kernel;
    const size_t size = (size_t)derive_size(asked->type);
    const int what = kernel->what[k];
    char *data = asked->buffers[k]->data;
    size_t width = 1;
    if (k >= kernel->inputs) {
        for (int axis = 0; axis < what; axis++) {
            width *= asked->classes;
        }
        return (derive_slot){.data = data + first * width * size, .stride = width};
    }
    if (what == DERIVE_VECTOR) {
        const size_t row = asked->shared[k] ? group : first;
        return (derive_slot){.data = data + row * asked->classes * size,
                             .stride = asked->shared[k] ? 0 : asked->classes};
    }
    if (what == DERIVE_LABEL) {
        int64_t *labels = asked->labels[k] != NULL ? asked->labels[k] : (int64_t *)asked->buffers[k]->data;
        return (derive_slot){.data = labels + first, .stride = 1};
    }
    return (derive_slot){.number = derive_jax_number(asked, k, group)};
}

static int derive_jax_answer(const derive_jax_asked *asked) {
    const derive_kernel *kernel = asked->known->kernel;
    const size_t each = asked->rows / asked->groups;
    derive_slot slots[DERIVE_MOST];
    int status = 0;
    for (size_t group = 0, end; group < asked->groups && status == 0; group = end) {
        end = group + 1;
        while (end < asked->groups && derive_jax_alike(asked, group, end)) {
            end++;
        }
        for (int k = 0; k < kernel->inputs + kernel->outputs; k++) {
            slots[k] = derive_jax_slot_in(asked, k, group, group * each);
        }
        status = derive_run(kernel, asked->type, asked->known->threads, (end - group) * each, asked->classes, slots);
    }
    return status;
}

static bool derive_jax_key(const XLA_FFI_Attrs *attributes, int64_t *key) {
    for (int64_t k = 0; k < attributes->size; k++) {
        if (attributes->types[k] == XLA_FFI_AttrType_SCALAR) {
            const XLA_FFI_Scalar *scalar = attributes->attrs[k];
            memcpy(key, scalar->value, sizeof *key);
            return scalar->dtype == XLA_FFI_DataType_S64;
        }
    }
    return false;
}

static void derive_jax_tell(XLA_FFI_Metadata *metadata) {
    metadata->api_version.major_version = XLA_FFI_API_MAJOR;
    metadata->api_version.minor_version = XLA_FFI_API_MINOR;
    metadata->traits = 0;
#ifdef XLA_FFI_UNKNOWN_TYPE_ID
    metadata->state_type_id = (XLA_FFI_TypeId){0};
#endif
}

XLA_FFI_Error *derive_jax(XLA_FFI_CallFrame *frame);
XLA_FFI_Error *derive_jax(XLA_FFI_CallFrame *frame) {
    if (frame->extension_start != NULL && frame->extension_start->type == XLA_FFI_Extension_Metadata) {
        derive_jax_tell(((XLA_FFI_Metadata_Extension *)frame->extension_start)->metadata);
        return NULL;
    }
    derive_jax_asked asked = {0};
    int64_t key;
    if (!derive_jax_key(&frame->attrs, &key) || (asked.known = derive_jax_find(key)) == NULL) {
        return derive_jax_refuse(frame, "derive", "this process has not loaded the kernel: call derive.jax.load first");
    }
    const derive_kernel *kernel = asked.known->kernel;
    if (frame->args.size != kernel->inputs || frame->rets.size != kernel->outputs) {
        return derive_jax_refuse(frame, asked.known->name, "it is called as another kernel");
    }
    for (int k = 0; k < kernel->inputs + kernel->outputs; k++) {
        asked.buffers[k] = k < kernel->inputs ? frame->args.args[k] : frame->rets.rets[k - kernel->inputs];
    }
    if (!derive_jax_look(&asked)) {
        return derive_jax_refuse(frame, asked.known->name, "the shapes of its arrays do not fit together");
    }
    int status = 0;
    const bool widened = derive_jax_widen(&asked);
    if (widened && asked.rows > 0) {
        status = derive_jax_answer(&asked);
    }
    for (int k = 0; k < kernel->inputs; k++) {
        free(asked.labels[k]);
    }
    if (!widened) {
        return derive_jax_refuse(frame, asked.known->name, "there is no memory for its labels");
    }
    return status == 0 ? NULL : derive_jax_refuse(frame, asked.known->name, derive_status_text((derive_status)status));
}
