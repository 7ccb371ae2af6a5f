# SPDX-License-Identifier: LGPL-2.1-or-later
# Memory that runs out is a failure like any other, said in words. What it leaves half-written is gone
# after the next run.
ours || exit 0
within() { (ulimit -s 8192 -v "$1" && shift && "$@"); }
{ echo "$root" && seq -f "/%.0f 0 100644 1 0 0 0 0.0 - - -" 100000; } >dump
ok mkcomposefs --from-file dump image
cp image old
# A sanitizer does not even start under a limit.
within 1000000 mkcomposefs --from-file dump new 2>/dev/null || exit 0

# Status 1; or 127 under a limit where nothing starts, 0 under one that is enough.
starve() {
  try within "$limit" "$@"
  [[ $status == [01] || $status == 127 ]] || complain "limit $limit: $status: $(<"$scratch/err")"
  [[ $status != 1 || $(<"$scratch/err") == "$1: "*[Mm]emory* ]] || complain "said: $(<"$scratch/err")"
  if grep -qx "$1: Out of memory" "$scratch/err"; then seen+=" $1"; fi
}
seen="" status=1
for ((limit = 8000; status != 0; limit += 1000)); do
  starve composefs-info objects image
  starve composefs-dump image new
  starve mkcomposefs --from-file dump image
  same image old
done
for tool in mkcomposefs composefs-info composefs-dump; do
  [[ $seen == *" $tool"* ]] || complain "$tool never ran out of memory"
done

# With threads, from where it works without: a bit more, and one of them begins that has no memory.
mkdir src && noise 120000 >bytes && split -b 3000 bytes src/
first=""
for ((limit = 8000; ${first:-limit} + 10000 > limit; limit += 400)); do
  rm -rf store/??
  starve mkcomposefs --threads=6 --digest-store=store src new
  if [[ $status == 0 && ! $first ]]; then first=$limit seen=""; fi
done
[[ $seen ]] || complain "no thread ran out of memory"
ok mkcomposefs --threads=6 --digest-store=store src new
[[ ! $(find . -name '.cfsroot-tmp*') ]] || complain "left behind: $(find . -name '.cfsroot-tmp*')"
