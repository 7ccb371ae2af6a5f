/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Properties, attributes, children, links, copies. */

#include <stdlib.h>

#include "trace.h"

static char *repeat(char c, size_t count) {
  char *text = malloc(count + 1);
  memset(text, c, count);
  text[count] = '\0';
  return text;
}

static void properties(void) {
  Node *n = lcfs_node_new();
  print_tree(n, 0);
  INT(lcfs_node_dirp(n));
  INT(lcfs_node_try_set_mode(n, 0));
  INT(lcfs_node_try_set_mode(n, 0755));
  INT(lcfs_node_try_set_mode(n, S_IFIFO | 0600));
  INT(lcfs_node_try_set_mode(n, 0x10000 | S_IFSOCK));
  INT(lcfs_node_get_mode(n));
  lcfs_node_set_mode(n, S_IFDIR | 07777);
  INT(lcfs_node_dirp(n));
  lcfs_node_set_uid(n, 4294967295u);
  lcfs_node_set_gid(n, 70000);
  lcfs_node_set_nlink(n, 0);
  lcfs_node_set_rdev64(n, 0x1234567890abcdefull);
  struct timespec time = {.tv_sec = -5, .tv_nsec = 1999999999};
  lcfs_node_set_mtime(n, &time);
  lcfs_node_set_size(n, ~0ull);
  uint8_t digest[32] = {1, 2, 3};
  lcfs_node_set_fsverity_digest(n, digest);
  print_tree(n, 0);
  lcfs_node_unref(n);
}

static void texts(void) {
  Node *n = new_node(S_IFREG | 0644);
  char *longest = repeat('p', 4095), *longer = repeat('p', 4096);
  INT(lcfs_node_set_payload(n, "ab/cd"));
  TEXT(lcfs_node_get_payload(n));
  INT(lcfs_node_set_payload(n, longer));
  TEXT(lcfs_node_get_payload(n));
  INT(lcfs_node_set_payload(n, longest));
  INT(lcfs_node_set_payload(n, ""));
  TEXT(lcfs_node_get_payload(n));
  INT(lcfs_node_set_payload(n, NULL));
  TEXT(lcfs_node_get_payload(n));

  INT(lcfs_node_set_content(n, (const uint8_t *)longest, 4095));
  INT(lcfs_node_get_size(n));
  INT(lcfs_node_set_content(n, (const uint8_t *)"hello", 5));
  print_tree(n, 0);
  lcfs_node_set_size(n, 5);
  TEXT(lcfs_node_get_content(n) ? "kept" : "dropped");
  lcfs_node_set_size(n, 6);
  TEXT(lcfs_node_get_content(n) ? "kept" : "dropped");
  INT(lcfs_node_get_size(n));
  uint8_t big[5001] = {0};
  INT(lcfs_node_set_content(n, big, 5001));
  INT(lcfs_node_set_content(n, big, 5000));
  INT(lcfs_node_get_size(n));
  INT(lcfs_node_set_content(n, big, 0));
  INT(lcfs_node_get_size(n));
  TEXT(lcfs_node_get_content(n));

  lcfs_node_set_mode(n, S_IFLNK | 0777);
  INT(lcfs_node_set_symlink_payload(n, "target"));
  INT(lcfs_node_get_size(n));
  INT(lcfs_node_set_symlink_payload(n, ""));
  INT(lcfs_node_set_symlink_payload(n, longer));
  TEXT(lcfs_node_get_payload(n));
  INT(lcfs_node_set_symlink_payload(n, longest));
  INT(lcfs_node_get_size(n));
  INT(lcfs_node_set_payload(n, "other"));
  INT(lcfs_node_get_size(n));
  free(longest);
  free(longer);
  lcfs_node_unref(n);
}

