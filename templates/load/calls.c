/* How the kernels are described to those that call them with arrays. */
#include "<< header >>"
#include "derive_call.h"

#include <string.h>

#ifdef _WIN32
#define DERIVE_EXPORTED __declspec(dllexport)
#else
#define DERIVE_EXPORTED
#endif


/* Where an array object of NumPy keeps what a view holds, and the objects that are its type and its dtypes. */
typedef struct derive_layout {
    size_t type, data, axes, lengths, steps, dtype, flags;
    const void *array;
    const void *dtypes[5]; /* float32, float64, float16, bfloat16, int64, in the byte order of the machine */
} derive_layout;

/* Of the NumPy that calls: written before the first call. */
extern DERIVE_EXPORTED derive_layout derive_arrays;
derive_layout derive_arrays;

/* The flags of NumPy: NPY_ARRAY_ALIGNED and NPY_ARRAY_WRITEABLE; the last one asks for a warning before a write. */
enum derive_flag { DERIVE_ALIGNED = 0x100, DERIVE_WRITEABLE = 0x400, DERIVE_WARNS = -0x7fffffff - 1 };

/* An object of Python as a view, where it is an array and of no subclass. */
static derive_view derive_view_of(const void *given) {
    const char *object = (const char *)given;
    derive_view view = {.type = DERIVE_OTHER};
    const void *type, *dtype;
    int flags;
    memcpy(&type, object + derive_arrays.type, sizeof type);
    if (type != derive_arrays.array) {
        return view;
    }
    memcpy(&view.data, object + derive_arrays.data, sizeof view.data);
    memcpy(&view.axes, object + derive_arrays.axes, sizeof view.axes);
    memcpy(&view.lengths, object + derive_arrays.lengths, sizeof view.lengths);
    memcpy(&view.steps, object + derive_arrays.steps, sizeof view.steps);
    memcpy(&dtype, object + derive_arrays.dtype, sizeof dtype);
    memcpy(&flags, object + derive_arrays.flags, sizeof flags);
    view.type = 0;
    while (view.type < DERIVE_OTHER && derive_arrays.dtypes[view.type] != dtype) {
        view.type++;
    }
    view.aligned = (flags & DERIVE_ALIGNED) != 0;
    view.writable = (flags & DERIVE_WRITEABLE) != 0 && (flags & DERIVE_WARNS) == 0;
    return view;
}

/* In how many threads a call may be done: written before the first one. */
extern DERIVE_EXPORTED int derive_threads;
int derive_threads = 1;

/* Calls a kernel with objects, those of its outputs included, and with its parameters; -1: not called. */
static int derive_take(const derive_kernel *kernel, const void *const *arrays, const double *numbers) {
    derive_view views[DERIVE_MOST];
    derive_slot slots[DERIVE_MOST];
    size_t rows, classes;
    for (int k = 0; k < kernel->inputs + kernel->outputs; k++) {
        if (k < kernel->inputs && kernel->what[k] >= DERIVE_NUMBER) {
            views[k].number = *numbers++;
        } else {
            views[k] = derive_view_of(*arrays++);
        }
    }
    if (!derive_lay_out(kernel, views, slots, &rows, &classes)) {
        return -1;
    }
    return derive_run(kernel, views[0].type, derive_threads, rows, classes, slots);
}

/* Calls a kernel with arrays that are laid out, in so many threads. */
DERIVE_EXPORTED int derive_run_slots(const derive_kernel *kernel, int type, int threads, size_t rows, size_t classes,
                                     const derive_slot *slots);
DERIVE_EXPORTED int derive_run_slots(const derive_kernel *kernel, int type, int threads, size_t rows, size_t classes,
                                     const derive_slot *slots) {
    return derive_run(kernel, type, threads, rows, classes, slots);
}
<% for kernel in kernels %>

<% for tag in tags %>
static int derive_call_<< kernel.name >>_<< tag >>(size_t rows, size_t classes, const derive_slot *s) {
    return (int)derive_<< kernel.name >>_<< tag >>(rows, classes, << kernel.given[tag] >>);
}

<% endfor %>
static const int derive_what_<< kernel.name >>[] = {<< kernel.what >>};
extern DERIVE_EXPORTED const derive_kernel derive_kernel_<< kernel.name >>;
const derive_kernel derive_kernel_<< kernel.name >> = {
    << kernel.inputs >>, << kernel.outputs >>, derive_what_<< kernel.name >>, << kernel.divides >>,
    {<< kernel.functions >>},
};

DERIVE_EXPORTED int derive_take_<< kernel.name >>(<< kernel.taken >>);
DERIVE_EXPORTED int derive_take_<< kernel.name >>(<< kernel.taken >>) {
    const void *const arrays[] = {<< kernel.arrays >>};
    const double numbers[] = {<< kernel.numbers >>};
    return derive_take(&derive_kernel_<< kernel.name >>, arrays, numbers);
}
<% endfor %>
