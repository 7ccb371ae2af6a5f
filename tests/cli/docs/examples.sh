# SPDX-License-Identifier: LGPL-2.1-or-later
# The examples of manual pages that need no privileges run as they stand.
pages=${test%/tests/cli/*}/docs/man
for page in "$pages"/{mkcomposefs.1,composefs-info.1,composefs-dump.1,composefs-dump.5}.md; do
  rm -rf ./*
  mkdir -p rootfs/{etc,usr} objects
  head -c 1000 /dev/zero >rootfs/etc/file
  mkcomposefs rootfs image.cfs
  # shellcheck disable=SC2016 # backquotes of the page
  sed -n '/^```sh$/,/^```$/{/^```/!p}' "$page" >example
  [[ -s example ]] || complain "$page has no example"
  ok bash -e example
done
