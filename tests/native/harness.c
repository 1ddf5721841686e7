/*
 * Calls every kernel of a table on rows of many lengths, in memory that ends where the rows end.
 *
 *     harness rows          one call after the other, with values of every kind
 *     harness values FILE   the same with plain values, and all results into FILE.4 and FILE.8
 *     harness threads       rows shared out between threads, one call in each
 *     harness many          so many rows that a kernel compiled for OpenMP takes threads of its own
 *
 * kernels.inc, made from the signatures of the kernels, holds the table KERNELS.
 */
#include "derive.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 8

/* In the order of a kernel's arguments.  Kinds: v vector, t labels, p parameter; s scalar output,
 * o vector output, m matrix output. */
typedef struct call {
    size_t rows, classes;
    void *at[MOST];
    size_t stride[MOST];
    double parameter;
} call;

typedef struct kernel {
    const char *name;
    const char *kinds;
    size_t width;
    derive_status (*run)(const call *);
} kernel;

#include "kernels.inc"

enum { TAME, FIRST_WILD, ALL_WILD };

static const double WILD[] = {0.0, -0.0, 0.5, 1e-42, 5e-324, 1e30, -1e30, 88.8, -104.0, 709.9, -746.0,
        3e38, -3e38, 1.7e308, 1.0, -1.0, (double)INFINITY, -(double)INFINITY, (double)NAN, 0.25};
static size_t drawn;

/* A multiple of 1/1024 in (0, 1): the same in either type and on every machine. */
static double plain(void) {
    drawn = drawn * 1103515245u + 12345u;
    return (double)(1 + (drawn >> 8) % 1022) / 1024;
}

static double wild(void) {
    plain();
    const size_t which = (drawn >> 8) % (2 * sizeof WILD / sizeof *WILD);
    return which < sizeof WILD / sizeof *WILD ? WILD[which] : 64 * plain() - 32;
}

static void *memory(size_t size) {
    void *const found = malloc(size);
    if (found == NULL) {
        exit(2);
    }
    return found;
}

static size_t entries(char kind, size_t classes) {
    return kind == 'm' ? classes * classes : kind == 's' || kind == 't' ? 1 : classes;
}

static bool is_output(char kind) {
    return kind == 's' || kind == 'o' || kind == 'm';
}

/* How many elements lie between the first and the last that a call may touch. */
static size_t extent(const kernel *k, const call *c, size_t a) {
    return (c->rows - 1) * c->stride[a] + entries(k->kinds[a], c->classes);
}

static size_t size_of(const kernel *k, size_t a) {
    return k->kinds[a] == 't' ? sizeof(int64_t) : k->width;
}

static void fill(const kernel *k, const call *c, size_t a, bool wildly) {
    for (size_t place = 0; place < extent(k, c, a); place++) {
        if (k->kinds[a] == 't') {
            ((int64_t *)c->at[a])[place] = (int64_t)((place * 7 + c->classes / 2) % c->classes);
            continue;
        }
        const double value = wildly ? wild() : plain();
        if (k->width == sizeof(float)) {
            ((float *)c->at[a])[place] = fabs(value) > 3.5e38 && isfinite(value) ? 3e38f : (float)value;
        } else {
            ((double *)c->at[a])[place] = value;
        }
    }
}

/* A call with everything that it needs; once: each input vector is one row for all. */
static call prepared(const kernel *k, size_t rows, size_t classes, size_t gap, bool once, int mode) {
    call c = {.rows = rows, .classes = classes, .parameter = 0.75};
    bool first = true;
    for (size_t a = 0; k->kinds[a] != 0; a++) {
        const char kind = k->kinds[a];
        if (kind == 'p') {
            continue;
        }
        c.stride[a] = kind == 'v' && once ? 0 : entries(kind, classes) + (kind == 's' || kind == 't' ? 0 : gap);
        c.at[a] = memory(extent(k, &c, a) * size_of(k, a));
        if (is_output(kind)) {
            memset(c.at[a], 0x5a, extent(k, &c, a) * k->width);
        } else {
            fill(k, &c, a, mode == ALL_WILD || (mode == FIRST_WILD && first));
            first = false;
        }
    }
    return c;
}

static void release(const kernel *k, const call *c) {
    for (size_t a = 0; k->kinds[a] != 0; a++) {
        free(c->at[a]);
    }
}

static void fail(const kernel *k, const call *c, const char *why) {
    fprintf(stderr, "%s, %zu rows of %zu classes: %s\n", k->name, c->rows, c->classes, why);
    exit(1);
}

