# SPDX-License-Identifier: LGPL-2.1-or-later
# Directories may be nested deeper than any path; the reference's composefs-info crashes on them.
ours || exit 0
awk 'BEGIN {
  print "/ 27 40755 2 0 0 0 0.0 - - -"
  for (i = 1; i <= 5000; i++) print (path = path "/d") (i < 5000 ? " 27" : " 24") " 40755 2 0 0 0 0.0 - - -"
}' >dump
ok mkcomposefs --from-file dump image
ok composefs-info dump image
[[ $(wc -l <"$scratch/out") == 5001 ]] || complain "lines are missing"
mv "$scratch/out" listing
ok mkcomposefs --from-file listing again
same image again
ok composefs-dump image again
same image again

# In a repository they are no hindrance.
ok cfsroot init --insecure repo
ok cfsroot import --repo repo dump
ok cfsroot gc --repo repo
