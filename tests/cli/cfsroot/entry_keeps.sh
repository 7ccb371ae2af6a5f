# SPDX-License-Identifier: LGPL-2.1-or-later
# A kernel of any entry stays, and all do while there is one that may be of any.
mkdir esp && echo old >kernel && digest=$(printf 'a%.0s' {1..64})
new() { cfsroot entry --kernel kernel --digest "$digest" --name mine esp; }
kernels() { find esp/cfsroot -type f | wc -l; }
ok new
sed 's/^linux/efi/' esp/loader/entries/mine.conf >esp/loader/entries/THEIRS.CONF
echo newer >kernel
prints "loader/entries/mine.conf" new
[[ $(kernels) == 2 ]]
: >esp/loader/entries/THEIRS.CONF
echo newest >kernel
try new
[[ $status == 0 && $(kernels) == 3 ]] || complain "$(kernels) kernels"
[[ $(<"$scratch/err") == "cfsroot entry: warning: could not clean up: loader/entries/THEIRS.CONF: names nothing to boot; "* ]]
rm esp/loader/entries/THEIRS.CONF
ok new
[[ $(kernels) == 1 ]]
