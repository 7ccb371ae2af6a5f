/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sizes, offsets and constants of the headers that this is compiled against. */

#include <errno.h>
#include <libcomposefs/lcfs-erofs.h>
#include <libcomposefs/lcfs-mount.h>
#include <libcomposefs/lcfs-writer.h>
#include <stddef.h>

#define SIZE(type) printf("%s %zu\n", #type, sizeof(type))
#define FIELD(type, field) \
  printf("%s.%s %zu %zu\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field))
#define VALUE(name) printf("%s %lld\n", #name, (long long)(name))

int main(void) {
  SIZE(struct lcfs_write_options_s);
  FIELD(struct lcfs_write_options_s, format);
  FIELD(struct lcfs_write_options_s, version);
  FIELD(struct lcfs_write_options_s, flags);
  FIELD(struct lcfs_write_options_s, digest_out);
  FIELD(struct lcfs_write_options_s, file);
  FIELD(struct lcfs_write_options_s, file_write_cb);
  FIELD(struct lcfs_write_options_s, max_version);
  FIELD(struct lcfs_write_options_s, reserved);
  FIELD(struct lcfs_write_options_s, reserved2);
  SIZE(struct lcfs_read_options_s);
  FIELD(struct lcfs_read_options_s, toplevel_entries);
  FIELD(struct lcfs_read_options_s, reserved);
  FIELD(struct lcfs_read_options_s, reserved2);
  SIZE(struct lcfs_mount_options_s);
  FIELD(struct lcfs_mount_options_s, objdirs);
  FIELD(struct lcfs_mount_options_s, n_objdirs);
  FIELD(struct lcfs_mount_options_s, workdir);
  FIELD(struct lcfs_mount_options_s, upperdir);
  FIELD(struct lcfs_mount_options_s, expected_fsverity_digest);
  FIELD(struct lcfs_mount_options_s, flags);
  FIELD(struct lcfs_mount_options_s, idmap_fd);
  FIELD(struct lcfs_mount_options_s, image_mountdir);
  FIELD(struct lcfs_mount_options_s, reserved);
  FIELD(struct lcfs_mount_options_s, reserved2);
  SIZE(struct lcfs_erofs_header_s);
  FIELD(struct lcfs_erofs_header_s, magic);
  FIELD(struct lcfs_erofs_header_s, version);
  FIELD(struct lcfs_erofs_header_s, flags);
  FIELD(struct lcfs_erofs_header_s, composefs_version);
  FIELD(struct lcfs_erofs_header_s, unused);
  SIZE(lcfs_erofs_flag_t);
  SIZE(enum lcfs_mount_flags_t);
  SIZE(enum lcfs_format_t);
  SIZE(enum lcfs_flags_t);
  SIZE(lcfs_read_cb);
  SIZE(lcfs_write_cb);
  VALUE(LCFS_DIGEST_SIZE);
  VALUE(LCFS_BUILD_SKIP_XATTRS);
  VALUE(LCFS_BUILD_USE_EPOCH);
  VALUE(LCFS_BUILD_SKIP_DEVICES);
  VALUE(LCFS_BUILD_COMPUTE_DIGEST);
  VALUE(LCFS_BUILD_NO_INLINE);
  VALUE(LCFS_BUILD_USER_XATTRS);
  VALUE(LCFS_BUILD_BY_DIGEST);
  VALUE(LCFS_FORMAT_EROFS);
  VALUE(LCFS_FLAGS_NONE);
  VALUE(LCFS_FLAGS_MASK);
  VALUE(LCFS_VERSION_MAX);
  VALUE(LCFS_DEFAULT_VERSION_MIN);
  VALUE(LCFS_DEFAULT_VERSION_MAX);
  VALUE(LCFS_INODE_XATTRMETA_SIZE);
  VALUE(LCFS_INODE_EXTERNAL_XATTR_MAX);
  VALUE(LCFS_INLINE_CONTENT_MAX);
  VALUE(LCFS_RECOMMENDED_INLINE_CONTENT_MAX);
  VALUE(LCFS_EROFS_VERSION);
  VALUE(LCFS_EROFS_MAGIC);
  VALUE(LCFS_EROFS_FLAGS_HAS_ACL);
  VALUE(LCFS_MOUNT_FLAGS_NONE);
  VALUE(LCFS_MOUNT_FLAGS_REQUIRE_VERITY);
  VALUE(LCFS_MOUNT_FLAGS_READONLY);
  VALUE(LCFS_MOUNT_FLAGS_IDMAP);
  VALUE(LCFS_MOUNT_FLAGS_TRY_VERITY);
  VALUE(LCFS_MOUNT_FLAGS_MASK);
  VALUE(ENOVERITY);
  VALUE(EWRONGVERITY);
  VALUE(ENOSIGNATURE);
  return 0;
}
