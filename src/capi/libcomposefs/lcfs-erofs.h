/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The 32 bytes in front of an EROFS image that make it a composefs image. Little-endian on disk. */

#ifndef CFSROOT_LCFS_EROFS_H
#define CFSROOT_LCFS_EROFS_H

#include <stdint.h>

#define LCFS_EROFS_VERSION 1 /* of this header */
#define LCFS_EROFS_MAGIC 0xd078629aU

typedef enum {
  LCFS_EROFS_FLAGS_HAS_ACL = (1 << 0), /* some inode has POSIX ACLs: do not mount with noacl */
} lcfs_erofs_flag_t;

struct lcfs_erofs_header_s {
  uint32_t magic;
  uint32_t version;
  uint32_t flags;
  uint32_t composefs_version; /* of the image format: 0 or 1 */

  uint32_t unused[4];
} __attribute__((__packed__));

#endif
