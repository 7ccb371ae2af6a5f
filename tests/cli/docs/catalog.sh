# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd's own reader knows the helper's message.
project=${test%/tests/cli/*}
id=$(sed -n 's/.*MESSAGE_ID=\([0-9a-f]*\).*/\1/p' "$project/src/boot/report.cc")
[[ ${#id} == 32 ]] || complain "no MESSAGE_ID in report.cc"
mkdir -p root/usr/lib/systemd/catalog root/var/lib/systemd/catalog
cp "$project/dracut-module/composefs.catalog" root/usr/lib/systemd/catalog/
ok journalctl --root="$PWD/root" --update-catalog
ok journalctl --root="$PWD/root" --dump-catalog "$id"
grep -q 'refused (@COMPOSEFS_REASON@)' "$scratch/out" || complain "$(<"$scratch/out")"
