# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs=?HEX, allowed by the configuration, on kernel 6.1: works, with a loud warning'
rows='T36'
kernel=6.1 plan=linux-6.1-lax modules='libcrc32c erofs overlay loop'
config='verity.policy = "lax-allowed"'
says='composefs: WARNING: this kernel has no data-only layers'

cmdline() { echo "composefs=?$digest"; }

guest() {
  plan_is_golden
  # Overlayfs shows attributes of its own namespace only from 6.7 on.
  sed -i '/^# file: .* trusted\.overlay\./d' /expected
  same_as_source
  line=$(grep ' /sysroot overlay ' /proc/mounts)
  holds root is an overlay from "$digest" -- [ "${line%% *}" = "composefs:$digest" ]
  holds the image was measured by the kernel -- grep -q '"image": "store"' /run/composefs/booted.json
  holds booted.json says what is not verified -- grep -q '"verity": "off"' /run/composefs/booted.json
  fails 'Read-only file system' touch /sysroot/new
  fails 'cannot enforce verity' composefs-setup-root --dry-run --cmdline "composefs=$digest"
}
