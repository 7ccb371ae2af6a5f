# SPDX-License-Identifier: LGPL-2.1-or-later
title='podman: images of containers are composefs images, made by our mkcomposefs'
long=yes
memory=768
modules='libcrc32c erofs overlay'
fault() {
  CFSROOT_BIN=$bin "$here/client" podman "$disk" >"$work/client.log" 2>&1 ||
    die "tests/vm/client failed: $(tail -n 5 "$work/client.log")"
  "$bin/cfsroot" seal "$disk" /composefs/objects
}

# A Debian 13 on the disk, as far as podman needs one.
start_system() {
  mkdir -p /run/disk
  mount -t ext4 /dev/nvme0n1 /run/disk
  mkdir -p /dev/pts /dev/shm
  for place in dev proc sys; do mount -o bind /$place /run/disk/$place; done
  for place in run tmp dev/shm; do mount -t tmpfs tmpfs /run/disk/$place; done
  mount -t devpts devpts /run/disk/dev/pts
  mount -t cgroup2 cgroup2 /run/disk/sys/fs/cgroup
  ip link set lo up
  debian docker-registry serve /etc/registry.yml >/run/registry 2>&1 &
}
debian() { env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin HOME=/root chroot /run/disk "$@"; }
pull() { debian podman pull -q --tls-verify=false "127.0.0.1:5000/$1" >/run/out 2>&1; }
reference() { /run/disk/reference/ld-linux-x86-64.so.2 --library-path /run/disk/reference /run/disk/reference/mkcomposefs "$@"; }
in_container() { # in_container IMAGE WORD…
  image=127.0.0.1:5000/$1
  shift
  debian podman run --rm --network=none --cgroups=disabled --security-opt=seccomp=unconfined "$image" "$@"
}
layers=/run/disk/var/lib/containers/storage/overlay
sectors() { awk '{ print $3 }' /sys/block/nvme0n1/stat; } # read so far

guest() {
  start_system
  until pull one || [ $((tries += 1)) = 10 ]; do sleep 1; done
  holds an image is pulled -- [ "$(wc -w </run/out)" = 1 ]
  holds another one is pulled -- pull two
  holds our mkcomposefs made an image of each layer -- [ "$(cat /run/disk/run/mkcomposefs)" = '--from-file - -
--from-file - -' ]
  for dump in /run/disk/run/dump.*; do reference --from-file "$dump" - | sha256sum; done | sort >/run/theirs
  for blob in "$layers"/*/composefs-data/composefs.blob; do sha256sum <"$blob"; done | sort >/run/ours
  holds composefs makes the same of what podman says -- cmp /run/ours /run/theirs
  holds both are sealed -- [ "$(find $layers -name composefs.blob -exec fsverity measure {} + | grep -c ^sha256)" = 2 ]

  # shellcheck disable=SC2016 # for the container
  holds a container runs -- in_container one /bin/sh -c \
    'echo $(cat /who /dir/only-one /hard-link /empty; busybox stat -c "%a %u" /setuid); cat /proc/mounts' >/run/says
  holds its files are there -- [ "$(head -n 1 /run/says)" = 'one one one 4755 1000' ]
  holds its root is a composefs image -- grep -q '^overlay / overlay .*composefs-layers' /run/says

  # The layers differ, the large file in them does not.
  find $layers/*/diff -type f -size +7000k -exec stat -c %i {} + >/run/shared
  holds the large file is one on the disk -- [ "$(sort -u /run/shared | wc -l) $(wc -l </run/shared)" = '1 2' ]
  echo 3 >/proc/sys/vm/drop_caches
  in_container one /bin/cat /who && in_container two /bin/cat /who
  none=$(sectors)
  in_container one /bin/cat /shared >/run/one.shared
  first=$(sectors)
  in_container two /bin/cat /shared >/run/two.shared
  second=$(sectors)
  holds both read the same -- cmp /run/one.shared /run/two.shared
  holds the first reads it from the disk: $((first - none)) sectors -- [ $((first - none)) -ge 16384 ]
  holds the second from the page cache: $((second - first)) sectors -- [ $((second - first)) -lt 1024 ]
}
