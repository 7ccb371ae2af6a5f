/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* File trees as nodes, and composefs images made of them.
 *
 * Functions that return int give 0, or -1 with errno; those that return a pointer give NULL with
 * errno, unless it says otherwise here. ENOMEM is reported like every other error. Nodes are not
 * locked: one thread at a time may use a tree. Texts are NUL-terminated bytes; those that are
 * returned belong to the node and live until it is changed or gone. */

#ifndef CFSROOT_LCFS_WRITER_H
#define CFSROOT_LCFS_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#ifndef LCFS_EXTERN
#define LCFS_EXTERN extern
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define LCFS_DIGEST_SIZE 32 /* fs-verity, SHA-256, 4096-byte blocks, no salt */

/* How files are read (`buildflags`). Unknown bits, and SKIP_XATTRS with USER_XATTRS, are EINVAL. */
enum {
  LCFS_BUILD_SKIP_XATTRS = (1 << 0),
  LCFS_BUILD_USE_EPOCH = (1 << 1),      /* all times 0 */
  LCFS_BUILD_SKIP_DEVICES = (1 << 2),   /* no block and character devices */
  LCFS_BUILD_COMPUTE_DIGEST = (1 << 3), /* regular files get their digest */
  LCFS_BUILD_NO_INLINE = (1 << 4),      /* small files do not become content of the image */
  LCFS_BUILD_USER_XATTRS = (1 << 5),    /* only user.* attributes */
  LCFS_BUILD_BY_DIGEST = (1 << 6),      /* the payload is made of the digest: xx/rest */
};

enum lcfs_format_t {
  LCFS_FORMAT_EROFS,
};

enum lcfs_flags_t {
  LCFS_FLAGS_NONE = 0,
  LCFS_FLAGS_MASK = 0,
};

/* Format versions. 1 can hold whiteouts that later kernels (6.8) keep opaque. */
#define LCFS_VERSION_MAX 1
#define LCFS_DEFAULT_VERSION_MIN 0
#define LCFS_DEFAULT_VERSION_MAX 1

/* What one attribute costs beside its key and value, and what all of a node may take. */
#define LCFS_INODE_XATTRMETA_SIZE 4
#define LCFS_INODE_EXTERNAL_XATTR_MAX (UINT16_MAX / 2)

/* Content inside the image: the limit, and what is sensible (an object's name is as long). */
#define LCFS_INLINE_CONTENT_MAX 5000
#define LCFS_RECOMMENDED_INLINE_CONTENT_MAX 64

/* Reads up to `count` bytes; 0 at the end, negative on failure. */
typedef ssize_t (*lcfs_read_cb)(void *file, void *buf, size_t count);
/* Writes up to `count` bytes and says how many; 0 or less is a failure (errno, or EIO). */
typedef ssize_t (*lcfs_write_cb)(void *file, void *buf, size_t count);

/* Set everything that is not used to zero, the reserved fields too. */
struct lcfs_write_options_s {
  uint32_t format;             /* LCFS_FORMAT_EROFS */
  uint32_t version;            /* lowest format version; receives the one that was used */
  uint32_t flags;              /* 0 */
  uint8_t *digest_out;         /* receives the image's fs-verity digest, or NULL */
  void *file;                  /* for the callback */
  lcfs_write_cb file_write_cb; /* receives the image front to back, or NULL */
  uint32_t max_version;        /* highest format version */
  uint32_t reserved[3];
  void *reserved2[4];
};

struct lcfs_read_options_s {
  /* Names ending with NULL: only these of the root's children are loaded. NULL: all. */
  const char *const *toplevel_entries;
  uint32_t reserved[3];
  void *reserved2[4];
};

/* Lifetime. A new node has one reference, no name, mode 0 and link count 1. A parent owns its
 * children: the tree goes with the last reference to its root. */
