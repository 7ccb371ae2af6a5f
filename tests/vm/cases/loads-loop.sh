# SPDX-License-Identifier: LGPL-2.1-or-later
title='an image in an initramfs on tmpfs, which has the module loop but no device yet: the kernel loads it'
rows='T42'

fault() { remove "$(image_object)"; }
more_files() {
  embed_image "$1"
  mkdir "$1/sbin"
  # shellcheck disable=SC2016 # the guest expands
  printf '#!/bin/sh\ncase $* in *char-major-10-237*) exec /bin/insmod /modules/loop.ko ;; esac\nexit 1\n' >"$1/sbin/modprobe"
  chmod 755 "$1/sbin/modprobe"
}
before() { rm -f /dev/loop-control; }

guest() {
  root_is_composefs
  holds it was loaded -- grep -q '^loop ' /proc/modules
  holds a loop device -- [ "$(loops)" = "/composefs/$digest.cfs" ]
}
