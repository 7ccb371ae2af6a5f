# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir tree
echo hello >tree/file
digest=$(mkcomposefs --print-digest tree image)
prints "a=\"b  c\" composefs=$digest -- d" \
  cfsroot cmdline --image image 'a="b  c" composefs=1 composefs.digest=2 -- d'
prints "composefs.digest=v1-sha256-12:$digest" cfsroot cmdline --digest "${digest^^}" --typed ''
prints "--a composefs=$digest" cfsroot cmdline --digest "$digest" -- --a
prints "composefs=$(fsverity digest --compact --hash-alg=sha512 image)" \
  cfsroot cmdline --image image -a sha512 ''
exits 2 "cfsroot cmdline: WORDS is required; cfsroot cmdline --help says more" \
  cfsroot cmdline --image image
exits 4 "cfsroot cmdline: open \`none\`: No such file or directory" cfsroot cmdline --image none ''