LCFS_EXTERN struct lcfs_node_s *lcfs_node_new(void);
LCFS_EXTERN struct lcfs_node_s *lcfs_node_ref(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_unref(struct lcfs_node_s *node);
/* The data alone: no name, parent or children. */
LCFS_EXTERN struct lcfs_node_s *lcfs_node_clone(struct lcfs_node_s *node);
/* Everything below too; hard links inside the tree lead into the copy. */
LCFS_EXTERN struct lcfs_node_s *lcfs_node_clone_deep(struct lcfs_node_s *node);

/* One file, of any type, as `fname` below `dirfd` names it (no symlink is followed); no children.
 */
LCFS_EXTERN struct lcfs_node_s *lcfs_load_node_from_file(int dirfd, const char *fname,
                                                         int buildflags);
/* The tree of an image. EINVAL: not an image, or a damaged one. */
LCFS_EXTERN struct lcfs_node_s *lcfs_load_node_from_image(const uint8_t *image_data,
                                                          size_t image_data_size);
LCFS_EXTERN struct lcfs_node_s *lcfs_load_node_from_image_ext(
    const uint8_t *image_data, size_t image_data_size, const struct lcfs_read_options_s *opts);
LCFS_EXTERN struct lcfs_node_s *lcfs_load_node_from_fd(int fd);
LCFS_EXTERN struct lcfs_node_s *lcfs_load_node_from_fd_ext(int fd,
                                                           const struct lcfs_read_options_s *opts);
/* The format version of an image file, or -1; EINVAL for one that no int holds. */
LCFS_EXTERN int lcfs_version_from_fd(int fd);

/* Extended attributes. Values are `value_len` bytes, any bytes. ERANGE: the key is empty or longer
 * than 255 bytes, or all attributes together are too long; EINVAL: a value over 65535 bytes;
 * ENODATA: there is none to unset. A getter's NULL sets no errno; its text is valid until this
 * attribute is set again or unset. */
LCFS_EXTERN const char *lcfs_node_get_xattr(struct lcfs_node_s *node, const char *name,
                                            size_t *length);
LCFS_EXTERN int lcfs_node_set_xattr(struct lcfs_node_s *node, const char *name, const char *value,
                                    size_t value_len);
LCFS_EXTERN int lcfs_node_unset_xattr(struct lcfs_node_s *node, const char *name);
LCFS_EXTERN size_t lcfs_node_get_n_xattr(struct lcfs_node_s *node);
LCFS_EXTERN const char *lcfs_node_get_xattr_name(struct lcfs_node_s *node, size_t index);

/* Regular files: the path of the content below an object directory. NULL: none. Up to 4095 bytes,
 * else ENAMETOOLONG. */
LCFS_EXTERN int lcfs_node_set_payload(struct lcfs_node_s *node, const char *payload);
/* Symlinks: the target, 1 to 4095 bytes; sets the size too, as lcfs_node_set_size() does. */
LCFS_EXTERN int lcfs_node_set_symlink_payload(struct lcfs_node_s *node, const char *payload);
LCFS_EXTERN const char *lcfs_node_get_payload(struct lcfs_node_s *node);

/* Content in the image itself, at most LCFS_INLINE_CONTENT_MAX bytes (else EINVAL); sets the size.
 */
LCFS_EXTERN int lcfs_node_set_content(struct lcfs_node_s *node, const uint8_t *data,
                                      size_t data_size);
LCFS_EXTERN const uint8_t *lcfs_node_get_content(struct lcfs_node_s *node);

/* The tree. Children are sorted by name, as bytes. */
LCFS_EXTERN struct lcfs_node_s *lcfs_node_lookup_child(struct lcfs_node_s *node, const char *name);
LCFS_EXTERN struct lcfs_node_s *lcfs_node_get_parent(struct lcfs_node_s *node);
/* On success the caller's reference to `child` is the parent's. ENOTDIR, EINVAL (no name),
 * ENAMETOOLONG (over 255 bytes), EMLINK (the child has a parent), ELOOP (it has the parent below
 * it), EEXIST. */
LCFS_EXTERN int lcfs_node_add_child(struct lcfs_node_s *parent, struct lcfs_node_s *child,
                                    const char *name);
LCFS_EXTERN const char *lcfs_node_get_name(struct lcfs_node_s *node);
LCFS_EXTERN size_t lcfs_node_get_n_children(struct lcfs_node_s *node);
LCFS_EXTERN struct lcfs_node_s *lcfs_node_get_child(struct lcfs_node_s *node, size_t i);
/* Makes `node` another name of `target`, whose link count grows by one. */
LCFS_EXTERN void lcfs_node_make_hardlink(struct lcfs_node_s *node, struct lcfs_node_s *target);
LCFS_EXTERN struct lcfs_node_s *lcfs_node_get_hardlink_target(struct lcfs_node_s *node);

/* Inode data. */
LCFS_EXTERN bool lcfs_node_dirp(struct lcfs_node_s *node);
LCFS_EXTERN uint32_t lcfs_node_get_mode(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_mode(struct lcfs_node_s *node, uint32_t mode);
/* EINVAL unless `mode` has one of the seven file types. */
LCFS_EXTERN int lcfs_node_try_set_mode(struct lcfs_node_s *node, uint32_t mode);
LCFS_EXTERN uint32_t lcfs_node_get_uid(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_uid(struct lcfs_node_s *node, uint32_t uid);
LCFS_EXTERN uint32_t lcfs_node_get_gid(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_gid(struct lcfs_node_s *node, uint32_t gid);
/* Device numbers are kept in 32 bits, as Linux encodes them. */
LCFS_EXTERN uint32_t lcfs_node_get_rdev(struct lcfs_node_s *node) __attribute__((deprecated));
LCFS_EXTERN uint64_t lcfs_node_get_rdev64(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_rdev(struct lcfs_node_s *node, uint32_t rdev)
    __attribute__((deprecated));
LCFS_EXTERN void lcfs_node_set_rdev64(struct lcfs_node_s *node, uint64_t rdev);
LCFS_EXTERN uint32_t lcfs_node_get_nlink(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_nlink(struct lcfs_node_s *node, uint32_t nlink);
/* Another size than before drops the content. */
LCFS_EXTERN uint64_t lcfs_node_get_size(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_size(struct lcfs_node_s *node, uint64_t size);
LCFS_EXTERN void lcfs_node_set_mtime(struct lcfs_node_s *node, struct timespec *time);
LCFS_EXTERN void lcfs_node_get_mtime(struct lcfs_node_s *node, struct timespec *time);

/* The digest of the content; NULL when it is not known. */
LCFS_EXTERN const uint8_t *lcfs_node_get_fsverity_digest(struct lcfs_node_s *node);
LCFS_EXTERN void lcfs_node_set_fsverity_digest(struct lcfs_node_s *node,
                                               uint8_t digest[LCFS_DIGEST_SIZE]);
LCFS_EXTERN int lcfs_node_set_fsverity_from_content(struct lcfs_node_s *node, void *file,
                                                    lcfs_read_cb read_cb);
LCFS_EXTERN int lcfs_node_set_fsverity_from_fd(struct lcfs_node_s *node, int fd);

/* A directory and all below it; mount points are crossed. On failure *failed_path_out, unless the
 * pointer is NULL, is the path at fault (free it), or NULL. */
LCFS_EXTERN struct lcfs_node_s *lcfs_build(int dirfd, const char *fname, int buildflags,
                                           char **failed_path_out);

/* Writes the image of a tree, which is not changed. EINVAL: options, a node without a valid type, a
 * hard link that leads out of the tree or to a directory; ENOTDIR: the root; ELOOP: a cycle of hard
 * links; EFBIG. */
LCFS_EXTERN int lcfs_write_to(struct lcfs_node_s *root, struct lcfs_write_options_s *options);

/* fs-verity digests, computed: of what the callback gives, of a file from its position on, of
 * bytes. */
LCFS_EXTERN int lcfs_compute_fsverity_from_content(uint8_t *digest, void *file,
                                                   lcfs_read_cb read_cb);
LCFS_EXTERN int lcfs_compute_fsverity_from_fd(uint8_t *digest, int fd);
LCFS_EXTERN int lcfs_compute_fsverity_from_data(uint8_t *digest, uint8_t *data, size_t data_len);
/* The next three give 0 or a negative errno. The kernel's digest of a file (-ENOTTY: it has none);
 * the same, or else computed from the whole file; switch fs-verity on. */
LCFS_EXTERN int lcfs_fd_measure_fsverity(uint8_t *digest, int fd);
LCFS_EXTERN int lcfs_fd_get_fsverity(uint8_t *digest, int fd);

/* Reads a file's content into the node as `buildflags` say. The node's size is the caller's: up to
 * 64 bytes, which the file must have (else ENODATA), become content of the image, of others digest
 * and payload are set, which are those of the whole file whatever its size. */
LCFS_EXTERN int lcfs_node_set_from_content(struct lcfs_node_s *node, int dirfd, const char *fname,
                                           int buildflags);
LCFS_EXTERN int lcfs_fd_enable_fsverity(int fd);

#ifdef __cplusplus
}
#endif

#endif
