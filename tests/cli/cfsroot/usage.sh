# SPDX-License-Identifier: LGPL-2.1-or-later
exits 2 "cfsroot: A subcommand is required; cfsroot --help says more" cfsroot
exits 2 "cfsroot: no command \`paint\`; cfsroot --help says more" cfsroot paint
exits 2 "cfsroot: no option \`--bogus\`; cfsroot --help says more" cfsroot --bogus
exits 2 "cfsroot cmdline: no option \`--bogus\`; cfsroot cmdline --help says more" cfsroot cmdline --digest --x --bogus=1
exits 2 "cfsroot init: more arguments than it takes: \`b\` \`c\`; cfsroot init --help says more" cfsroot init a b c
exits 2 "cfsroot seal: DISK is required; cfsroot seal --help says more" cfsroot seal
exits 2 "cfsroot seal: PATH is required; cfsroot seal --help says more" cfsroot seal disk.img
exits 2 "cfsroot seal: --algorithm: md5 not in {sha256,sha512}; cfsroot seal --help says more" \
  cfsroot seal -a md5 disk.img /

ok cfsroot --help
grep -q '^Usage: cfsroot ' "$scratch/out"
ok cfsroot seal --help
grep -q '^Usage: cfsroot seal ' "$scratch/out"
ok cfsroot --version
grep -Eqx 'cfsroot [0-9]+\.[0-9]+\.[0-9]+' "$scratch/out"

# With --json an error is an object too.
try cfsroot seal disk.img --json
[[ $status == 2 ]] && grep -q '"status": 2' "$scratch/out"
try cfsroot seal --json none.img /
[[ $status == 4 ]] && grep -q '"status": 4' "$scratch/out"
# Nothing was printed, so it did not work.
for words in "completion bash" "options seal" --help --version "seal --help"; do
  exits 1 "cfsroot: cannot write to standard output" bash -c "cfsroot $words >/dev/full"
done
