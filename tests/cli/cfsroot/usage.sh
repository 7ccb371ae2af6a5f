# SPDX-License-Identifier: LGPL-2.1-or-later
# usage_error TEXT COMMAND...: status 2, standard error begins with TEXT
usage_error() {
  try "${@:2}"
  [[ $status == 2 && ! -s $scratch/out ]] || complain "status $status instead of 2, or output"
  [[ $(<"$scratch/err") == "$1"* ]] || complain "expected: $1"$'\n'"  said: $(<"$scratch/err")"
}
usage_error "Usage: cfsroot COMMAND" cfsroot
usage_error "cfsroot: no command \`paint\`" cfsroot paint
usage_error "Usage: cfsroot seal" cfsroot seal
usage_error "Usage: cfsroot seal" cfsroot seal disk.img
usage_error "cfsroot seal: no algorithm \`md5\`; use sha256 or sha512" cfsroot seal -a md5 disk.img /
usage_error "cfsroot seal: unrecognized option" cfsroot seal --paint disk.img /

ok cfsroot --help
grep -q '^Usage: cfsroot COMMAND' "$scratch/out"
ok cfsroot seal --help
grep -q '^Usage: cfsroot seal' "$scratch/out"
ok cfsroot --version
grep -Eqx 'cfsroot [0-9]+\.[0-9]+\.[0-9]+' "$scratch/out"
