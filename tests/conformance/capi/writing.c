/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Images of nodes, and nodes of images. */

#include <stdlib.h>

#include "trace.h"

static ssize_t fails_at_once(void *file, void *buffer, size_t size) {
  (void)buffer, (void)size;
  if (file) errno = *(int *)file;
  return file ? -1 : 0;
}

static Node *sample(void) {
  Node *root = new_node(S_IFDIR | 0755);
  Node *big = add(root, "big", S_IFREG | 0644), *small = add(root, "small", S_IFREG | 0600);
  uint8_t digest[32] = {0xab};
  lcfs_node_set_size(big, 100000);
  lcfs_node_set_payload(big, "ab/cdefg");
  lcfs_node_set_fsverity_digest(big, digest);
  lcfs_node_set_content(small, (const uint8_t *)"hello", 5);
  lcfs_node_set_payload(small, "not/used");
  lcfs_node_set_xattr(root, "security.selinux", "ctx", 4);
  lcfs_node_set_xattr(big, "user.k", "v", 1);
  lcfs_node_set_xattr(big, "trusted.overlay.opaque", "y", 1);
  lcfs_node_set_xattr(small, "user.k", "v", 1);
  Node *link = add(root, "link", S_IFLNK | 0777), *device = add(root, "tty", S_IFCHR | 0620);
  lcfs_node_set_symlink_payload(link, "big");
  lcfs_node_set_rdev64(device, 0x500);
  Node *d = add(root, "d", S_IFDIR | 0700), *twin = add(d, "twin", 0), *third = add(d, "third", 0);
  lcfs_node_make_hardlink(twin, small);
  lcfs_node_make_hardlink(third, twin);
  add(d, "fifo", S_IFIFO | 0600);
  return root;
}

static void options(void) {
  Node *root = sample();
  print_image("sample 0 0", root, 0, 0);
  print_image("sample 0 1", root, 0, 1);
  print_image("sample 1 1", root, 1, 1);
  print_image("sample 1 0", root, 1, 0);
  print_image("sample 2 2", root, 2, 2);
  print_image("sample 0 2", root, 0, 2);
  add(root, "whiteout", S_IFCHR);
  print_image("whiteout 0 0", root, 0, 0);
  print_image("whiteout 0 1", root, 0, 1);
  struct lcfs_write_options_s bad = {.format = 1};
  INT(lcfs_write_to(root, &bad));
  bad = (struct lcfs_write_options_s){.flags = 1};
  INT(lcfs_write_to(root, &bad));
  int code = ENOSPC;
  bad = (struct lcfs_write_options_s){.file_write_cb = fails_at_once, .file = &code};
  INT(lcfs_write_to(root, &bad));
  bad.file = NULL;
  INT(lcfs_write_to(root, &bad));
  bad = (struct lcfs_write_options_s){.max_version = 1};
  INT(lcfs_write_to(root, &bad));
  INT(bad.version);
  INT(bad.max_version);
  lcfs_node_unref(root);
}

static void odd_trees(void) {
  Node *file = new_node(S_IFREG | 0644);
  print_image("a file as the root", file, 0, 1);
  lcfs_node_unref(file);
  Node *root = new_node(S_IFDIR | 0755), *child = add(root, "x", 0);
  print_image("no mode", root, 0, 1);
  lcfs_node_set_mode(child, S_IFLNK | 0777);
  lcfs_node_set_payload(child, "target");
  print_image("a symlink of size 0", root, 0, 1);
  lcfs_node_set_size(child, 6);
  print_image("a symlink of the right size", root, 0, 1);
  lcfs_node_set_payload(child, NULL);
  lcfs_node_set_mode(child, S_IFREG);
  lcfs_node_set_size(child, 1ull << 53);
  print_image("2^53 bytes", root, 0, 1);
  lcfs_node_set_size(child, (1ull << 53) + 1);
  print_image("more than 2^53 bytes", root, 0, 1);
  lcfs_node_set_mode(child, 0x10000 | S_IFREG | 0600);
  lcfs_node_set_size(child, 10);
  print_image("a mode of more than 16 bits", root, 0, 1);
  lcfs_node_set_mode(child, S_IFIFO);
  print_image("a pipe with a size", root, 0, 1);
  lcfs_node_set_mode(child, S_IFBLK);
  lcfs_node_set_rdev64(child, 0x100000801ull);
  print_image("a device number of more than 32 bits", root, 0, 1);
  lcfs_node_unref(root);
}

static void reading(void) {
  Node *root = sample(), *read;
  size_t size;
  uint8_t *image = image_of(root, &size);
  NODE(read, lcfs_load_node_from_image(image, size));
  print_tree(read, 0);
  print_image("read again", read, 0, 0);
  lcfs_node_unref(read);
  const char *const some[] = {"d", "none", "tty", NULL}, *const none[] = {NULL};
  struct lcfs_read_options_s options = {.toplevel_entries = some};
  NODE(read, lcfs_load_node_from_image_ext(image, size, &options));
  print_tree(read, 0);
  lcfs_node_unref(read);
  options.toplevel_entries = none;
  NODE(read, lcfs_load_node_from_image_ext(image, size, &options));
  print_tree(read, 0);
  lcfs_node_unref(read);
  NODE(read, lcfs_load_node_from_image(image, 4095));
  NODE(read, lcfs_load_node_from_image(image, 0));
  image[4] ^= 1;
  NODE(read, lcfs_load_node_from_image(image, size));
  image[4] ^= 1;
  image[0] ^= 1;
  NODE(read, lcfs_load_node_from_image(image, size));
  image[0] ^= 1;
  image[1024] ^= 1;
  NODE(read, lcfs_load_node_from_image(image, size));
  image[1024] ^= 1;

  FILE *file = tmpfile();
  fwrite(image, 1, size, file);
  fflush(file);
  INT(lcfs_version_from_fd(fileno(file)));
  NODE(read, lcfs_load_node_from_fd(fileno(file)));
  print_tree(read, 0);
  lcfs_node_unref(read);
  rewind(file);
  fwrite("x", 1, 1, file);
  fflush(file);
  INT(lcfs_version_from_fd(fileno(file)));
  NODE(read, lcfs_load_node_from_fd(fileno(file)));
  fclose(file);
  INT(lcfs_version_from_fd(-1));
  NODE(read, lcfs_load_node_from_fd(-1));
  free(image);
  lcfs_node_unref(root);
}

void trace_writing(void) {
  options();
  odd_trees();
  reading();
}
