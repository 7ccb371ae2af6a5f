# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir tree esp
echo hello >tree/file
echo kernel >kernel
echo initrd >initrd
digest=$(mkcomposefs --print-digest tree image)
name=cfsroot-${digest:0:16}
new() { cfsroot entry --kernel kernel --initrd initrd "$@"; }

prints "loader/entries/$name.conf" new --image image --cmdline 'a="b  c" composefs=1 -- d' esp
entry=$(<"esp/loader/entries/$name.conf")
[[ $entry == *$'\n'"options a=\"b  c\" composefs=$digest -- d" ]] || complain "$entry"
same kernel "esp$(sed -n 's/^linux //p' <<<"$entry")"
same initrd "esp$(sed -n 's/^initrd //p' <<<"$entry")"

# With tries a refusal restarts the machine; what the caller says about that stays.
prints "loader/entries/$name+3.conf" new --digest "$digest" --tries 3 --cmdline rd.shell=1 --typed esp
absent "esp/loader/entries/$name.conf"
grep -qx "options rd.shell=1 composefs.digest=v1-sha256-12:$digest rd.emergency=reboot panic=10" \
  "esp/loader/entries/$name+3.conf"

exits 2 "cfsroot entry: --image or --digest is required; cfsroot entry --help says more" new esp
exits 2 "cfsroot entry: --digest: \`12\` is neither 64 nor 128 hex digits; cfsroot entry --help says more" \
  new --digest 12 esp
fails "cfsroot entry: kernel: is not a composefs image" new --image kernel esp
exits 2 "cfsroot entry: --name: \`../a\` is no name for an entry; letters, digits, \`.\`, \`_\` and \`-\` are; cfsroot entry --help says more" \
  new --image image --name ../a esp
exits 2 "cfsroot entry: --machine-id: \`x\` is not 32 hex digits; cfsroot entry --help says more" \
  new --image image --machine-id x esp
exits 2 "cfsroot entry: --title: blanks around \`\\x20a\` get lost; cfsroot entry --help says more" \
  new --image image --title ' a' esp
exits 4 "cfsroot entry: open \`none\`: No such file or directory" new --image image none

# Too small for the kernel: said before anything is written, and the old entry stays.
truncate -s 3M kernel
# shellcheck disable=SC2016 # for the inner shell
try unshare --mount "${map_root[@]}" bash -c 'mkdir small && mount -t tmpfs -o size=1m small small &&
  cp -r esp/* small/ && ! cfsroot entry --kernel kernel --image image --name new small &&
  diff -r esp small >&2'
[[ $status == 0 ]] || complain "$(<"$scratch/err")"
grep -q '^cfsroot entry: small: [0-9]* KiB are needed, ' "$scratch/err"
grep -q 'KiB are free; remove an entry that is not used any more' "$scratch/err"
