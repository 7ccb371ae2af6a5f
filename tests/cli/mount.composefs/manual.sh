# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual page and the usage text name the same -o options.
# shellcheck disable=SC2016 # backquotes of the page
page=${test%/tests/cli/*}/docs/man/mount.composefs.8.md
try mount.composefs -h
grep -oE '^  [a-z]+=[A-Z]+|^  [a-z]*verity|upperdir=|workdir=|(ro|rw|nodev|nosuid|noexec|noatime)\b' "$scratch/err" |
  tr -d ' ' | sed 's/=.*//' | sort -u >said
sed -n '/^## MOUNT OPTIONS$/,/^## /p' "$page" | grep -E '^\* ' | grep -oE '`[a-z]+[`=]' |
  tr -d '`=' | sort -u >written
[[ $(wc -l <said) -ge 14 ]] || complain "only $(wc -l <said) options found"
diff said written
