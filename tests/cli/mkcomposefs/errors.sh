# SPDX-License-Identifier: LGPL-2.1-or-later
# What cannot be opened, read or written, each with its message.
echo "$root" >dump
mkdir src

fails 'mkcomposefs: failed to open output file: No such file or directory' \
  mkcomposefs --from-file dump missing/image
fails 'mkcomposefs: failed to open output file: Is a directory' mkcomposefs --from-file dump src
# IMAGE is opened before SOURCE is looked at.
fails 'mkcomposefs: failed to open output file: No such file or directory' \
  mkcomposefs --from-file missing missing/image

# shellcheck disable=SC2016 # backquotes of the message
fails 'mkcomposefs: open `missing`: No such file or directory' mkcomposefs --from-file missing image
fails 'mkcomposefs: Error reading from file' mkcomposefs --from-file src image
fails 'mkcomposefs: No files in dump file' mkcomposefs --from-file /dev/null image

fails 'mkcomposefs: error accessing missing: No such file or directory' mkcomposefs missing image
fails 'mkcomposefs: cannot write file: Not a directory' mkcomposefs dump image

fails 'mkcomposefs: cannot write file: No space left on device' \
  mkcomposefs --from-file dump /dev/full

head -c 100 /dev/zero >src/file
fails_with() { # fails_with TEXT REASON COMMAND…: ours names the file as well
  try "${@:3}"
  [[ $status == 1 && $(<"$scratch/err") == "mkcomposefs: $1: "*"$2"* ]] || complain "$(<"$scratch/err")"
  ours || [[ $(<"$scratch/err") == "mkcomposefs: $1: $2" ]] || complain "$(<"$scratch/err")"
}
fails_with 'cannot fill store' 'Not a directory' mkcomposefs --digest-store=dump src image
fails_with 'cannot fill store' 'Not a directory' mkcomposefs --digest-store=dump/x src image
