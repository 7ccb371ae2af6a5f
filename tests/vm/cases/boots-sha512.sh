# SPDX-License-Identifier: LGPL-2.1-or-later
title='an image sealed with SHA-512'
builders=yes
cmdline() { echo "composefs=$digest"; }
fault() { reseal_image_sha512; }

guest() {
  holds the digest has 128 digits -- [ "${#digest}" = 128 ]
  root_is_composefs
}
