# SPDX-License-Identifier: LGPL-2.1-or-later
# The plugin only looks at a unified kernel image, and takes no entry for one that names another image.
plugin=${test%/tests/cli/*}/kernel-cmdline/kernel-install/95-composefs.install
mkdir -p boot/EFI/Linux conf
printf -v digest %064d 7
efi=boot/EFI/Linux/token-6.12.efi
export KERNEL_INSTALL_CONF_ROOT=conf KERNEL_INSTALL_BOOT_ROOT=boot KERNEL_INSTALL_ENTRY_TOKEN=token
uki() {
  printf 'MZ\0%s quiet\0' "$1" >$efi
  KERNEL_INSTALL_LAYOUT=uki "$plugin" add 6.12 boot vmlinuz
}

echo "$digest" >conf/composefs
for word in "composefs=$digest" "composefs.digest=v1-sha256-12:$digest" "composefs=\"$digest\"" "\"composefs=$digest\""; do
  ok uki "$word"
done
for word in quiet "composefs=${digest}1" "xcomposefs=$digest" "composefs.x=$digest"; do
  fails "95-composefs.install: $efi does not name $digest; put composefs=$digest into conf/cmdline" uki "$word"
done

# What is no digest, however it came there, names nothing.
no_digest() {
  try uki "composefs=$digest"
  [[ $status == 1 ]] || complain "status $status"
  grep -qx '95-composefs.install: the first line of conf/composefs is no digest (64 or 128 hex digits)' \
    "$scratch/err" || complain "$(<"$scratch/err")"
}
for text in '' none $'\n'"$digest" "${digest%?}" "$digest $digest"; do
  printf '%s' "$text" >conf/composefs
  no_digest
done
rm conf/composefs && mkdir conf/composefs
no_digest
