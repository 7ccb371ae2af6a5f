# SPDX-License-Identifier: LGPL-2.1-or-later
# measure-file: the fs-verity digest of any file.
echo 'hello world' >hello
echo 'foo bar baz' >foo
prints '37061ef2ac4c21bec68489b56138c5780306a4ad7fe6676236ecdf2c9027cd92
91e7d88cb7bc9cf6d8db3b0ecf89af4abf204bef5b3ade5113d5b62ef374e70b' \
  composefs-info measure-file hello foo

for size in 1 4096 4097 524288 524289 2000000; do
  noise $size >file
  prints "$(digest_of file)" composefs-info measure-file file
done
# An empty file has the kernel's digest; the reference prints another when it computes it itself.
: >empty
if ours; then prints "$(digest_of empty)" composefs-info measure-file empty; fi

# Digests before the file that fails are printed.
try composefs-info measure-file hello missing foo
[[ $status == 1 && $(wc -l <"$scratch/out") == 1 ]] || complain "$(<"$scratch/out")"
