# SPDX-License-Identifier: LGPL-2.1-or-later
#
# State that ext4 cannot hold.
PATH=$PATH:/sbin
state() { # LINES of /var
  printf '/ 0 40755 3 0 0 0 1.0 - - -\n/var 0 40755 2 0 0 0 1.0 - - -\n'
  cat
}
refuses() { fails "cfsroot disk: disk.img: /state/os/default/var/a: $1" cfsroot disk --type=ext4 --store=. disk.img dump; }
makes_clean() { ok cfsroot disk --type=ext4 --store=. disk.img dump && e2fsck -fn disk.img >/dev/null 2>&1; }

links() { # COUNT
  printf '%s\n' "/var/a 2 100644 $1 0 0 0 1.0 - a\n -"
  seq -f "/var/b%.0f 0 @120000 - - - - 0.0 /var/a - -" $(($1 - 1))
}
links 65000 | state >dump
makes_clean
links 65001 | state >dump
refuses "has 65001 names; ext4 allows 65000"

with() { state <<<"/var/a 2 100644 1 0 0 0 1.0 - a\n - $*" >dump; }
value=$(printf 'v%.0s' {1..300}) # too large for the inode
with "user.zz=$value" "trusted.overlay.opaque=y" "security.selinux=a_u:b"
makes_clean
debugfs -R 'ea_list /state/os/default/var/a' disk.img 2>/dev/null | grep -q 'security.selinux (5) = "a_u:b"'
for name in btrfs.compression lustre.lov system.richacl system.posix_acl gnu.translator user. nothing; do
  with "user.zz=$value" "$name=x"
  refuses "extended attribute \`$name\`: ext4 has none of that name; take it from the file"
done
with "system.posix_acl_access=x"
refuses "extended attribute \`system.posix_acl_access\`: not an access control list; take it from the file"
