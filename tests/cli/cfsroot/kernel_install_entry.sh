# SPDX-License-Identifier: LGPL-2.1-or-later
# What the plugin makes of odd entries, and of a full partition, where the old entry has to stay.
plugin=${test%/tests/cli/*}/kernel-cmdline/kernel-install/95-composefs.install
printf -v digest %064d 7
printf -v other %064d 8
mkdir -p boot/loader/entries conf && echo "$digest" >conf/composefs
export KERNEL_INSTALL_CONF_ROOT=$PWD/conf KERNEL_INSTALL_BOOT_ROOT=$PWD/boot KERNEL_INSTALL_ENTRY_TOKEN=token KERNEL_INSTALL_LAYOUT=bls
entry=boot/loader/entries/token-6.12.conf
# edits BEFORE AFTER: formats of printf
edits() {
  # shellcheck disable=SC2059 # a format
  printf "$1" >$entry
  ok "$plugin" add 6.12 boot vmlinuz
  # shellcheck disable=SC2059
  [[ $(<$entry) == "$(printf "$2")" ]] || complain "$(<$entry)"
}
edits 'linux /l\noptions a=\\\\\\\\server\\\\tools b=\\\\cuser rw\n' \
  'linux /l\noptions a=\\\\\\\\server\\\\tools b=\\\\cuser rw composefs='"$digest"
edits 'options root=LABEL=x rw\nlinux /l\ninitrd /i' 'linux /l\ninitrd /i\noptions root=LABEL=x rw composefs='"$digest"
edits 'linux /l\n  options root=LABEL=x\n\toptions composefs='"$other\\n" 'linux /l\noptions root=LABEL=x composefs='"$digest"
edits 'linux /l\n#options x\noptionsx y\n' 'linux /l\n#options x\noptionsx y\noptions composefs='"$digest"

((EUID == 0)) || exit 0
# full BYTES: with so much free beside the old entry, which has more than one block
full() {
  mount -t tmpfs -o size=64k none boot && mkdir -p boot/loader/entries
  { echo "linux /l" && seq -f '# %g' 1500 && echo 'options rw'; } >$entry
  cp $entry old
  head -c 64K /dev/zero >boot/rest 2>/dev/null || truncate -s "-$1" boot/rest
  ! "$plugin" add 6.12 boot vmlinuz || echo "a full partition is no error"
  cmp $entry old && [[ $(ls -A boot/loader/entries) == token-6.12.conf ]]
}
export -f full && export plugin entry
for free in 0 4096 8192; do
  try unshare --mount bash -euc "full $free"
  [[ $status == 0 && ! -s $scratch/out ]] || complain "$free: $(<"$scratch/out") $(<"$scratch/err")"
done
