# SPDX-License-Identifier: LGPL-2.1-or-later
# Files that cannot be opened or are no images.
echo "$root" | mkcomposefs --from-file - image
head -c 8192 /dev/zero >zeros
head -c 4096 image >short
touch empty
mkdir dir

for command in ls objects missing-objects dump; do
  fails "composefs-info: Failed to open 'missing': No such file or directory" \
    composefs-info "$command" missing
  for file in zeros empty dir short; do
    try composefs-info "$command" "$file"
    [[ $status == 1 && ! -s $scratch/out ]] || complain "status $status"
    [[ $(<"$scratch/err") == "composefs-info: Failed to load '$file': "* ]] ||
      complain "$(<"$scratch/err")"
  done
done
try composefs-info ls zeros
[[ $(<"$scratch/err") == "composefs-info: Failed to load 'zeros': Invalid argument"* ]] ||
  complain "$(<"$scratch/err")"

# What came before the bad file is printed by ls and dump.
try composefs-info dump image missing
[[ $status == 1 && $(wc -l <"$scratch/out") == 1 ]] || complain "$(<"$scratch/out")"

try composefs-info --basedir=missing objects image
# shellcheck disable=SC2016 # backquotes of the message
[[ $status == 1 && $(<"$scratch/err") == \
  $'composefs-info: Can\'t open basedir `missing`\n: No such file or directory' ]] ||
  complain "$(<"$scratch/err")"

try composefs-info --filter=a/b ls image
[[ $status == 1 && $(<"$scratch/err") == 'composefs-info: Filter must be a single name: a/b: '* ]] ||
  complain "$(<"$scratch/err")"

fails "composefs-info: Failed to open 'missing': No such file or directory" \
  composefs-info measure-file missing
try composefs-info measure-file dir
[[ $status == 1 && $(<"$scratch/err") == "failed to measure 'dir': "* ]] ||
  complain "$(<"$scratch/err")"
