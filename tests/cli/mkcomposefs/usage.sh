# SPDX-License-Identifier: LGPL-2.1-or-later
# Which command lines are refused, with which words, followed by the usage text.
mkdir src

fails_with_usage 'No source path specified' mkcomposefs
fails_with_usage 'No source path specified' mkcomposefs --print-digest-only
fails_with_usage 'No destination path specified' mkcomposefs src
fails_with_usage 'Too many arguments' mkcomposefs src image more
fails_with_usage 'Too many arguments' mkcomposefs --print-digest-only src image more
fails_with_usage 'Cannot specify destination path with --print-digest-only' \
  mkcomposefs --print-digest-only src image

# There is no --help; an unknown option is not named.
for option in --help --version --no-such -C -R -h --use-epoch=1; do
  fails_with_usage '' mkcomposefs "$option" src image
done
absent image

fails 'mkcomposefs: Empty source path specified' mkcomposefs '' image

# The usage text has every option, with its value and its default.
try mkcomposefs
for line in '  --digest-store=PATH ' '  --use-epoch ' '  --skip-devices ' '  --skip-xattrs ' \
  '  --user-xattrs ' '  --print-digest ' '  --print-digest-only ' '  --from-file ' \
  '  --min-version=N ' '  --max-version=N ' '  --threads=N '; do
  grep -q -e "^$line" "$scratch/err" || complain "no line: $line"
done
grep -qx 'Usage: mkcomposefs \[OPTIONS\] SOURCE IMAGE' "$scratch/err"
grep -q -e '--min-version.*(default=0)$' "$scratch/err"
grep -q -e '--max-version.*(default=1)$' "$scratch/err"
grep -q -e "--threads.*(default=$(nproc))$" "$scratch/err"
