# SPDX-License-Identifier: LGPL-2.1-or-later
title='an image with the right digest, but files without one, and object names that lead elsewhere'
rows='T20 T21'
builders=yes

# rewrite FILE FIELD TEXT: that field of the line of /zoo/FILE in the dump
rewrite() {
  awk -v path="/zoo/$1" -v field="$2" -v text="$3" \
    '$1 == path { $field = text; seen = 1 } { print } END { exit !seen }' "$work/dump" >"$work/new"
  mv "$work/new" "$work/dump"
}

fault() {
  debugfs -R "dump $objects/$(image_object) $work/image" "$disk" 2>>"$work/debugfs.log"
  "$bin/composefs-info" dump "$work/image" >"$work/dump"
  rewrite size-65 11 -
  rewrite size-4095 9 ../../state/os/default/var/lib/file
  rewrite size-4096 9 /sysroot/composefs/meta.json
  rewrite size-4097 9 no/such/object
  rewrite size-65536 9 "$(object zoo/size-524288)"
  rm "$work/image"
  "$bin/mkcomposefs" --from-file "$work/dump" "$work/image"
  put_image "$work/image" sha256
}

guest() {
  root_is_composefs
  fails 'Input/output error' cat "$root/zoo/size-65"
  for name in size-4095 size-4096 size-4097 size-65536; do
    fails 'Input/output error\|No such file\|Invalid' cat "$root/zoo/$name"
  done
  holds the others are readable -- cat "$root/zoo/size-524288" "$root/zoo/size-524289" >/dev/null
}
