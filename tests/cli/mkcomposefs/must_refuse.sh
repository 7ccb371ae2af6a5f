# SPDX-License-Identifier: LGPL-2.1-or-later
# Inputs that an implementation has to refuse, in whatever words; nothing is left in IMAGE.
many() { head -c "$1" /dev/zero | tr '\0' "${2-y}"; }
count=0
must_refuse() {
  count=$((count + 1))
  try mkcomposefs --from-file - image < <(printf '%s\n' "$root" "$1")
  [[ $status == 1 && ! -s $scratch/out ]] || complain "accepted: ${1:0:80}"
  [[ $(<"$scratch/err") == mkcomposefs:\ * ]] || complain "said: $(<"$scratch/err")"
  if ours; then absent image; fi
}
must_refuse "/a 5004 100644 1 0 0 0 0.0 - $(many 5004) -"           # big-inline
must_refuse '/a 0 @40755 - - - - - /'                                # dir-hardlink
must_refuse '/. 0 40755 1 0 0 0 0.0 - - -'                           # dot-name
must_refuse '/.. 0 40755 1 0 0 0 0.0 - - -'                          # dotdot-name
must_refuse '// 0 40755 1 0 0 0 0.0 - - -'                           # empty-name
must_refuse '/a 0 120777 1 0 0 0 0.0 - - -'                          # empty-link-name
must_refuse '/a 0 100644 1 0 0 0 0.0 - - - =value'                   # empty-xattr-key
must_refuse "/a 0 100644 1 0 0 0 0.0 - - - $(many 70000)=v"          # long-xattr-key
must_refuse "/a 0 100644 1 0 0 0 0.0 - - - user.v=$(many 70000)"     # long-xattr-value
must_refuse "/a 0 644 1 0 0 0 0.0 - - - user.v=$(many 60000)"        # the same, without file type
must_refuse "/a 0 100644 1 0 0 0 0.0 - - - $(printf "user.%s=$(many 120) " {1..260})" # many xattrs
must_refuse "/a 4096 120777 1 0 0 0 0.0 $(many 4096) - -"            # long-link
must_refuse '/a 0 0 1 0 0 0 0.0 - - -'                               # no-ftype
must_refuse '/a 0 @100644 - - - - - /a'                              # self-hardlink
must_refuse '/a 9500000000000000 100644 1 0 0 0 0.0 x - -'           # too-big
[[ $count == 15 ]]
