# SPDX-License-Identifier: LGPL-2.1-or-later
# A full file system is named, for small contents and for those that are copied piece by piece.
((EUID == 0)) || exit 0
mkdir full tree
for size in 900k 3M; do
  noise "$size" >tree/file
  # shellcheck disable=SC2016 # the inner shell expands
  fails "cfsroot import: cannot fill store: No space left on device (full/repo/objects)" \
    unshare --mount bash -c 'mount -t tmpfs -o size=512k none full && cfsroot init --insecure full/repo
      exec cfsroot import --repo full/repo tree'
done
