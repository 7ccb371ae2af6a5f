# SPDX-License-Identifier: LGPL-2.1-or-later
# Unlike the reference: a killed run leaves the old image, and its temporary goes with the next run.
ours || exit 0
echo "$root" >dump
ok mkcomposefs --from-file dump image
cp image old
temporaries() { find . -name '.cfsroot-tmp.*' | wc -l; }

# start IMAGE: a run that waits for its input, which comes through descriptor 9.
mkfifo slow
start() {
  mkcomposefs --from-file slow "$1" 2>said 9>&- &
  exec 9>slow
  while [[ $(temporaries) == 0 ]]; do sleep 0.02; done
}

start image
# A concurrent run leaves the other's temporary alone.
ok mkcomposefs --from-file dump image
[[ $(temporaries) == 1 ]] || complain "$(ls -A)"
{ kill -9 $! && ! wait $!; } 2>/dev/null
exec 9>&-
[[ $(temporaries) == 1 ]] || complain "$(ls -A)"
same image old
ok mkcomposefs --from-file dump image
[[ $(temporaries) == 0 ]] || complain "left over: $(ls -A)"

# What cannot be put in place at the end is an error as well.
start other
mkdir other
cat dump >&9
exec 9>&-
! wait $! || complain "succeeded"
[[ $(<said) == 'mkcomposefs: close output file: '*'Is a directory' ]] || complain "$(<said)"
[[ $(temporaries) == 0 ]] || complain "left over: $(ls -A)"
