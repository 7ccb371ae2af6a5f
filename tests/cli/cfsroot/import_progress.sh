# SPDX-License-Identifier: LGPL-2.1-or-later
# How far a long import is: a bar on a terminal, else a line on standard error; nothing with --json, of
# small sources, or of a stream whose length nobody knows.
mkdir tree
for ((i = 0; i < 300; i++)); do printf '%070d' "$i" >"tree/$i"; done
ok cfsroot init --insecure repo
says() {
  try "${@:2}"
  [[ $status == 0 && $(<"$scratch/err") == "$1" ]] || complain "status $status: $(<"$scratch/err")"
}
says "cfsroot import: files: 300" cfsroot import --repo repo tree
ok cfsroot import --repo repo --json tree
composefs-info dump "repo/images/$(cfsroot images --repo repo | cut -c 1-64)" >tree.dump
says "cfsroot import: objects: 300" cfsroot import --repo repo tree.dump

tar -cf tree.tar tree
ok cfsroot import --repo repo tree.tar
truncate -s 300M tree.tar # nothing but zeros may follow
says "cfsroot import: MiB: 300" cfsroot import --repo repo tree.tar
ok cfsroot import --repo repo - < <(cat tree.tar)
TERM=linux script -qec "cfsroot import --repo repo tree" /dev/null >terminal
grep -q '\] 300 of 300' terminal || complain "$(<terminal)"
# A terminal of which nothing is known, or that can do nothing, gets the line.
for term in -uTERM TERM=dumb; do
  env "$term" script -qec "cfsroot import --repo repo tree" /dev/null >terminal
  [[ $(head -n 1 terminal) == $'cfsroot import: files: 300\r' ]] || complain "$term: $(<terminal)"
done
