# SPDX-License-Identifier: LGPL-2.1-or-later
# Which command lines are refused: options first, then the command, then its operands.
program=$(command -v composefs-info)
usage='[--basedir=path] [ls|objects|dump|missing-objects|measure-file] IMAGES...'

fails_with_usage 'No command specified' composefs-info
fails_with_usage 'No command specified' composefs-info --basedir=missing --filter=x
for command in ls objects dump missing-objects; do
  fails_with_usage 'No image path specified' composefs-info "$command"
done
fails_with_usage 'No files specified' composefs-info measure-file
try composefs-info
ours && { grep -qxF "usage: composefs-info $usage" "$scratch/err" || complain "$(<"$scratch/err")"; }

fails "composefs-info: Unknown command 'x'" composefs-info x
[[ $(tail -c 2 "$scratch/err" | od -An -tx1) == ' 0a 0a' ]] || complain "no empty line"
fails "composefs-info: Unknown command 'x'" composefs-info --basedir=missing x image

# The image is asked for after the base directory was opened.
try composefs-info --basedir=missing ls
[[ $status == 1 && $(<"$scratch/err") == *"Can't open basedir"* ]] || complain "$(<"$scratch/err")"

# getopt speaks for itself; standard output gets a "Def", as ever.
for option in --help --no-such -x; do
  try composefs-info "$option" ls image
  [[ $status == 1 && $(<"$scratch/out") == Def ]] || complain "$status $(<"$scratch/out")"
  [[ $(tail -n 1 "$scratch/err") == usage:\ * ]] || complain "$(<"$scratch/err")"
done
try "$program" --no-such
if ours; then
  [[ $(<"$scratch/err") == "$program: unrecognized option '--no-such'"$'\n'"usage: $program $usage" ]] ||
    complain "$(<"$scratch/err")"
fi
try composefs-info ls image --basedir
[[ $status == 1 && $(<"$scratch/out") == Def ]] || complain "$status $(<"$scratch/out")"
grep -q "option '--basedir' requires an argument" "$scratch/err"
