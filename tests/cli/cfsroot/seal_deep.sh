# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
echo hello >file
truncate -s 80M disk.img
mke2fs -q -t ext4 -b 4096 -O verity -N 12000 disk.img
{ for ((i = 0; i < 10000; ++i)); do printf 'mkdir d\ncd d\n'; done && echo "write file f"; } >commands
debugfs -w -f commands disk.img >/dev/null 2>&1

# Directories in directories in directories are no reason to run out of stack.
ulimit -s 1024
ok cfsroot seal -v disk.img /
[[ $(<"$scratch/out") == "sha256:$(digest_of file) $(printf '/d%.0s' {1..10000})/f" ]] || complain "not sealed"
