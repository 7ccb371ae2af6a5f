# SPDX-License-Identifier: LGPL-2.1-or-later
# --state: the directories that composefs-setup-root mounts, as a disk of cfsroot disk has them.
((EUID == 0)) || exit 0
mkdir -p sysroot tree/etc tree/var && echo 1 >tree/etc/a
ok cfsroot init --insecure sysroot/composefs
digest=$(umask 077 && cfsroot import --repo sysroot/composefs --state default tree)
state() { (cd "$1" && find state -printf '%p %m %l\n' | sort); }
cfsroot disk --type=ext4 --free=1M disk.img tree >/dev/null && mkdir other
debugfs -R 'rdump /state other' disk.img >/dev/null 2>&1
state other >expected
[[ $(state sysroot) == "$(<expected)" && $(grep -c "$digest" expected) == 5 ]] || complain "$(state sysroot)"

# Again, and for another image of the OS: nothing is touched, all that is missing is made.
echo mine >"sysroot/state/deploy/$digest/etc/upper/mine" && chmod 700 sysroot/state/os/default/var
rmdir "sysroot/state/deploy/$digest/etc/work"
prints "$digest" cfsroot import --repo sysroot/composefs --state default tree
[[ -e sysroot/state/deploy/$digest/etc/upper/mine && -d sysroot/state/deploy/$digest/etc/work &&
  $(stat -c %a sysroot/state/os/default/var) == 700 ]]
echo 2 >tree/etc/a && digest=$(cfsroot import --repo sysroot/composefs --state my.os tree)
[[ $(readlink "sysroot/state/deploy/$digest/var") == ../../os/my.os/var && -d sysroot/state/os/my.os/var ]]

try cfsroot import --repo sysroot/composefs --state default tree
[[ $status == 1 && $(<"$scratch/err") == "cfsroot import: \`state/deploy/$digest/var\` leads to \`../../os/my.os/var\`; remove it if that shall change" ]]

# Not through links, not where no boot looks; then there is no image either.
mv sysroot/state elsewhere && ln -s ../elsewhere sysroot/state && echo 3 >tree/etc/a
try cfsroot import --repo sysroot/composefs --state default tree
[[ $status == 1 && $(<"$scratch/err") == "cfsroot import: state: open \`state\`: Not a directory" ]] ||
  complain "$(<"$scratch/err")"
rm sysroot/state && mv sysroot/composefs sysroot/repo
fails "cfsroot import: sysroot/repo: is not called \`composefs\`, so no boot looks for state beside it; leave out --state" \
  cfsroot import --repo sysroot/repo --state default tree
[[ $(cfsroot images --repo sysroot/repo | wc -l) == 2 && ! -e sysroot/state ]]
mv sysroot/repo sysroot/composefs && chmod -R a+rwX . && cp "$(readlink -f "$(command -v cfsroot)")" .
fails "cfsroot import: state must belong to root; run as root, or leave out --state" \
  setpriv --reuid=1000 --clear-groups --inh-caps=-all ./cfsroot import --repo sysroot/composefs --state default tree
exits 2 "cfsroot import: --state: \`..\` is no name; letters, digits, \`.\`, \`_\` and \`-\` are; cfsroot import --help says more" \
  cfsroot import --repo sysroot/composefs --state .. tree
