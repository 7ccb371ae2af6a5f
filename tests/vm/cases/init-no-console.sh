# SPDX-License-Identifier: LGPL-2.1-or-later
title='composefs-init on a machine without a console: nobody to talk to is no reason not to boot'
own_init=yes
# No driver has that name, so that /dev/console stands for nothing.
machine_words='console=none quiet panic=-1 no_timer_check'

cmdline() { echo "composefs=$digest root=LABEL=sysroot rw init=/var/case/pid1"; }

guest() {
  root_is_composefs
  fails 'No such device' sh -c ': >/dev/console'
  for fd in 0 1 2; do holds descriptor $fd leads nowhere -- [ "$(readlink /proc/1/fd/$fd)" = /dev/null ]; done
  holds the log says so -- sh -c 'dmesg | grep -q "composefs-init: open ./dev/console.: No such device"'
}
