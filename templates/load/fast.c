/*
 * A kernel as a Python callable.  What is plainly right is called at once; all else is handed on to `slow`, which
 * takes whatever can be taken and says what is wrong.  Compiled once for this Python and this NumPy.
 */
#define PY_SSIZE_T_CLEAN
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <Python.h>
#include <structmember.h>
#include <numpy/arrayobject.h>

#include "derive_call.h"

/* Work on so many values is worth letting other threads run meanwhile. */
#define LARGE ((size_t)16384)

/* NumPy's own flag of what will not be writable in the future (NPY_ARRAY_WARN_ON_WRITE): it wants to say so itself. */
#define WARNS (-0x7fffffff - 1)

typedef struct Kernel {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    const derive_kernel *kernel; /* in a library that is never unloaded */
    int threads;                 /* in how many a call may be done */
    PyObject *slow;
    PyObject *names; /* of the inputs, then "axis" and "out": interned */
    Py_ssize_t positional;
    double defaults[DERIVE_MOST];
    PyObject *dict;
    PyObject *weak;
} Kernel;

/* The arguments, each in the place of its name; false: not plainly right. */
static bool bind(const Kernel *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords, PyObject **given) {
    const Py_ssize_t places = self->kernel->inputs + 2;
    if (count > self->positional) {
        return false;
    }
    for (Py_ssize_t k = 0; k < places; k++) {
        given[k] = k < count ? args[k] : NULL;
    }
    const Py_ssize_t named = keywords == NULL ? 0 : PyTuple_GET_SIZE(keywords);
    for (Py_ssize_t k = 0; k < named; k++) {
        PyObject *name = PyTuple_GET_ITEM(keywords, k);
        Py_ssize_t place = 0;
        while (place < places && PyTuple_GET_ITEM(self->names, place) != name) {
            place++;
        }
        if (place == places || given[place] != NULL) {
            return false;
        }
        given[place] = args[count + k];
    }
    return true;
}

/* The number that NumPy gave the type bfloat16, which another module defines; -1: nobody has told. */
static int bfloat16 = -1;

static bool see(PyObject *given, derive_view *view) {
    if (given == NULL || !PyArray_CheckExact(given)) {
        return false;
    }
    PyArrayObject *array = (PyArrayObject *)given;
    const int type = PyArray_TYPE(array);
    view->data = PyArray_BYTES(array);
    view->axes = PyArray_NDIM(array);
    view->lengths = (const ptrdiff_t *)PyArray_DIMS(array);
    view->steps = (const ptrdiff_t *)PyArray_STRIDES(array);
    view->aligned = PyArray_ISALIGNED(array) && PyArray_ISNOTSWAPPED(array);
    view->writable = PyArray_ISWRITEABLE(array) && !PyArray_CHKFLAGS(array, WARNS);
    view->type = type == NPY_FLOAT                            ? DERIVE_FLOAT32
                 : type == NPY_DOUBLE                         ? DERIVE_FLOAT64
                 : type == NPY_HALF                           ? DERIVE_FLOAT16
                 : type == bfloat16                           ? DERIVE_BFLOAT16
                 : type == NPY_INT64 || type == NPY_LONGLONG ? DERIVE_INT64
                                                              : DERIVE_OTHER;
    return true;
}

/* A label for one row alone may be a Python int. */
static bool see_label(PyObject *given, derive_view *view, int64_t *label) {
    int overflow = 0;
    if (given == NULL || !PyLong_CheckExact(given)) {
        return see(given, view);
    }
    *label = PyLong_AsLongLongAndOverflow(given, &overflow);
    *view = (derive_view){.data = (char *)label, .type = DERIVE_INT64, .aligned = true};
    return overflow == 0;
}

static bool see_number(PyObject *given, double otherwise, double *number) {
    if (given == NULL) {
        *number = otherwise;
    } else if (PyFloat_CheckExact(given)) {
        *number = PyFloat_AS_DOUBLE(given);
    } else if (PyLong_CheckExact(given)) {
        *number = PyLong_AsDouble(given);
        if (PyErr_Occurred()) {
            PyErr_Clear();
            return false;
        }
    } else {
        return false;
    }
    return true;
}

static bool see_inputs(const Kernel *self, PyObject **given, derive_view *views, int64_t *labels) {
    for (int k = 0; k < self->kernel->inputs; k++) {
        const int what = self->kernel->what[k];
        if (what == DERIVE_VECTOR    ? !see(given[k], views + k)
            : what == DERIVE_LABEL ? !see_label(given[k], views + k, labels + k)
                                   : !see_number(given[k], self->defaults[k], &views[k].number)) {
            return false;
        }
    }
    return true;
}

