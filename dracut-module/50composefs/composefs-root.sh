#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by dracut's init; must not exit. As a mount hook it mounts a block root itself, because
# dracut throws out a root that does not look like a system, and ours holds only objects and state
# until the image is in place. As a pre-pivot hook it serves the roots that others mounted.
# shellcheck disable=SC2154,SC3043 # dracut sets root, hookdir and NEWROOT; its shells have local

composefs_root() {
    local helper=/usr/lib/composefs/composefs-setup-root plan
    local refused='composefs: the root file system was refused, see above'
    [ ! -e /run/composefs/booted.json ] || return 0
    # Only the helper splits the command line as the kernel does: no plan means no word of ours.
    plan=$("$helper" --if-named --dry-run) || die "$refused"
    [ -n "$plan" ] || return 0

    if ! ismounted "$NEWROOT"; then
        [ "${root#block:}" != "$root" ] || return 0
        # shellcheck source=/dev/null
        . "$hookdir/mount/99-mount-root.sh"
        ismounted "$NEWROOT" || return 0 # the device is not there yet; dracut asks again
    fi
    "$helper" --sysroot "$NEWROOT" || die "$refused"
}

composefs_root
