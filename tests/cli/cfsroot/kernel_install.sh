# SPDX-License-Identifier: LGPL-2.1-or-later
# The plugin under Debian's kernel-install, with the plugin before it that writes the entry.
plugin=${test%/tests/cli/*}/kernel-cmdline/kernel-install/95-composefs.install
mkdir -p boot/token boot/loader/entries boot/EFI/Linux conf
echo type1 >boot/loader/entries.srel
echo token >conf/entry-token
echo 'quiet x="a  b" composefs=1' >conf/cmdline
printf -v digest %064d 7
echo kernel >vmlinuz
export KERNEL_INSTALL_CONF_ROOT=$PWD/conf BOOT_ROOT=$PWD/boot BOOT_MNT=$PWD/boot
export KERNEL_INSTALL_PLUGINS="/usr/lib/kernel/install.d/90-loaderentry.install $plugin"
entry=boot/loader/entries/token-6.12.conf
options() { sed -n 's/^options *//p' "$1"; }

# Another machine than one of images: nothing changes.
ok kernel-install add 6.12 vmlinuz
[[ $(options "$entry") == *' composefs=1' ]] || complain "$(<"$entry")"

echo "$digest" >conf/composefs
ok kernel-install add 6.12 vmlinuz
[[ $(options "$entry") == "quiet x=\"a b\" composefs=$digest" ]] || complain "$(<"$entry")"
grep -q "^linux .*/token/6.12/linux" "$entry" || complain "$(<"$entry")"
ok kernel-install remove 6.12
absent "$entry"
echo 3 >conf/tries
ok kernel-install add 6.12 vmlinuz
[[ $(options "${entry%.conf}+3.conf") == *" composefs=$digest" ]] || complain "$(ls boot/loader/entries)"
echo none >conf/composefs
try kernel-install add 6.12 vmlinuz
[[ $status == 1 ]] && grep -q ' is no digest (' "$scratch/err"
