# SPDX-License-Identifier: LGPL-2.1-or-later
# With the ukify of Debian 13; what it wrote is read by itself and by sbverify.
efi=$("${test%/tests/cli/*}/images/efi")
PATH=$PATH:$efi/bin
mkdir tree
echo hello >tree/file
echo initrd >initrd
echo 'PRETTY_NAME="An OS"' >os-release
digest=$(mkcomposefs --print-digest tree image)
# Any EFI program will do for a kernel.
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel
new() { cfsroot uki --kernel kernel --initrd initrd --image image "$@" -- "${more[@]}"; }
more=(--uname=6.12)

prints "" new --os-release os-release --cmdline 'a="b  c" composefs=1 -- d' -o uki.efi
ukify inspect uki.efi --json=short --section=.cmdline:text >inspected
grep -qF "a=\\\"b  c\\\" composefs=$digest -- d" inspected || complain "$(<inspected)"
grep -aqF 'PRETTY_NAME="An OS"' uki.efi

"${test%/tests/cli/*}/images/keys" keys
more+=(--secureboot-private-key=keys/db.key --secureboot-certificate=keys/db.crt)
prints "" new -o uki.efi
sbverify --cert keys/db.crt uki.efi >/dev/null

# The old one stays unless all went well.
cp uki.efi old.efi
more=(--uname=6.12 --cmdline=quiet)
exits 3 "cfsroot uki: what ukify made: its command line would be refused: no composefs= and no \
composefs.digest= on the command line" new -o uki.efi
more=(--paint)
fails "cfsroot uki: ukify failed, exit status 2: ukify: error: unrecognized arguments: --paint" new -o uki.efi
fails "cfsroot uki: /bin/false failed, exit status 1" new --ukify /bin/false -o uki.efi
fails "cfsroot uki: /bin/true wrote nothing, though its exit status was 0" \
  new --ukify /bin/true -o uki.efi
# shellcheck disable=SC2016 # for the inner shell
printf '#!/bin/sh\nkill -9 $$\n' >killed && chmod +x killed
fails "cfsroot uki: ./killed failed, killed by signal 9 (Killed)" new --ukify ./killed -o uki.efi
exits 5 "cfsroot uki: no program \`./none\`: install systemd-ukify, or say with --ukify where it is" \
  new --ukify ./none -o uki.efi
exits 4 "cfsroot uki: open \`none\`: No such file or directory" new --initrd none -o uki.efi
same uki.efi old.efi
left=$(find . -name ".cfsroot-tmp*")
[[ ! $left ]] || complain "$left"
