/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* trace DIRECTORY: what the library answers, see trace.h. DIRECTORY has files to read. */

#include "trace.h"

#include <stdlib.h>

void print_hex(const char *what, const uint8_t *bytes, size_t size) {
  printf("%s ", what);
  if (!bytes) printf("NULL");
  for (size_t i = 0; bytes && i < size; i++) printf("%02x", bytes[i]);
  printf("\n");
}

void print_tree(Node *node, int depth) {
  struct timespec time;
  lcfs_node_get_mtime(node, &time);
  Node *target = lcfs_node_get_hardlink_target(node);
  const char *name = lcfs_node_get_name(node), *payload = lcfs_node_get_payload(node);
  printf("%*s%s mode %o nlink %u owner %u:%u rdev %" PRIu64 " size %" PRIu64
         " time %lld.%ld payload %s",
         depth, "", name ? name : "NULL", lcfs_node_get_mode(node), lcfs_node_get_nlink(node),
         lcfs_node_get_uid(node), lcfs_node_get_gid(node), lcfs_node_get_rdev64(node),
         lcfs_node_get_size(node), (long long)time.tv_sec, time.tv_nsec,
         payload ? payload : "NULL");
  if (target) printf(" link to %s", lcfs_node_get_name(target));
  printf("\n");
  print_hex("  digest", lcfs_node_get_fsverity_digest(node), 32);
  print_hex("  content", lcfs_node_get_content(node), lcfs_node_get_size(node));
  for (size_t i = 0; i < lcfs_node_get_n_xattr(node); i++) {
    const char *key = lcfs_node_get_xattr_name(node, i);
    size_t size;
    const char *value = lcfs_node_get_xattr(node, key, &size);
    printf("  %s", key);
    print_hex("", (const uint8_t *)value, size);
  }
  for (size_t i = 0; i < lcfs_node_get_n_children(node); i++)
    print_tree(lcfs_node_get_child(node, i), depth + 1);
}

Node *new_node(uint32_t mode) {
  Node *node = lcfs_node_new();
  lcfs_node_set_mode(node, mode);
  return node;
}

Node *add(Node *parent, const char *name, uint32_t mode) {
  Node *node = new_node(mode);
  if (lcfs_node_add_child(parent, node, name) != 0) abort();
  return node;
}

struct memory {
  uint8_t *bytes;
  size_t size;
};

static ssize_t write_memory(void *file, void *buffer, size_t size) {
  struct memory *memory = file;
  /* Short writes are allowed. */
  if (size > 1000) size = 1000;
  memory->bytes = realloc(memory->bytes, memory->size + size);
  memcpy(memory->bytes + memory->size, buffer, size);
  memory->size += size;
  return (ssize_t)size;
}

void print_image(const char *what, Node *root, uint32_t version, uint32_t max_version) {
  struct memory memory = {0};
  uint8_t digest[32] = {0};
  struct lcfs_write_options_s options = {.version = version,
                                         .max_version = max_version,
                                         .digest_out = digest,
                                         .file = &memory,
                                         .file_write_cb = write_memory};
  errno = 0;
  int result = lcfs_write_to(root, &options);
  printf("%s: %d %s", what, result, result < 0 ? strerrorname_np(errno) : "");
  if (result == 0) {
    uint64_t sum = 0;
    for (size_t i = 0; i < memory.size; i++) sum = sum * 31 + memory.bytes[i];
    printf(" version %u size %zu sum %" PRIx64, options.version, memory.size, sum);
    print_hex(" digest", digest, 32);
  }
  printf("\n");
  free(memory.bytes);
}

uint8_t *image_of(Node *root, size_t *size) {
  struct memory memory = {0};
  struct lcfs_write_options_s options = {
      .max_version = 1, .file = &memory, .file_write_cb = write_memory};
  if (lcfs_write_to(root, &options) != 0) abort();
  *size = memory.size;
  return memory.bytes;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  setlinebuf(stdout);
  trace_nodes();
  trace_writing();
  trace_files(argv[1]);
  trace_digests(argv[1]);
  trace_mounting(argv[1]);
  return 0;
}
