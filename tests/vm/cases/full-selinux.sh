# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13 with SELinux enforcing: labels are the image'"'"'s, of what changes in /etc, too'
label=full
long=yes
images='labelled 1'
turns=1 ends_in=labelled
entries='labelled.conf old.conf'
tries_words+=' security=selinux enforcing=1'

# The scripts of the packages want /proc and /dev/null; no SELinux is needed to write labels down.
change() {
  local packages
  packages=$("$project/images/debs" path trixie selinux-utils policycoreutils selinux-policy-default)
  mkdir tmp/packages
  # shellcheck disable=SC2086 # one a line
  cp $packages tmp/packages/
  unshare --mount --propagation private bash -euc '
    mount -t proc proc proc
    mount -t tmpfs dev dev
    mknod -m 666 dev/null c 1 3
    exec chroot . sh -ec "dpkg -i /tmp/packages/*.deb && rm -r /tmp/packages &&
      setfiles -F -e /proc -e /dev /etc/selinux/default/contexts/files/file_contexts /"' \
    >"$work/selinux.log" 2>&1 || die "no SELinux in the image: $(tail -n 5 "$work/selinux.log")"
}

# What debugfs puts into /etc for guest() has no label: at least the directories of systemd get one.
fault() {
  local dir
  digest=$(digest_of labelled)
  for dir in systemd systemd/system systemd/system/multi-user.target.wants; do
    edit "mkdir /state/deploy/$digest/etc/upper/$dir"
    edit "ea_set /state/deploy/$digest/etc/upper/$dir security.selinux system_u:object_r:etc_t:s0"
  done
}

guest() {
  root_is_composefs
  systemd_is_content
  holds SELinux enforces -- [ "$(getenforce)" = Enforcing ]
  holds the root has its label -- [ "$(stat -c %C /)" = system_u:object_r:root_t:s0 ]
  holds the changes to /etc have its label -- [ "$(stat -c %C /etc)" = system_u:object_r:etc_t:s0 ]
  holds /var has its label -- [ "$(stat -c %C /var)" = system_u:object_r:var_t:s0 ]
  holds a new file has a label -- sh -c 'touch /etc/new && stat -c %C /etc/new | grep -q :etc_'
  # What the policy does not know of systemd is not ours.
  denied=$(dmesg | sed -n '/unlabeled_t\|dev="overlay"/s/.*avc:  denied//p' | head -n 3)
  holds nothing was denied of root and state "$denied" -- [ -z "$denied" ]
}