/* Whether the classes are on the last axis. */
static bool is_last(PyObject *axis, int axes) {
    if (axis == NULL) {
        return true;
    }
    if (!PyLong_CheckExact(axis)) {
        return false;
    }
    int overflow = 0;
    const long place = PyLong_AsLongAndOverflow(axis, &overflow);
    return overflow == 0 && (place == -1 || place == axes - 1);
}

/* A new array for an output with so many class axes. */
static PyObject *fresh(const derive_view *head, int classes) {
    npy_intp lengths[NPY_MAXDIMS];
    const int batch = head->axes - 1;
    if (batch + classes > NPY_MAXDIMS) {
        return NULL;
    }
    for (int axis = 0; axis < batch + classes; axis++) {
        lengths[axis] = head->lengths[axis < batch ? axis : batch];
    }
    const int types[] = {NPY_FLOAT, NPY_DOUBLE, NPY_HALF, bfloat16};
    return PyArray_SimpleNew(batch + classes, lengths, types[head->type]);
}

/* The arrays to write, as references of our own.  False: not plainly right, or an error. */
static bool see_outputs(const derive_kernel *kernel, PyObject *out, derive_view *views, PyObject **outputs) {
    const int *axes = kernel->what + kernel->inputs;
    const bool make = out == NULL || out == Py_None, several = kernel->outputs > 1;
    if (!make && several && !(PyTuple_CheckExact(out) && PyTuple_GET_SIZE(out) == kernel->outputs)) {
        return false;
    }
    for (int k = 0; k < kernel->outputs; k++) {
        if (make) {
            outputs[k] = fresh(views, axes[k]);
        } else {
            outputs[k] = Py_NewRef(several ? PyTuple_GET_ITEM(out, k) : out);
        }
        if (outputs[k] == NULL || !see(outputs[k], views + kernel->inputs + k)) {
            return false;
        }
    }
    return true;
}

static int run(const Kernel *self, int type, size_t rows, size_t classes, const derive_slot *slots) {
    const derive_kernel *kernel = self->kernel;
    int status;
    if (rows <= LARGE / classes) {
        return derive_do(kernel, type, rows, classes, slots);
    }
    Py_BEGIN_ALLOW_THREADS
    status = derive_run(kernel, type, self->threads, rows, classes, slots);
    Py_END_ALLOW_THREADS
    return status;
}

/* What is returned, of references that become its own. */
static PyObject *results(PyObject **outputs, int count) {
    if (count == 1) {
        return outputs[0];
    }
    PyObject *tuple = PyTuple_New(count);
    for (int k = 0; k < count; k++) {
        if (tuple == NULL) {
            Py_DECREF(outputs[k]);
        } else {
            PyTuple_SET_ITEM(tuple, k, outputs[k]);
        }
    }
    return tuple;
}

/* The answer, or NULL: with an error, or without one where not everything is plainly right. */
static PyObject *answer(const Kernel *self, PyObject **given) {
    const derive_kernel *kernel = self->kernel;
    derive_view views[DERIVE_MOST];
    derive_slot slots[DERIVE_MOST];
    int64_t labels[DERIVE_MOST];
    PyObject *outputs[DERIVE_MOST] = {NULL}, *axis = given[kernel->inputs], *out = given[kernel->inputs + 1];
    size_t rows, classes;
    if (!see_inputs(self, given, views, labels)) {
        return NULL;
    }
    if (views[0].type >= DERIVE_INT64 || views[0].axes < 1 || !is_last(axis, views[0].axes)) {
        return NULL;
    }
    if (see_outputs(kernel, out, views, outputs) && derive_lay_out(kernel, views, slots, &rows, &classes) &&
        run(self, views[0].type, rows, classes, slots) == 0) {
        return results(outputs, kernel->outputs);
    }
    for (int k = 0; k < kernel->outputs; k++) {
        Py_XDECREF(outputs[k]);
    }
    return NULL;
}

static PyObject *Kernel_call(PyObject *object, PyObject *const *args, size_t flagged, PyObject *keywords) {
    const Kernel *self = (Kernel *)object;
    PyObject *given[DERIVE_MOST + 2];
    if (bind(self, args, PyVectorcall_NARGS(flagged), keywords, given)) {
        PyObject *found = answer(self, given);
        if (found != NULL || PyErr_Occurred()) {
            return found;
        }
    }
    return PyObject_Vectorcall(self->slow, args, flagged, keywords);
}

static int Kernel_traverse(PyObject *object, visitproc visit, void *arg) {
    Kernel *self = (Kernel *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->slow);
    Py_VISIT(self->names);
    Py_VISIT(self->dict);
    return 0;
}