/* Rows are written, or nothing is; what lies between them never is. */
static void look(const kernel *k, const call *c, bool written, FILE *file) {
    for (size_t a = 0; k->kinds[a] != 0; a++) {
        if (!is_output(k->kinds[a])) {
            continue;
        }
        const size_t width = entries(k->kinds[a], c->classes) * k->width;
        for (size_t row = 0; row < c->rows; row++) {
            const unsigned char *const at = (unsigned char *)c->at[a] + row * c->stride[a] * k->width;
            const size_t end = row + 1 < c->rows ? c->stride[a] * k->width : width;
            for (size_t place = written ? width : 0; place < end; place++) {
                if (at[place] != 0x5a) {
                    fail(k, c, "a byte was written that is not of a result");
                }
            }
            if (file != NULL && fwrite(at, 1, width, file) != width) {
                exit(2);
            }
        }
    }
}

static const size_t ROWS[] = {1, 3, 17};
static const size_t CLASSES[] = {1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 65, 255, 257, 1000};
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool has_matrix(const kernel *k) {
    return strchr(k->kinds, 'm') != NULL;
}

static size_t all_lengths(const kernel *k, int mode, FILE *file) {
    size_t calls = 0;
    for (size_t r = 0; r < LENGTH(ROWS); r++) {
        for (size_t n = 0; n < LENGTH(CLASSES); n++) {
            if (has_matrix(k) && CLASSES[n] > 65) {
                continue;
            }
            const call c = prepared(k, ROWS[r], CLASSES[n], n % 2 == 0 ? 0 : 5, (r + n) % 5 == 4, mode);
            const derive_status status = k->run(&c);
            if (status != DERIVE_OK && (mode == TAME || status != DERIVE_BAD_VALUE)) {
                fail(k, &c, derive_status_text(status));
            }
            look(k, &c, status == DERIVE_OK, file);
            release(k, &c);
            calls++;
        }
    }
    return calls;
}

typedef struct share {
    const kernel *k;
    call c;
    derive_status status;
} share;

static void *of_thread(void *given) {
    share *const own = given;
    own->status = own->k->run(&own->c);
    return NULL;
}

/* Threads that begin at rows of their own, in buffers of all. */
static void shared_out(const kernel *k, size_t classes, bool once) {
    enum { THREADS = 3, EACH = 5 };
    const call all = prepared(k, (size_t)THREADS * EACH, classes, 0, once, TAME);
    pthread_t threads[THREADS];
    share shares[THREADS];
    for (size_t t = 0; t < THREADS; t++) {
        shares[t] = (share){k, all, DERIVE_OK};
        shares[t].c.rows = EACH;
        for (size_t a = 0; k->kinds[a] != 0; a++) {
            if (all.at[a] != NULL) {
                shares[t].c.at[a] = (char *)all.at[a] + t * EACH * all.stride[a] * size_of(k, a);
            }
        }
        if (pthread_create(&threads[t], NULL, of_thread, &shares[t]) != 0) {
            exit(2);
        }
    }
    for (size_t t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        if (shares[t].status != DERIVE_OK) {
            fail(k, &all, derive_status_text(shares[t].status));
        }
    }
    look(k, &all, true, NULL);
    release(k, &all);
}

static void many(const kernel *k) {
    const call c = prepared(k, 530, 31, 1, false, TAME);
    if (k->run(&c) != DERIVE_OK) {
        fail(k, &c, "its rows are refused");
    }
    look(k, &c, true, NULL);
    release(k, &c);
}

int main(int count, char **given) {
    const char *const what = count > 1 ? given[1] : "";
    FILE *file[2] = {NULL, NULL};
    for (int one = 0; one < 2 && count > 2; one++) {
        char name[256];
        snprintf(name, sizeof name, "%s.%d", given[2], one == 0 ? 4 : 8);
        file[one] = fopen(name, "wb");
    }
    size_t calls = 0;
    for (size_t place = 0; place < LENGTH(KERNELS); place++) {
        const kernel *const k = &KERNELS[place];
        if (strcmp(what, "threads") == 0) {
            shared_out(k, 7, false);
            shared_out(k, 37, true);
            calls += 2;
        } else if (strcmp(what, "many") == 0) {
            many(k);
            calls++;
        } else {
            calls += all_lengths(k, TAME, file[k->width == sizeof(double)]);
            if (strcmp(what, "rows") == 0) {
                calls += all_lengths(k, FIRST_WILD, NULL) + all_lengths(k, ALL_WILD, NULL);
            }
        }
    }
    printf("%zu kernels, %zu calls\n", LENGTH(KERNELS), calls);
    for (int one = 0; one < 2; one++) {
        if (file[one] != NULL && fclose(file[one]) != 0) {
            return 2;
        }
    }
    return 0;
}
