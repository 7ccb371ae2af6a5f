# SPDX-License-Identifier: LGPL-2.1-or-later
# What may not be read: the deepest path that failed is named.
ours || exit 0 # another user may not reach the reference's programs
user=()
if ((EUID == 0)); then user=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
chmod 755 . "$scratch"
cp "$(command -v mkcomposefs)" mine

mkdir -p src/a/b
head -c 100 /dev/zero >src/file
chmod 0 src/a/b
fails 'mine: error accessing src/a/b: Permission denied' "${user[@]}" ./mine --print-digest-only src
chmod 755 src/a/b

chmod 0 src/file
try "${user[@]}" ./mine --print-digest-only src
[[ $status == 1 && $(<"$scratch/err") == 'mine: error computing digest: Permission denied'* ]] ||
  complain "$(<"$scratch/err")"
chmod 644 src/file
