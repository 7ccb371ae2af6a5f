# SPDX-License-Identifier: LGPL-2.1-or-later
# Imports that are killed anywhere, two of them at once, leave a valid repository, and the next one
# goes through.
mkdir -p tree
for i in {1..300}; do noise $((i * 97)) "$i" >"tree/$i"; done
noise 3000000 >tree/large
tar -C tree -cf tree.tar .
ok cfsroot init --insecure repo
for _ in {1..12}; do
  cfsroot import --repo repo --name a tree >/dev/null & a=$!
  cfsroot import --repo repo --name b tree.tar >/dev/null & b=$!
  sleep "0.0$((RANDOM % 10))$((RANDOM % 10))"
  kill -9 $a $b 2>/dev/null || true
  { wait $a $b || true; } 2>/dev/null
  try cfsroot verify repo
  ! grep -v 'is left from a run that was killed' "$scratch/out" | grep -v ': good$' || complain "$(<"$scratch/out")"
  rm -rf repo/objects/[0-9a-f][0-9a-f] repo/images/[0-9a-f]* repo/images/refs/[ab]
done

# Two at once that are left alone: both succeed, nothing is left over.
cfsroot import --repo repo --name a tree >first & a=$!
digest=$(cfsroot import --repo repo --name b tree.tar)
wait $a
prints "$(printf '%s\n' "$digest" "$(<first)" | sort -u)" bash -c 'cfsroot images --repo repo | cut -d" " -f1'
try cfsroot verify repo
grep -q ': good$' "$scratch/out"
[[ ! $(find repo -name '.cfsroot*') ]]
