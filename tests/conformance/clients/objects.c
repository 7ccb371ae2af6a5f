/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* objects IMAGE: the objects that an image in memory refers to, found as an updater finds them. */

#include <libcomposefs/lcfs-writer.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void print_objects(struct lcfs_node_s *node) {
  for (size_t i = 0; i < lcfs_node_get_n_children(node); i++) {
    struct lcfs_node_s *child = lcfs_node_get_child(node, i);
    const char *payload = lcfs_node_get_payload(child);
    if (S_ISREG(lcfs_node_get_mode(child)) && payload) puts(payload);
    print_objects(child);
  }
}

int main(int argc, char **argv) {
  static uint8_t image[64 << 20];
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  size_t size = file ? fread(image, 1, sizeof image, file) : 0;
  struct lcfs_node_s *root = lcfs_load_node_from_image(image, size);
  if (!root) {
    perror(argv[1]);
    return 1;
  }
  print_objects(root);
  lcfs_node_unref(root);
  return 0;
}
