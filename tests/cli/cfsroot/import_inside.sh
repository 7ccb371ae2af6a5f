# SPDX-License-Identifier: LGPL-2.1-or-later
# A repository inside the directory is left out by whatever path it is named.
mkdir tree && echo content >tree/file && ok cfsroot init --insecure tree/repo && ln -s tree/repo link
touch -d @1 tree
ok cfsroot import --repo tree/repo tree
digest=$(<"$scratch/out")
for repo in tree/repo/ tree/repo/. tree/../tree/repo/objects/.. link; do
  prints "$digest" cfsroot import --repo "$repo" tree
done
cd tree/repo && prints "$digest" cfsroot import --repo . ..