static void xattrs(void) {
  Node *n = new_node(S_IFREG | 0644);
  char *key255 = repeat('k', 255), *key256 = repeat('k', 256), *value = repeat('v', 70000);
  INT(lcfs_node_get_n_xattr(n));
  TEXT(lcfs_node_get_xattr_name(n, 0));
  TEXT(lcfs_node_get_xattr(n, "user.a", NULL));
  INT(lcfs_node_unset_xattr(n, "user.a"));
  INT(lcfs_node_set_xattr(n, "user.a", "1", 1));
  INT(lcfs_node_set_xattr(n, "user.b", "2\0x", 3));
  INT(lcfs_node_set_xattr(n, "user.c", "", 0));
  INT(lcfs_node_set_xattr(n, "user.a", "changed", 7));
  TEXT(lcfs_node_get_xattr(n, "user.a", NULL));
  print_tree(n, 0);
  INT(lcfs_node_set_xattr(n, "user.d", "4", 1));
  INT(lcfs_node_unset_xattr(n, "user.a"));
  print_tree(n, 0);
  INT(lcfs_node_unset_xattr(n, "user.a"));
  INT(lcfs_node_unset_xattr(n, "user.c"));
  print_tree(n, 0);
  INT(lcfs_node_set_xattr(n, "", "x", 1));
  INT(lcfs_node_set_xattr(n, key256, "x", 1));
  INT(lcfs_node_set_xattr(n, key255, "x", 1));
  INT(lcfs_node_set_xattr(n, "user.big", value, 65536));
  INT(lcfs_node_set_xattr(n, "user.big", value, 65535));
  INT(lcfs_node_get_n_xattr(n));
  /* The budget of a node: 32767 with 12 once, 7 and the bytes of each. */
  Node *m = new_node(S_IFREG | 0644);
  INT(lcfs_node_set_xattr(m, "user.x", value, 32767 - 12 - 7 - 6 + 1));
  INT(lcfs_node_set_xattr(m, "user.x", value, 32767 - 12 - 7 - 6));
  INT(lcfs_node_set_xattr(m, "u", "", 0));
  INT(lcfs_node_set_xattr(m, "user.x", value, 1000));
  INT(lcfs_node_set_xattr(m, "u", "", 0));
  INT(lcfs_node_unset_xattr(m, "user.x"));
  INT(lcfs_node_unset_xattr(m, "u"));
  INT(lcfs_node_set_xattr(m, "user.x", value, 32767 - 12 - 7 - 6));
  free(key255);
  free(key256);
  free(value);
  lcfs_node_unref(m);
  lcfs_node_unref(n);
}

static void children(void) {
  Node *root = new_node(S_IFDIR | 0755), *file = new_node(S_IFREG), *other = new_node(S_IFREG);
  char *name255 = repeat('n', 255), *name256 = repeat('n', 256);
  INT(lcfs_node_add_child(file, other, "x"));
  INT(lcfs_node_add_child(root, file, ""));
  INT(lcfs_node_add_child(root, file, name256));
  INT(lcfs_node_add_child(root, file, "m"));
  INT(lcfs_node_add_child(root, file, "n"));
  INT(lcfs_node_add_child(root, other, "m"));
  INT(lcfs_node_add_child(root, other, name255));
  add(root, "z", S_IFREG);
  add(root, "a", S_IFIFO);
  add(root, "\xff", S_IFREG);
  Node *d = add(root, "d", S_IFDIR);
  add(d, "b", S_IFREG);
  add(d, "B", S_IFREG);
  print_tree(root, 0);
  INT(lcfs_node_get_n_children(root));
  TEXT(lcfs_node_get_name(root));
  TEXT(lcfs_node_get_name(lcfs_node_get_child(root, 0)));
  TEXT(lcfs_node_get_child(root, 6) ? "a child" : NULL);
  TEXT(lcfs_node_lookup_child(root, "m") == file ? "found" : NULL);
  TEXT(lcfs_node_lookup_child(root, "mm") ? "found" : NULL);
  TEXT(lcfs_node_lookup_child(file, "m") ? "found" : NULL);
  TEXT(lcfs_node_get_parent(root) ? "a parent" : NULL);
  TEXT(lcfs_node_get_parent(d) == root ? "the root" : NULL);

  Node *link = add(d, "link", 0), *chain = add(root, "chain", 0);
  lcfs_node_make_hardlink(link, file);
  lcfs_node_make_hardlink(chain, link);
  TEXT(lcfs_node_get_hardlink_target(link) == file ? "file" : NULL);
  TEXT(lcfs_node_get_hardlink_target(file) ? "something" : NULL);
  print_tree(root, 0);

  Node *copy = lcfs_node_clone_deep(root);
  print_tree(copy, 0);
  Node *copied_link = lcfs_node_lookup_child(lcfs_node_lookup_child(copy, "d"), "link");
  TEXT(lcfs_node_get_hardlink_target(copied_link) == lcfs_node_lookup_child(copy, "m") ? "inside"
                                                                                       : "outside");
  lcfs_node_unref(copy);
  Node *half = lcfs_node_clone_deep(d);
  TEXT(lcfs_node_get_hardlink_target(lcfs_node_lookup_child(half, "link")) == file ? "outside"
                                                                                   : "elsewhere");
  lcfs_node_unref(half);
  lcfs_node_set_xattr(d, "user.k", "v", 1);
  Node *shallow = lcfs_node_clone(d);
  print_tree(shallow, 0);
  lcfs_node_unref(shallow);

  /* A child that somebody else holds outlives its parent. */
  lcfs_node_ref(d);
  lcfs_node_unref(root);
  TEXT(lcfs_node_get_parent(d) ? "a parent" : NULL);
  TEXT(lcfs_node_get_name(d));
  lcfs_node_unref(d);
  free(name255);
  free(name256);
}

void trace_nodes(void) {
  properties();
  texts();
  xattrs();
  children();
}
