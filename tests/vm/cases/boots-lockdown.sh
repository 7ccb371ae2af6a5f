# SPDX-License-Identifier: LGPL-2.1-or-later
title='the kernel is locked down as far as it goes'
rows='T40'
builders=yes
cmdline() { echo "composefs=$digest lockdown=confidentiality"; }

guest() {
  mount -t securityfs none /sys/kernel/security
  holds it is locked down -- grep -q '\[confidentiality\]' /sys/kernel/security/lockdown
  root_is_composefs
  same_as_source
}
