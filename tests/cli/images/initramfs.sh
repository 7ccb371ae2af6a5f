# SPDX-License-Identifier: LGPL-2.1-or-later
# images/initramfs keeps an old file until the new one is whole, and leaves nothing else.
images=${test%/tests/cli/*}/images
export CFSROOT_BIN=$scratch/bin
mkdir modules out broken
printf 'kernel/%s.ko\n' erofs overlay loop >modules/modules.builtin
printf '%s\n' '#!/bin/sh' 'echo half' 'exit 1' >broken/cpio && chmod +x broken/cpio
echo old >out/initramfs.cpio
PATH=$PWD/broken:$PATH try "$images/initramfs" modules out/initramfs.cpio
[[ $status != 0 && $(ls -A out) == initramfs.cpio && $(<out/initramfs.cpio) == old ]] || complain "$(ls -A out)"

ok "$images/initramfs" modules out/initramfs.cpio
[[ $(ls -A out) == initramfs.cpio ]] || complain "$(ls -A out)"
ok cfsroot check-initramfs --builtin=modules/modules.builtin \
  --cmdline="composefs=$(printf '%064d' 7)" --kernel=6.12.1 out/initramfs.cpio
grep -q '^ok    overlay: ' "$scratch/out" || complain "$(<"$scratch/out")"
