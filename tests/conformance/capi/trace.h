/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A line for each call: what was called, what came back, errno. The same program runs with our
 * library and with the reference's, and the lines must be the same. */

#ifndef TRACE_H
#define TRACE_H

#include <errno.h>
#include <inttypes.h>
#include <libcomposefs/lcfs-erofs.h>
#include <libcomposefs/lcfs-mount.h>
#include <libcomposefs/lcfs-writer.h>
#include <string.h>
#include <time.h>

typedef struct lcfs_node_s Node;

/* Evaluates an int, with errno when it is negative. */
#define INT(call)                                                                      \
  do {                                                                                 \
    errno = 0;                                                                         \
    long long result = (call);                                                         \
    printf("%s = %lld %s\n", #call, result, result < 0 ? strerrorname_np(errno) : ""); \
  } while (0)
/* Evaluates a text. */
#define TEXT(call)                                        \
  do {                                                    \
    const char *result = (const char *)(call);            \
    printf("%s = %s\n", #call, result ? result : "NULL"); \
  } while (0)
/* Evaluates a pointer that ends up in `target`. */
#define NODE(target, call)                                                   \
  do {                                                                       \
    errno = 0;                                                               \
    target = (call);                                                         \
    printf("%s %s\n", #call, target ? "is a node" : strerrorname_np(errno)); \
  } while (0)

void print_hex(const char *what, const uint8_t *bytes, size_t size);
void print_tree(Node *node, int depth);
Node *new_node(uint32_t mode);
Node *add(Node *parent, const char *name, uint32_t mode);
/* Writes the image, prints how that went, its size, digest, version and a sum of its bytes. */
void print_image(const char *what, Node *root, uint32_t version, uint32_t max_version);
/* The same, kept in memory. */
uint8_t *image_of(Node *root, size_t *size);

void trace_nodes(void);
void trace_writing(void);
void trace_files(const char *directory);
void trace_digests(const char *directory);
void trace_mounting(const char *directory);

#endif
