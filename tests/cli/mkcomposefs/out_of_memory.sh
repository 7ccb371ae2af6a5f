# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory that runs out is a failure like any other: said in words, with nothing left behind.
ours || exit 0
within() { (ulimit -v "$1" && shift && "$@"); }
{ echo "$root" && seq -f "/%.0f 0 100644 1 0 0 0 0.0 - - -" 100000; } >dump
ok mkcomposefs --from-file dump image
cp image old
# A sanitizer does not even start under a limit.
within 1000000 mkcomposefs --from-file dump new 2>/dev/null || exit 0

# Status 1; or 127 under a limit where nothing starts, 0 under one that is just enough.
seen=""
starve() {
  try within "$limit" "$@"
  [[ $status != 0 && $status != 127 ]] || return 0
  [[ $status == 1 ]] || complain "limit $limit: status $status: $(<"$scratch/err")"
  [[ $(<"$scratch/err") == "$1: "*[Mm]emory* ]] || complain "said: $(<"$scratch/err")"
  if grep -qx "$1: Out of memory" "$scratch/err"; then seen+=" $1"; fi
}
for ((limit = 8000; ; limit += 1000)); do
  if within "$limit" mkcomposefs --from-file dump new 2>/dev/null; then break; fi
  starve mkcomposefs --from-file dump image
  within "$limit" composefs-info objects image >/dev/null 2>&1 || starve composefs-info objects image
  within "$limit" composefs-dump image new 2>/dev/null || starve composefs-dump image new
  same image old
done
rm -f new

# Other threads than the first cannot clean up; the next run does.
mkdir src && (cd src && seq -f "%.0f-$(printf 'x%.0s' {1..240})" 12000 | xargs touch)
for limit in 14000 22000 26000; do
  starve mkcomposefs --threads=2 src new
done
ok mkcomposefs --threads=2 src new
rm -r src new
[[ $(ls -A) == $'dump\nimage\nold' ]] || complain "left behind: $(ls -A)"
for tool in mkcomposefs composefs-info composefs-dump; do
  [[ $seen == *" $tool"* ]] || complain "$tool never ran out of memory"
done
