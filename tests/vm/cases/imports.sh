# SPDX-License-Identifier: LGPL-2.1-or-later
title='what an import puts into a repository, the kernel measures as its name says'
modules='libcrc32c erofs overlay loop'
more_files() { add_programs "$1" "$bin/cfsroot" "$(PATH=$PATH:/sbin command -v mke2fs)"; }

# fsverity(1) is not ours, and asks the kernel.
measured_as_named() { # REPO ALGORITHM
  (cd "$1/objects" && find . -type f | sed 's|^\./||' | xargs fsverity measure) |
    sed "s/^$2:\(..\)\([0-9a-f]*\) \(.*\)/\1\/\2 \3/" |
    awk '$1 != $2 { bad = 1 } END { exit bad || NR < 4 }'
}

guest() {
  mkdir -p /run/fs /run/tree && truncate -s 12M /run/disk && mke2fs -q -t ext4 -b 4096 -O verity,^has_journal /run/disk &&
    mount -t ext4 -o loop /run/disk /run/fs || return
  cp /bin/list /bin/composefs-setup-root /init /case /run/tree/
  for algorithm in sha256 sha512; do
    repo=/run/fs/$algorithm
    holds "$algorithm" init -- cfsroot init -a $algorithm $repo
    holds "$algorithm" meta.json is sealed -- fsverity measure $repo/meta.json
    holds "$algorithm" import -- cfsroot import --repo $repo --name v1 /run/tree
    holds "$algorithm" objects are measured as named -- measured_as_named $repo $algorithm
    holds "$algorithm" verify -- cfsroot verify $repo
    fails 'EROFS format 0 and fs-verity' cfsroot init --insecure -a $algorithm $repo
  done
  object=$(find /run/fs/sha256/objects -type f | head -n 1)
  cp "$object" /run/copy && rm "$object" && cp /run/copy "$object"
  fails "1 problem" cfsroot verify /run/fs/sha256
  holds import seals it again -- cfsroot import --repo /run/fs/sha256 /run/tree
  holds all is sealed -- cfsroot verify /run/fs/sha256
  fails 'the file system has no fs-verity' cfsroot init /run/plain
  holds nothing is left of it -- [ ! -e /run/plain ]
}
