# SPDX-License-Identifier: LGPL-2.1-or-later
title='quotes, look-alikes, upper case, repetition, words for init: only the kernel'"'"'s own reading counts'
rows='T02 T04 T06'
builders=yes

cmdline() {
  printf 'foo="bar composefs=%064d" xcomposefs=%064d "composefs=%s" composefs=%s -- composefs=%064d' \
    0 0 "${digest^^}" "$digest" 0
}

guest() { root_is_composefs; }
