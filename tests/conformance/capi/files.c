/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nodes of files, digests, and what a mount refuses before it asks the kernel. */

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace.h"

static void print_build(const char *what, int dir, const char *name, int flags) {
  char *path = NULL;
  errno = 0;
  Node *node = lcfs_build(dir, name, flags, &path);
  printf("build %s %d: %s at %s\n", what, flags, node ? "done" : strerrorname_np(errno),
         path ? path : "NULL");
  free(path);
  if (!node) return;
  print_tree(node, 0);
  print_image(what, node, 0, 1);
  lcfs_node_unref(node);
}

static void print_file(int dir, const char *name, int flags) {
  errno = 0;
  Node *node = lcfs_load_node_from_file(dir, name, flags);
  printf("file %s %d: %s\n", name, flags, node ? "done" : strerrorname_np(errno));
  if (!node) return;
  print_tree(node, 0);
  lcfs_node_unref(node);
}

void trace_files(const char *directory) {
  int dir = open(directory, O_RDONLY | O_DIRECTORY);
  for (int flags = 0; flags < 256; flags++) print_file(dir, "xattrs", flags);
  for (int flags = 0; flags < 128; flags += 8)
    for (const char *const *name =
             (const char *const[]){"small", "inline", "outside", "large", "empty", NULL};
         *name; name++)
      print_file(dir, *name, flags);
  for (const char *const *name =
           (const char *const[]){"link", "pipe", "device", ".", "none", "", NULL};
       *name; name++)
    print_file(dir, *name, 0);
  for (int flags = 0; flags < 128; flags++) print_build("tree", dir, "tree", flags & ~32);
  print_build("file", dir, "small", 0);
  print_build("nothing", dir, "none", 0);
  print_build("bad flags", dir, "tree", 128);
  print_build("absolute", AT_FDCWD, directory, 4);

  Node *node = new_node(S_IFREG);
  INT(lcfs_node_set_from_content(node, dir, "large", 8 | 64));
  print_tree(node, 0);
  lcfs_node_set_size(node, 10);
  INT(lcfs_node_set_from_content(node, dir, "large", 8 | 64));
  print_tree(node, 0);
  lcfs_node_set_size(node, 60);
  INT(lcfs_node_set_from_content(node, dir, "small", 8));
  INT(lcfs_node_set_from_content(node, dir, "none", 8));
  INT(lcfs_node_set_from_content(node, dir, "tree", 8));
  print_tree(node, 0);
  lcfs_node_unref(node);
  close(dir);
}

static ssize_t read_some(void *file, void *buffer, size_t size) {
  return read(*(int *)file, buffer, size > 777 ? 777 : size);
}
static ssize_t read_nothing(void *file, void *buffer, size_t size) {
  (void)file, (void)buffer, (void)size;
  errno = EIO;
  return -1;
}

void trace_digests(const char *directory) {
  uint8_t digest[32] = {0};
  int dir = open(directory, O_RDONLY | O_DIRECTORY), fd = openat(dir, "large", O_RDONLY);
  INT(lcfs_compute_fsverity_from_fd(digest, fd));
  print_hex("from the start", digest, 32);
  lseek(fd, 1000, SEEK_SET);
  INT(lcfs_compute_fsverity_from_fd(digest, fd));
  print_hex("from byte 1000", digest, 32);
  INT(lcfs_fd_measure_fsverity(digest, fd) == -ENOVERITY);
  INT(lcfs_fd_get_fsverity(digest, fd));
  print_hex("the whole", digest, 32);
  lseek(fd, 0, SEEK_SET);
  INT(lcfs_compute_fsverity_from_content(digest, &fd, read_some));
  print_hex("by callback", digest, 32);
  INT(lcfs_compute_fsverity_from_content(digest, &fd, read_nothing));
  INT(lcfs_compute_fsverity_from_data(digest, (uint8_t *)"hello world", 11));
  print_hex("hello world", digest, 32);
  INT(lcfs_compute_fsverity_from_fd(digest, -1));
  INT(lcfs_compute_fsverity_from_fd(digest, dir));
  printf("%d %d %d\n", lcfs_fd_measure_fsverity(digest, -1), lcfs_fd_get_fsverity(digest, -1),
         lcfs_fd_enable_fsverity(-1));
  Node *node = new_node(S_IFREG);
  lseek(fd, 0, SEEK_SET);
  INT(lcfs_node_set_fsverity_from_fd(node, fd));
  INT(lcfs_node_set_fsverity_from_fd(node, -1));
  print_hex("node", lcfs_node_get_fsverity_digest(node), 32);
  lseek(fd, 5000, SEEK_SET);
  INT(lcfs_node_set_fsverity_from_content(node, &fd, read_some));
  print_hex("node", lcfs_node_get_fsverity_digest(node), 32);
  INT(lcfs_node_set_fsverity_from_content(node, &fd, read_nothing));
  lcfs_node_unref(node);
  close(fd);
  close(dir);
}

void trace_mounting(const char *directory) {
  const char *objects[] = {directory};
  struct lcfs_mount_options_s options = {0};
  INT(lcfs_mount_image("/none", "/", &options));
  options.objdirs = objects, options.n_objdirs = 1;
  INT(lcfs_mount_image("/none", "/", &options));
  INT(lcfs_mount_fd(-1, "/", &options));
  options.flags = 32;
  INT(lcfs_mount_image("/none", "/", &options));
  options.flags = LCFS_MOUNT_FLAGS_IDMAP, options.idmap_fd = -1;
  INT(lcfs_mount_image("/none", "/", &options));
  options.flags = 0, options.upperdir = "/";
  INT(lcfs_mount_image("/none", "/", &options));
  options.upperdir = NULL, options.expected_fsverity_digest = "no hex";
  INT(lcfs_mount_image("/none", "/", &options));
  options.expected_fsverity_digest =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  FILE *file = tmpfile();
  INT(lcfs_mount_fd(fileno(file), "/", &options));
  options.expected_fsverity_digest = NULL;
  INT(lcfs_mount_fd(fileno(file), "/", &options));
  fclose(file);
}
