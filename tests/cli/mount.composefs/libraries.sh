# SPDX-License-Identifier: LGPL-2.1-or-later
# mount.composefs is linked with libmount; the other programs and the library are not, by no detour either.
programs=$(dirname "$(readlink -f "$scratch/bin/mount.composefs")")
for file in "$programs"/{mkcomposefs,mount.composefs,cfsroot,composefs-*} "$programs"/../lib/*.so; do
  ! ldd "$file" 2>&1 | grep 'libmount\.so' >/dev/null || basename "$file"
done >linked
[[ $(<linked) == mount.composefs ]] || complain "linked with libmount: $(paste -sd ' ' linked)"
