/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* no_memory DIRECTORY: each allocation that the library makes fails in its turn. Every call then
 * says ENOMEM, changes nothing, and leaves neither memory nor descriptors behind. */

#include <errno.h>
#include <fcntl.h>
#include <libcomposefs/lcfs-writer.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct lcfs_node_s Node;

/* Takes the place of libc's malloc, in the library too. */
extern void *__libc_malloc(size_t size);
extern void __libc_free(void *memory);
static long left = -1; /* allocations until one fails; -1: none does */
static long alive;

void *malloc(size_t size) {
  if (left == 0) {
    errno = ENOMEM;
    return NULL;
  }
  if (left > 0) left--;
  alive++;
  return __libc_malloc(size);
}
void free(void *memory) {
  if (memory) alive--;
  __libc_free(memory);
}

static void die(const char *what, long turn) {
  left = -1;
  fprintf(stderr, "%s, with allocation %ld failing: %s\n", what, turn, strerror(errno));
  exit(1);
}

static int dir;
static uint8_t *image;
static size_t image_size;

static ssize_t keep(void *file, void *buffer, size_t size) {
  (void)file;
  memcpy(image + image_size, buffer, size);
  image_size += size;
  return (ssize_t)size;
}

static int write_image(Node *root) {
  uint8_t digest[32];
  struct lcfs_write_options_s options = {
      .max_version = 1, .digest_out = digest, .file_write_cb = keep};
  image_size = 0;
  return lcfs_write_to(root, &options);
}

static Node *tree; /* what the calls below work on */

/* Each gives a node, or NULL with errno. */
static Node *create(void) { return lcfs_node_new(); }
static Node *build(void) { return lcfs_build(dir, "tree", 8 | 64, NULL); }
static Node *copy(void) { return lcfs_node_clone_deep(tree); }
static Node *read_image(void) { return lcfs_load_node_from_image(image, image_size); }
static Node *write_again(void) { return write_image(tree) == 0 ? lcfs_node_ref(tree) : NULL; }
static Node *change(void) {
  Node *node = lcfs_node_new();
  if (!node) return NULL;
  lcfs_node_set_mode(node, S_IFDIR);
  Node *child = NULL;
  uint8_t content[100] = {1}, digest[32];
  if (lcfs_node_set_payload(node, "a payload that is long enough") == 0 &&
      lcfs_node_set_content(node, content, sizeof content) == 0 &&
      lcfs_node_set_xattr(node, "user.some-longer-key", "and a value of some length", 20) == 0 &&
      lcfs_compute_fsverity_from_data(digest, content, sizeof content) == 0 &&
      (child = lcfs_node_new()) &&
      lcfs_node_add_child(node, child, "a child with a long name") == 0)
    return node;
  int code = errno;
  if (child) lcfs_node_unref(child);
  lcfs_node_unref(node);
  errno = code;
  return NULL;
}

static int open_descriptors(void) {
  int fd = dup(0);
  close(fd);
  return fd;
}

static long try_all(const char *what, Node *(*call)(void)) {
  Node *node = call(); /* once for what libraries keep for ever */
  if (!node) die(what, -1);
  lcfs_node_unref(node);
  for (long turn = 0;; turn++) {
    long before = alive;
    int descriptors = open_descriptors();
    left = turn;
    errno = 0;
    node = call();
    int unused = left > 0;
    left = -1;
    if (!node && errno != ENOMEM) die(what, turn);
    if (node) lcfs_node_unref(node);
    if (alive != before) die("memory is left behind", turn);
    if (open_descriptors() != descriptors) die("a descriptor is left behind", turn);
    if (node && unused) return turn;
  }
}

int main(int argc, char **argv) {
  if (argc != 2 || (dir = open(argv[1], O_RDONLY | O_DIRECTORY)) < 0) return 2;
  image = calloc(1, 1 << 20);
  if (!(tree = build()) || write_image(tree) != 0) die("begin", -1);
  printf("new %ld", try_all("new", create));
  printf(" change %ld", try_all("change", change));
  printf(" build %ld", try_all("build", build));
  printf(" copy %ld", try_all("copy", copy));
  printf(" write %ld", try_all("write", write_again));
  printf(" read %ld\n", try_all("read", read_image));
  return 0;
}
