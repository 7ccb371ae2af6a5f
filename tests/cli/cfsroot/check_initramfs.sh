# SPDX-License-Identifier: LGPL-2.1-or-later
# Archives of the cpio program, under each compression, in rows as builders and boot loaders make them.
home=main/usr/lib/composefs
mkdir -p early/kernel $home
echo microcode >early/kernel/amd.bin
for name in composefs-init erofs.ko overlay.ko loop.ko; do echo ELF >$home/$name; done
chmod +x $home/composefs-init
ln -s usr/lib/composefs/composefs-init main/init
printf '/usr/lib/composefs/%s\n' erofs.ko overlay.ko loop.ko >$home/modules
pack() { (cd "$1" && find . -print0 | cpio --quiet -0 -o -H newc >"../$1.cpio"); }
check() { cfsroot check-initramfs "$@"; }
pack early && pack main
good='ok    wiring: composefs-init
ok    configuration: none, the defaults hold
ok    erofs: module erofs
ok    overlay: module overlay
ok    loop: module loop
note  sha512: no module sha512; whether it is built in is not known, name the kernel'\''s modules.builtin with --builtin; without it images with SHA-512 digests cannot be booted'

for program in cat 'gzip -n' bzip2 'xz --check=crc32' 'xz --format=lzma' 'zstd -q' 'lz4 -l'; do
  $program <main.cpio >main.z
  cat early.cpio main.z >initrd
  prints "$good" check initrd
  # Two of them, filled up to four bytes, zeros behind. (For the kernel nothing else may be behind lz4.)
  [[ $program == lz4* ]] || { $program <early.cpio >early.z && truncate -s %4 early.z; }
  { cat early.z main.z && head -c 512 /dev/zero; } >initrd
  prints "$good" check initrd
  head -c -9 main.z >cut.z
  try check cut.z
  [[ $status == 1 || $program == cat ]] || complain "$program: status $status"
done
zstd -q <early.cpio | cat - main.cpio >initrd
prints "$good" check initrd
rm $home/{loop,overlay}.ko && pack main
try check --json main.cpio
[[ $status == 3 ]] || complain "status $status"
grep -q '"verdict": "bad"' "$scratch/out"
grep -qx 'cfsroot check-initramfs: main.cpio: would not boot a composefs image: 2 things are wrong' "$scratch/err"
