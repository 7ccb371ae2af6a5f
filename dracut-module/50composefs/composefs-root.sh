#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by dracut's init; must not exit. As a mount hook it mounts a block root itself, because
# dracut throws out a root that does not look like a system, and ours holds only objects and state
# until the image is in place. As a pre-pivot hook it serves the roots that others mounted.
# shellcheck disable=SC2154 # dracut sets root, hookdir and NEWROOT

composefs_root() {
    getarg composefs > /dev/null || getarg composefs.digest > /dev/null \
        || getarg composefs.signed > /dev/null || return 0
    [ ! -e /run/composefs/booted.json ] || return 0

    if ! ismounted "$NEWROOT"; then
        [ "${root#block:}" != "$root" ] || return 0
        # shellcheck source=/dev/null
        . "$hookdir/mount/99-mount-root.sh"
        ismounted "$NEWROOT" || return 0 # the device is not there yet; dracut asks again
    fi
    /usr/lib/composefs/composefs-setup-root --sysroot "$NEWROOT" \
        || die "composefs: the root file system was refused, see above"
}

composefs_root
