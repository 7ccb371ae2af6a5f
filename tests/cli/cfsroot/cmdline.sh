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
# What the kernel would cut off is refused, by all that make or read command lines.
long=$(printf %01972d 0)
ok cfsroot cmdline --image image "$long"
[[ $(wc -c <"$scratch/out") == 2048 ]]
touch kernel && mkdir esp
fails "cfsroot cmdline: command line: 2048 bytes, the kernel reads 2047" \
  cfsroot cmdline --image image "0$long"
fails "cfsroot uki: command line: 2048 bytes, the kernel reads 2047" \
  cfsroot uki --image image --cmdline "0$long" --kernel kernel --ukify ./none -o uki
fails "cfsroot entry: command line: 2048 bytes, the kernel reads 2047" \
  cfsroot entry --image image --cmdline "0$long" --kernel kernel esp
exits 2 "cfsroot cmdline: WORDS is required; cfsroot cmdline --help says more" \
  cfsroot cmdline --image image
exits 4 "cfsroot cmdline: open \`none\`: No such file or directory" cfsroot cmdline --image none ''
