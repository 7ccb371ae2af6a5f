# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: symlinks inside the store are not followed.
ours || exit 0
mkdir src outside
noise 1000 >src/file
object=store/$(digest_of src/file | sed 's,^..,&/,')
ok mkcomposefs --digest-store=store src image
cp image old

# An object that is one, even to the right content, is replaced.
mv "$object" elsewhere
ln -s "$PWD/elsewhere" "$object"
try mkcomposefs --digest-store=store src image
[[ $status == 0 && -f $object && ! -L $object ]] || complain "$status $(<"$scratch/err")"
same src/file "$object"

# A directory of objects that is one is refused.
rm -r "$(dirname "$object")"
ln -s ../outside "$(dirname "$object")"
try mkcomposefs --digest-store=store src image
[[ $status == 1 && $(<"$scratch/err") == 'mkcomposefs: cannot fill store: '* ]] ||
  complain "$status $(<"$scratch/err")"
[[ ! $(ls -A outside) ]] || complain "written outside the store"
same image old
[[ ! $(find store -name '*tmp*') ]] || complain "left over: $(ls -A store)"

# The store itself may be reached through one.
rm -r store
ln -s outside store
ok mkcomposefs --digest-store=store src image
same src/file "outside/${object#store/}"
