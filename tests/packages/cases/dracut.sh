# SPDX-License-Identifier: LGPL-2.1-or-later
# The same as initramfs-tools, with dracut.
# shellcheck source=tests/packages/cases/initramfs-tools.sh
. "$here/cases/initramfs-tools.sh"
packages=(linux-image-cloud-amd64 dracut zstd)
