# SPDX-License-Identifier: LGPL-2.1-or-later
for arguments in '' '--no-such' 'keys more'; do
  # shellcheck disable=SC2086 # several words
  try composefs-verify-signature $arguments </dev/null
  [[ $status == 2 ]] || complain "status $status instead of 2"
  grep -q '^Usage: ' "$scratch/err"
done
try composefs-verify-signature no-such-directory < <(printf 'x%.0s' {1..100})
[[ $status == 1 ]] || complain "status $status instead of 1"
grep -q 'no-such-directory`: No such file' "$scratch/err"
for option in --help --version; do
  # shellcheck disable=SC2016 # for the inner shell
  exits 1 'composefs-verify-signature: cannot write to standard output: No space left on device' \
    bash -c 'exec composefs-verify-signature "$1" >/dev/full' - "$option"
done
ok composefs-verify-signature --help
ok composefs-verify-signature --version
grep -Eqx 'composefs-verify-signature [0-9]+\.[0-9]+\.[0-9]+' "$scratch/out"
