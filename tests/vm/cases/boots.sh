# SPDX-License-Identifier: LGPL-2.1-or-later
title='root is the image: verified, read-only, every file as in the source'

guest() {
  root_is_composefs
  same_as_source
}
