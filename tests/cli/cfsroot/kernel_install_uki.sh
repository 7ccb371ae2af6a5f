# SPDX-License-Identifier: LGPL-2.1-or-later
# The plugin only looks at a unified kernel image, and takes no entry for one that boots another image.
plugin=${test%/tests/cli/*}/kernel-cmdline/kernel-install/95-composefs.install
efi=$("${test%/tests/cli/*}/images/efi")
mkdir -p boot/EFI/Linux conf
printf -v digest %064d 7
uki=boot/EFI/Linux/token-6.12.efi
export KERNEL_INSTALL_CONF_ROOT=conf KERNEL_INSTALL_BOOT_ROOT=boot KERNEL_INSTALL_ENTRY_TOKEN=token KERNEL_INSTALL_LAYOUT=uki
add() {
  "$efi/bin/ukify" build --linux="$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" --uname=1 --cmdline="$1" \
    --output=$uki >made 2>&1 || complain "$(<made)"
  try "$plugin" add 6.12 boot vmlinuz
}

echo "$digest" >conf/composefs
for word in "composefs=$digest" "composefs.digest=v1-sha256-12:$digest" "\"composefs=$digest\""; do
  add "quiet $word"
  [[ $status == 0 && ! -s $scratch/err ]] || complain "$word: $(<"$scratch/err")"
done
for word in quiet "composefs=${digest/7/8}" "composefs.x=$digest" "composefs=$digest composefs=${digest/7/8}"; do
  add "$word"
  [[ $status == 1 ]] || complain "$word: status $status"
  grep -qx "95-composefs.install: $uki does not boot $digest; put composefs=$digest into conf/cmdline" \
    "$scratch/err" || complain "$(<"$scratch/err")"
done
# A word that is elsewhere in the file is none.
printf '\0composefs=%s\0' "$digest" >>$uki
try "$plugin" add 6.12 boot vmlinuz
[[ $status == 1 ]] || complain "status $status"

# What is no digest, however it came there, names nothing.
no_digest() {
  try "$plugin" add 6.12 boot vmlinuz
  [[ $status == 1 ]] && grep -qx '95-composefs.install: the first line of conf/composefs is no digest (64 or 128 hex digits)' "$scratch/err"
}
for text in '' none $'\n'"$digest" "${digest%?}" "$digest $digest"; do printf '%s' "$text" >conf/composefs && no_digest; done
rm conf/composefs && mkdir conf/composefs && no_digest
