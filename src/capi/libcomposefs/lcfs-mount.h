/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Mounting a composefs image. Needs CAP_SYS_ADMIN. Both functions give 0, or -1 with errno. */

#ifndef CFSROOT_LCFS_MOUNT_H
#define CFSROOT_LCFS_MOUNT_H

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

/* What errno says when the image's own fs-verity digest is at fault (include <errno.h>). */
#define ENOVERITY ENOTTY     /* a digest is expected, and the image has no fs-verity */
#define EWRONGVERITY EILSEQ  /* the image has another digest */
#define ENOSIGNATURE EBADMSG /* not used any more */

enum lcfs_mount_flags_t {
  LCFS_MOUNT_FLAGS_NONE = 0,
  /* Every file with content outside of the image must have a digest, and an object that matches. */
  LCFS_MOUNT_FLAGS_REQUIRE_VERITY = (1 << 0),
  LCFS_MOUNT_FLAGS_READONLY = (1 << 1),
  LCFS_MOUNT_FLAGS_IDMAP = (1 << 3), /* idmap_fd is set */
  /* Digests are enforced where kernel and object directories have fs-verity. */
  LCFS_MOUNT_FLAGS_TRY_VERITY = (1 << 4),

  LCFS_MOUNT_FLAGS_MASK = (1 << 5) - 1,
};

/* Set everything that is not used to zero, the reserved fields too. */
struct lcfs_mount_options_s {
  const char **objdirs; /* where content is looked for, in this order; at least one */
  size_t n_objdirs;
  const char *workdir; /* for writing: both or neither, on one file system */
  const char *upperdir;
  const char *expected_fsverity_digest; /* of the image, in hex; NULL: not checked */
  uint32_t flags;                       /* enum lcfs_mount_flags_t */
  int idmap_fd;                         /* a user namespace, as /proc/PID/ns/user */
  const char *image_mountdir; /* directory to hold the EROFS mount if the kernel needs one */

  uint32_t reserved[4];
  void *reserved2[4];
};

/* EINVAL: flags, digest or directories are not valid, or not a composefs image. ENOVERITY,
 * EWRONGVERITY: see above. Otherwise what the kernel says. */
LCFS_EXTERN int lcfs_mount_image(const char *path, const char *mountpoint,
                                 struct lcfs_mount_options_s *options);
/* `fd` is open for reading, and stays the caller's. */
LCFS_EXTERN int lcfs_mount_fd(int fd, const char *mountpoint, struct lcfs_mount_options_s *options);

#ifdef __cplusplus
}
#endif

#endif
