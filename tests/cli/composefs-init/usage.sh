# SPDX-License-Identifier: LGPL-2.1-or-later
# Anywhere but as process 1 it does nothing.
for arguments in '' '--no-such' 'single'; do
  # shellcheck disable=SC2086 # none is a word less
  try composefs-init $arguments
  [[ $status == 2 && ! -s $scratch/out ]] || complain "status $status instead of 2, or output"
  grep -q '^composefs-init: this is not process 1 of an initramfs' "$scratch/err"
done
for option in --help --version; do
  # shellcheck disable=SC2016 # for the inner shell
  exits 1 'composefs-init: cannot write to standard output: No space left on device' \
    bash -c 'exec composefs-init "$1" >/dev/full' - "$option"
done
ok composefs-init --help
grep -q '^Usage: composefs-init' "$scratch/out"
ok composefs-init --version
grep -Eqx 'composefs-init [0-9]+\.[0-9]+\.[0-9]+' "$scratch/out"
