# SPDX-License-Identifier: LGPL-2.1-or-later
# Installed, used, removed and purged: every file is where it should be, and in the end none is left.
stage() { cp "$project/tests/data/installed" "$folder/"; }

guest() {
  files() { find / -xdev ! -path '/var/lib/dpkg/*-old' ! -name dpkg.log ! -name aux-cache -printf '%p %M %u:%g %l\n' | LC_ALL=C sort; }
  local names package program
  mapfile -t names < <(for package in *.deb; do dpkg-deb -f "$package" Package; done)
  files >/tmp/before
  quietly dpkg -i ./*.deb
  [[ ! $(dpkg --verify) ]] || fail "dpkg --verify: $(dpkg --verify)"

  # All of cmake --install but what is for mkinitcpio; manual pages are compressed.
  dpkg -L "${names[@]}" | sed -n 's,^/usr/,,p' | while read -r file; do
    [[ -d /usr/$file ]] || echo "$file"
  done | sed '/^share\/\(doc\|lintian\)\//d; s,^lib/[^/]*-linux-gnu/,lib/,; s,\.gz$,,' | LC_ALL=C sort |
    diff <(grep -v '^lib/initcpio/' installed) - >&2 || fail "other files are installed (expected ones left)"

  cd /tmp
  [[ $(mkcomposefs --print-digest --from-file /mnt/vector image) == "$digest" ]] || fail "mkcomposefs: another digest"
  [[ $(composefs-info measure-file image) == "$digest" ]] || fail "composefs-info: another digest"
  composefs-dump image copy
  cmp image copy
  mkdir tree
  seq 10000 >tree/file
  mkcomposefs --digest-store=store tree tree.cfs
  [[ ! $(composefs-info missing-objects --basedir=store tree.cfs) ]] || fail "objects are missing"
  quietly cfsroot disk disk.img tree
  for program in mount.composefs composefs-fuse /usr/lib/composefs/composefs-{setup-root,init,verify-signature}; do
    quietly "$program" --help
  done
  [[ $(cfsroot --version) == *" $(dpkg-deb -f /mnt/cfsroot_*.deb Version)" ]] || fail "$(cfsroot --version)"
  ldconfig -p | grep -q '^.libcomposefs.so.1 ' || fail "libcomposefs.so.1 is not found"

  quietly dpkg --remove "${names[@]}"
  quietly dpkg --purge "${names[@]}"
  files | diff /tmp/before - >&2 || fail "files are left, or gone"
}
