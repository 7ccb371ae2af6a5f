#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dracut module: puts composefs-setup-root into the initramfs, so that composefs= on the kernel
# command line makes a verified image the root. Works with dracut 059 and later, with and without
# systemd in the initramfs.
# shellcheck disable=SC2154 # dracut sets moddir, initdir and systemdsystemunitdir

helper=/usr/lib/composefs/composefs-setup-root
config=/usr/lib/composefs/setup-root-conf.toml
verifier=/usr/lib/composefs/composefs-verify-signature
keys=/etc/composefs/keys
images=/etc/composefs/images

# Wherever the helper is installed it is meant to be used.
check() {
    require_binaries "$helper" || return 1
}

depends() {
    return 0
}

# Host-only mode leaves out what is not in use now; an update may be what starts to use it.
# erofs needs libcrc32c up to Linux 6.12. SHA-512 images need sha512 where it is a module.
installkernel() {
    hostonly='' instmods erofs overlay loop libcrc32c sha512 sha512_generic
}

install() {
    inst_simple "$helper"
    # The policy is the initramfs's own; it is never read from the disk.
    if [[ -e ${dracutsysrootdir-}$config ]]; then
        inst_simple "$config"
    fi
    # Signed names need a program that is large beside the helper, and useless without a key.
    if compgen -G "${dracutsysrootdir-}$keys/*.pem" > /dev/null; then
        inst_simple "$verifier" || return 1
        local key
        for key in "${dracutsysrootdir-}$keys"/*.pem; do
            inst_simple "${key#"${dracutsysrootdir-}"}"
        done
    fi
    local image
    for image in "${dracutsysrootdir-}$images"/*.cfs; do
        [[ ! -e $image ]] || inst_simple "${image#"${dracutsysrootdir-}"}" "/composefs/${image##*/}"
    done
    # In every initramfs: roots that have no sysroot.mount (network file systems).
    inst_hook pre-pivot 50 "$moddir/composefs-root.sh"
    if dracut_module_included systemd; then
        local unit=composefs-setup-root.service
        inst_simple "$moddir/$unit" "$systemdsystemunitdir/$unit"
        inst_simple "$moddir/volatile-root.conf" \
            "$systemdsystemunitdir/systemd-volatile-root.service.d/50-composefs.conf"
        # By hand: `systemctl add-wants` writes below systemdsystemconfdir, which some dracut
        # builds leave empty.
        local wants=$initdir$systemdsystemunitdir/initrd-root-fs.target.wants
        mkdir -p "$wants"
        ln -sfn "../$unit" "$wants/$unit"
    else
        # Before dracut's own 99-mount-root.sh, see there.
        inst_hook mount 98 "$moddir/composefs-root.sh"
    fi
}
