# SPDX-License-Identifier: LGPL-2.1-or-later
# Tries are in the name of the file, where systemd-boot counts them.
efi=$("${test%/tests/cli/*}/images/efi")
PATH=$PATH:$efi/bin
echo initrd >initrd
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel
digest=$(printf '%064d' 7)
new() { cfsroot uki --kernel kernel --digest "$digest" "$@" -- --uname=6.12; }
cmdline() { ukify inspect "$1" --json=short --section=.cmdline:text; }

mkdir Linux
prints "" new --cmdline quiet -o Linux/next.efi
prints Linux/other+2.efi new --cmdline panic=3 --tries 2 -o Linux/other.efi
[[ $(echo Linux/*) == "Linux/next.efi Linux/other+2.efi" ]] || complain "$(echo Linux/*)"
ok cmdline Linux/other+2.efi
grep -qF "panic=3 composefs=$digest rd.emergency=reboot rd.shell=0\"" "$scratch/out" ||
  complain "$(<"$scratch/out")"

# One entry, whatever it has counted.
mv Linux/next.efi Linux/next+0-3.efi
prints Linux/next+3.efi new --tries 3 -o Linux/next.efi
[[ $(echo Linux/*) == "Linux/next+3.efi Linux/other+2.efi" ]] || complain "$(echo Linux/*)"
prints "" new -o Linux/next.efi
prints "" new -o Linux/image
[[ $(echo Linux/*) == "Linux/image Linux/next.efi Linux/other+2.efi" ]] || complain "$(echo Linux/*)"
rm Linux/image && mkdir Linux/next+1.efi
try new -o Linux/next.efi
grep -q '^cfsroot uki: warning: .*remove .Linux/next+1.efi.: Is a directory$' "$scratch/err"
rmdir Linux/next+1.efi && cd Linux || exit
prints next+4.efi cfsroot uki --kernel ../kernel --digest "$digest" --tries 4 -o next.efi -- --uname=6.12
[[ $(echo *) == "next+4.efi other+2.efi" ]] || complain "$(echo *)"
for count in 0 1001 x; do
  exits 2 "cfsroot uki: --tries: must be a number from 1 to 1000, not \`$count\`; cfsroot uki --help says more" \
    new --tries "$count" -o next.efi
done
for name in next next.conf next+3.efi next+2-1.efi; do
  exits 2 "cfsroot uki: --output: with --tries a name that ends with .efi and has no count, not \`$name\`; cfsroot uki --help says more" \
    cfsroot uki --kernel ../kernel --digest "$digest" --tries 1 -o "$name" -- --uname=6.12
done
[[ $(echo *) == "next+4.efi other+2.efi" ]] || complain "$(echo *)"
