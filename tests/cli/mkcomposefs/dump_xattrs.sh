# SPDX-License-Identifier: LGPL-2.1-or-later
# Xattrs: form and limits.
line() { echo "$root" && echo "/a 0 100644 1 0 0 0 0.0 - - -$1"; }
many() { head -c "$1" /dev/zero | tr '\0' "${2-y}"; }

refused 'Missing = in xattr' 2 31 < <(line ' user.a')
refused 'Missing = in xattr' 2 31 < <(line '  user.a=1')
refused "Can't set xattr" 2 31 < <(line ' =value')
refused "Can't set xattr" 2 31 < <(line " $(many 256)=value")
refused "Can't set xattr" 2 31 < <(line " user.a=$(many 32744)")
refused "Can't set xattr" 2 32743 < <(line " user.a=$(many 32704) user.b=$(many 29)")
refused 'Too many xattrs' 2 31 < <(line " user.a=$(many 65529)")

for good in ' user.a=' ' ' ' anything=1' " $(many 255)=1" " user.a=$(many 32742)" \
  " user.a=1 user.a=$(many 32742)" " user.a=$(many 32703) user.b=$(many 26)"; do
  ok mkcomposefs --from-file - image < <(line "$good")
done
# The text that is limited is the raw one: short values with long spellings fail too.
refused 'Too many xattrs' 2 31 < <(line " user.a=$(printf '\\x79%.0s' {1..16400})")

# The last of a key wins; = in a value may be raw.
ok mkcomposefs --from-file - image < <(line ' user.k=1 user.o=a=b user.k=2')
[[ $(entries image | cut -d' ' -f12- | tr ' ' '\n' | sort) == $'user.k=2\nuser.o=a\\x3db' ]] ||
  complain "$(entries image)"
