# SPDX-License-Identifier: LGPL-2.1-or-later
# Any number of threads makes the same image and the same store.
for i in $(seq 300); do
  mkdir -p "src/$((i % 17))"
  head -c $((i * 97)) /dev/zero | tr '\0' "$((i % 10))" >"src/$((i % 17))/$i"
done
listing() { (cd "$1" && find . -type f -printf '%P\n' | sort); }

ok mkcomposefs --threads=1 --digest-store=store.1 src image.1
for threads in 2 7 64; do
  ok mkcomposefs --threads="$threads" --digest-store="store.$threads" src image
  same image image.1
  diff <(listing store.1) <(listing "store.$threads")
done
[[ $(listing store.1) == "$(composefs-info objects image)" ]] || complain "store and image differ"

# More than the system gives: with those that there are, with none if need be.
ours || exit 0
ok mkcomposefs --threads=99999 --digest-store=store.many src image
same image image.1
# Limits on processes are not for root. A leak sanitizer wants a process of its own.
user=(env ASAN_OPTIONS=detect_leaks=0)
if ((EUID == 0)); then
  user+=(setpriv --reuid=54321 --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
fi
ok "${user[@]}" prlimit --nproc=1 mkcomposefs --threads=4 --digest-store=store.alone src image.alone
same image.alone image.1
diff <(listing store.1) <(listing store.alone)
