# SPDX-License-Identifier: LGPL-2.1-or-later
title='root is the image: verified, read-only, every file as in the source'
plan=linux-6.12

guest() {
  plan_is_golden
  root_is_composefs
  same_as_source
}
