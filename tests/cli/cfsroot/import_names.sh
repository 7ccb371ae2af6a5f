# SPDX-License-Identifier: LGPL-2.1-or-later
# A name that cannot be given is refused before anything is added.
ok cfsroot init --insecure repo
mkdir tree && ok cfsroot import --repo repo --name a/b tree
mkdir tree/new
refuses() { fails "cfsroot import: repo/images/refs/$1" cfsroot import --repo repo --name "$2" tree; }
ok cfsroot images --repo repo && cp "$scratch/out" before
refuses "a: holds names, so it cannot be one" a
refuses "a/b: is a name, so it cannot hold others" a/b/c
refuses "a/b: is a name, so it cannot hold others" a/b/c/d
prints "$(<before)" cfsroot images --repo repo
exits 2 "cfsroot import: \`refs/x\` cannot name an image: leave out \`refs/\`, which is where names are; cfsroot import --help says more" \
  cfsroot import --repo repo --name refs/x tree
exits 2 "cfsroot import: \`a//b\` cannot name an image: a part of it is empty, \`.\` or \`..\`; cfsroot import --help says more" \
  cfsroot import --repo repo --name a//b tree
ok cfsroot import --repo repo --name a/c/d tree
ok cfsroot import --repo repo --name a/c/d tree
