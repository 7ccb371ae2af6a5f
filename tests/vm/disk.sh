# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What a case's fault() may do to its own copy of the disk, sourced by run. Nothing is mounted.
# $disk is FILE, or FILE?offset=BYTES where that is where the file system begins: e2fsprogs' own form.
# OBJECT is xx/rest below /composefs/objects; a bit is flipped where debugfs says the block is.
# shellcheck shell=bash disable=SC2154 # run sets disk, fixture, bin

objects=/composefs/objects

edit() { debugfs -w -R "$1" "$disk" >>"$work/debugfs.log" 2>&1; }

# object PATH: where the content of that file of the source tree is. The digest is fsverity's.
object() {
  local hex
  hex=$(fsverity digest --compact "$fixture/tree/$1")
  echo "${hex:0:2}/${hex:2}"
}

image_object() { echo "${digest:0:2}/${digest:2}"; }

size_of() {
  debugfs -R "stat $objects/$1" "$disk" 2>/dev/null | sed -n '/^User:/s/.*Size: \([0-9]*\)$/\1/p'
}

# flip OBJECT BYTE: inverts the lowest bit of that byte of the file; beyond the end is its metadata.
flip() {
  local block begin=0 file=${disk%%\?*}
  [[ $disk == "$file" ]] || begin=${disk##*=}
  block=$(debugfs -R "bmap $objects/$1 $(($2 / 4096))" "$disk" 2>/dev/null | tr -d ' \n')
  [[ $block =~ ^[1-9][0-9]*$ ]] || { echo "no block at byte $2 of $1" >&2 && exit 1; }
  "$here/../flip" "$file" $((begin + block * 4096 + $2 % 4096))
}

# The metadata of a file begins at the next multiple of 64 KiB: hash tree, root first, descriptor.
metadata_at() { echo $((($(size_of "$1") + 65535) / 65536 * 65536)); }
flip_hash_tree() { flip "$1" $(($(metadata_at "$1") + 5)); }

unseal() { edit "sif $objects/$1 flags 0x80000"; }
remove() { edit "rm $objects/$1"; }
# replace OBJECT OTHER: the other object's file under this one's name
replace() { remove "$1" && edit "ln $objects/$2 $objects/$1"; }
# link_instead OBJECT: a symlink to the very file
link_instead() {
  edit "ln $objects/$1 $objects/moved"
  edit "unlink $objects/$1"
  edit "symlink $objects/$1 ../moved"
}

# embed_image DIR: puts the image of the fixture into the initramfs DIR
embed_image() {
  mkdir "$1/composefs"
  debugfs -R "dump $objects/$(image_object) $1/composefs/$digest.cfs" "$fixture/disk.img" \
    2>>"$work/debugfs.log"
}

# sign_name NAME LINE: a signed name in the store, by the key that is made for it in $work
sign_name() {
  [[ -e $work/private.pem ]] || openssl genpkey -algorithm ed25519 -out "$work/private.pem"
  printf '%s\n' "$2" >"$work/$1"
  { printf 'composefs-signed-v1\n%s\n' "$1" && cat "$work/$1"; } >"$work/message"
  openssl pkeyutl -sign -rawin -inkey "$work/private.pem" -in "$work/message" -out "$work/$1.sig"
  edit "mkdir /composefs/signed"
  edit "write $work/$1 /composefs/signed/$1"
  edit "write $work/$1.sig /composefs/signed/$1.sig"
}

# put_key DIR: what an initramfs needs to believe it
put_key() {
  mkdir -p "$1/etc/composefs/keys" "$1/usr/lib/composefs"
  openssl pkey -in "$work/private.pem" -pubout -out "$1/etc/composefs/keys/test.pem"
  cp "$bin/composefs-verify-signature" "$1/usr/lib/composefs/"
}

# The same files on an ext4 that has no fs-verity.
rebuild_without_verity() {
  mkdir "$work/files"
  edit "rdump / $work/files"
  rm "$disk"
  truncate -s 256M "$disk"
  mke2fs -q -t ext4 -L sysroot -d "$work/files" "$disk"
  rm -r "$work/files"
}

# put_image FILE ALG: into the store, sealed, as the image of the case
put_image() {
  digest=$(fsverity digest --compact --hash-alg="$2" "$1")
  edit "mkdir $objects/${digest:0:2}"
  edit "write $1 $objects/$(image_object)"
  edit "symlink /composefs/images/$digest ../objects/$(image_object)"
  "$bin/cfsroot" seal -a "$2" "$disk" "$objects/$(image_object)"
}

# The same image, sealed and named by its SHA-512 digest.
reseal_image_sha512() {
  debugfs -R "dump $objects/$(image_object) $work/image" "$disk" 2>>"$work/debugfs.log"
  put_image "$work/image" sha512
}

# add_image TREE: a second image in the same repository; sets other to its digest, and new_objects to
# how many of its objects were not there before
add_image() {
  local store=$work/store object commands=$work/commands
  mkdir "$store"
  other=$("$bin/mkcomposefs" --print-digest --digest-store="$store" "$1" "$work/image")
  mkdir -p "$store/${other:0:2}"
  mv "$work/image" "$store/${other:0:2}/${other:2}"
  new_objects=0
  : >"$commands"
  while read -r object; do
    [[ ! $(size_of "$object") ]] || continue
    new_objects=$((new_objects + 1))
    printf '%s\n' "mkdir $objects/${object%%/*}" "write $store/$object $objects/$object" >>"$commands"
  done < <(cd "$store" && find . -type f -printf '%P\n')
  echo "symlink /composefs/images/$other ../objects/${other:0:2}/${other:2}" >>"$commands"
  debugfs -w -f "$commands" "$disk" >>"$work/debugfs.log" 2>&1
  "$bin/cfsroot" seal "$disk" "$objects"
  rm -r "$store"
}
