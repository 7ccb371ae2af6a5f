# SPDX-License-Identifier: LGPL-2.1-or-later
# ostree, which is linked with libcomposefs1, goes on working when ours takes the place of Debian's: the same
# digest in the commit, the same image. And the way back is open.
packages=(ostree composefs libcomposefs1)
stage() {
  mkdir "$folder/debian"
  "$project/images/debs" path "$suite" composefs libcomposefs1 | xargs cp -t "$folder/debian"
}

guest() {
  local library=/usr/lib/x86_64-linux-gnu/libcomposefs.so.1
  mkdir -p /tmp/tree/usr/bin
  cp /usr/bin/ostree /tmp/tree/usr/bin/
  ln -s ostree /tmp/tree/usr/bin/link
  echo short >/tmp/tree/usr/inline
  # What ostree makes of the tree, in /tmp/NAME.*
  make() {
    ostree --repo="/tmp/$1" init --mode=bare
    quietly ostree --repo="/tmp/$1" commit --branch=os --timestamp='2026-01-01 00:00:00 +0000' \
      --generate-composefs-metadata /tmp/tree
    ostree --repo="/tmp/$1" rev-parse os >"/tmp/$1.commit"
    ostree --repo="/tmp/$1" show --print-metadata-key=ostree.composefs.digest.v0 os >"/tmp/$1.digest"
    (cd /tmp && quietly ostree --repo="$1" checkout --composefs os "$1.image") # makes it here, then links it
  }
  same() {
    local what
    for what in commit digest image; do cmp "/tmp/theirs.$what" "/tmp/$1.$what" || fail "another $what"; done
  }

  make theirs
  cp "$library" /tmp/library
  [[ $(dpkg -i libcomposefs1_*.deb composefs_*.deb 2>&1) != *downgrading* ]] || fail "ours counts as older"
  ! cmp -s "$library" /tmp/library || fail "the library is still theirs"
  make ours
  same ours
  # The image's digest is the one in the commit, as bytes.
  grep -q "$(composefs-info measure-file /tmp/ours.image | sed 's/../0x&, /g; s/, $//')" /tmp/ours.digest ||
    fail "$(composefs-info measure-file /tmp/ours.image), $(</tmp/ours.digest)"

  quietly dpkg -i debian/*.deb
  cmp "$library" /tmp/library || fail "the library is still ours"
  make again
  same again
}
