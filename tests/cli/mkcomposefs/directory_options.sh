# SPDX-License-Identifier: LGPL-2.1-or-later
# --skip-devices, --skip-xattrs, --user-xattrs; the three have no say over a dump.
mkdir src
touch src/file
setfattr -n user.mine -v 1 src/file
names='file'
xattrs=' user.mine=1'
if mknod src/null c 1 3 2>/dev/null; then
  mknod src/gone c 0 0 && mknod src/disk b 7 1
  setfattr -n trusted.ours -v 2 src/file
  names=$'disk\nfile\ngone\nnull' xattrs=' trusted.ours=2 user.mine=1'
fi
names_of() { composefs-info ls "$1" | cut -c2-; }
xattrs_of() { composefs-info dump "$1" | sed -n 's/^\/file.* - - -//p' | tr ' ' '\n' | sort | xargs; }

ok mkcomposefs src image
[[ $(names_of image) == "$names" ]] || complain "$(names_of image)"
[[ $(xattrs_of image) == "${xattrs# }" ]] || complain "$(xattrs_of image)"

ok mkcomposefs --skip-devices src image
[[ $(names_of image) == file ]] || complain "$(names_of image)"
ok mkcomposefs --skip-xattrs src image
[[ -z $(xattrs_of image) ]] || complain "$(xattrs_of image)"
ok mkcomposefs --user-xattrs src image
[[ $(xattrs_of image) == user.mine=1 ]] || complain "$(xattrs_of image)"
[[ $(names_of image) == "$names" ]] || complain "$(names_of image)"

fails 'mkcomposefs: error accessing src: Invalid argument' \
  mkcomposefs --user-xattrs --skip-xattrs src other

{ echo "$root" && echo '/null 0 20666 1 0 0 259 3.0 - - - trusted.ours=2'; } >dump
ok mkcomposefs --from-file dump image
ok mkcomposefs --from-file --skip-devices --skip-xattrs --use-epoch dump again
same image again
