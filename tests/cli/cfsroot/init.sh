# SPDX-License-Identifier: LGPL-2.1-or-later
prints "" cfsroot init --insecure --algorithm=sha512 repo
grep -q '"algorithm": "fsverity-sha512-12"' repo/meta.json
# Again is nothing new; with other settings it is refused and left alone.
before=$(stat -c %Y.%i repo/meta.json)
prints "" cfsroot init --insecure -a sha512 repo
exits 1 "cfsroot init: repo: is a repository already, with sha512, EROFS format 0 and without fs-verity" \
  cfsroot init --insecure repo
[[ $before == "$(stat -c %Y.%i repo/meta.json)" ]]

prints "" cfsroot init --insecure --erofs-format=1 one
grep -q v1_erofs one/meta.json
ok cfsroot init --insecure --json two
grep -q '"secure": false' "$scratch/out"

mkdir full && touch full/file
exits 1 "cfsroot init: full: is neither empty nor a repository" cfsroot init --insecure full
exits 4 "cfsroot init: create none/deep: No such file or directory" cfsroot init --insecure none/deep
touch file
exits 1 "cfsroot init: file: Not a directory" cfsroot init --insecure file
# A file system that surely has no fs-verity: nothing half-made stays.
exits 5 "cfsroot init: /dev/shm/cfs-$$: the file system has no fs-verity (ext4: tune2fs -O verity); with --insecure \
objects go without, until they are sealed" cfsroot init "/dev/shm/cfs-$$"
absent "/dev/shm/cfs-$$"
# Who makes one where another is just made waits, and finds that one.
mkdir new
# shellcheck disable=SC2016 # for the inner shell
flock -s new timeout 20 sh -c 'touch held && until grep -q "waiting for the lock of new" "$scratch/err"; do
  sleep 0.1; done; cp -r repo/. new' &
until [[ -e held ]]; do sleep 0.02; done
try cfsroot init --insecure new
[[ $status == 1 ]] || complain "status $status"
grep -q "init: new: is a repository already, with sha512, " "$scratch/err"
diff -r repo new