static int Kernel_clear(PyObject *object) {
    Kernel *self = (Kernel *)object;
    Py_CLEAR(self->slow);
    Py_CLEAR(self->names);
    Py_CLEAR(self->dict);
    return 0;
}

static void Kernel_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (((Kernel *)object)->weak != NULL) {
        PyObject_ClearWeakRefs(object);
    }
    Kernel_clear(object);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyObject *Kernel_repr(PyObject *object) {
    return PyObject_Repr(((Kernel *)object)->slow);
}

static PyMemberDef Kernel_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Kernel, vectorcall), READONLY, NULL},
    {"__dictoffset__", T_PYSSIZET, offsetof(Kernel, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Kernel, weak), READONLY, NULL},
    {"slow", T_OBJECT_EX, offsetof(Kernel, slow), READONLY, NULL},
    {"threads", T_INT, offsetof(Kernel, threads), 0, NULL},
    {NULL, 0, 0, 0, NULL}};

static PyGetSetDef Kernel_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
                                      {NULL, NULL, NULL, NULL, NULL}};

static PyType_Slot Kernel_slots[] = {{Py_tp_call, (void *)PyVectorcall_Call},
                                     {Py_tp_traverse, (void *)Kernel_traverse},
                                     {Py_tp_clear, (void *)Kernel_clear},
                                     {Py_tp_dealloc, (void *)Kernel_dealloc},
                                     {Py_tp_repr, (void *)Kernel_repr},
                                     {Py_tp_members, Kernel_members},
                                     {Py_tp_getset, Kernel_getset},
                                     {0, NULL}};

static PyType_Spec Kernel_spec = {
    "derive_fast.Kernel", sizeof(Kernel), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    Kernel_slots};

/* make(address, slow, names, defaults, positional, threads): a callable for the kernel described at the address. */
static PyObject *make(PyObject *module, PyObject *args) {
    PyObject *address, *slow, *names, *defaults;
    Py_ssize_t positional;
    int threads;
    if (!PyArg_ParseTuple(args, "O!OO!O!ni", &PyLong_Type, &address, &slow, &PyTuple_Type, &names, &PyTuple_Type,
                          &defaults, &positional, &threads)) {
        return NULL;
    }
    const derive_kernel *kernel = PyLong_AsVoidPtr(address);
    if (kernel == NULL || kernel->inputs + kernel->outputs > DERIVE_MOST ||
        PyTuple_GET_SIZE(names) != kernel->inputs + 2 || PyTuple_GET_SIZE(defaults) != kernel->inputs ||
        positional > kernel->inputs) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_ValueError, "the description is of another kernel");
    }
    PyTypeObject *type = *(PyTypeObject **)PyModule_GetState(module);
    Kernel *self = PyObject_GC_New(Kernel, type);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = Kernel_call;
    self->kernel = kernel;
    self->slow = Py_NewRef(slow);
    self->names = Py_NewRef(names);
    self->positional = positional;
    self->threads = threads;
    self->dict = self->weak = NULL;
    for (int k = 0; k < kernel->inputs; k++) {
        self->defaults[k] = PyFloat_AsDouble(PyTuple_GET_ITEM(defaults, k));
    }
    PyObject_GC_Track(self);
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int fill(PyObject *module) {
    import_array1(-1);
    PyObject **state = PyModule_GetState(module);
    *state = PyType_FromModuleAndSpec(module, &Kernel_spec, NULL);
    return *state == NULL ? -1 : 0;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg) {
    Py_VISIT(*(PyObject **)PyModule_GetState(module));
    return 0;
}

static int module_clear(PyObject *module) {
    Py_CLEAR(*(PyObject **)PyModule_GetState(module));
    return 0;
}

/* know_bfloat16(number): which type of NumPy that is. */
static PyObject *know_bfloat16(PyObject *module, PyObject *number) {
    (void)module;
    const int told = (int)PyLong_AsLong(number);
    if (PyErr_Occurred()) {
        return NULL;
    }
    bfloat16 = told;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"make", make, METH_VARARGS, NULL},
                                {"know_bfloat16", know_bfloat16, METH_O, NULL},
                                {NULL, NULL, 0, NULL}};

static PyModuleDef_Slot slots_of_module[] = {{Py_mod_exec, (void *)fill},
#ifdef Py_MOD_GIL_NOT_USED
                                             {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                                             {0, NULL}};

static struct PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                        .m_name = "derive_fast",
                                        .m_size = sizeof(PyObject *),
                                        .m_methods = methods,
                                        .m_slots = slots_of_module,
                                        .m_traverse = module_traverse,
                                        .m_clear = module_clear};

PyMODINIT_FUNC PyInit_derive_fast(void) {
    return PyModuleDef_Init(&definition);
}
