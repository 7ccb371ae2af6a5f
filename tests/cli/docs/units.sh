# SPDX-License-Identifier: LGPL-2.1-or-later
# systemd's own reader knows every word of the units of the running system, in the place where it is.
project=${test%/tests/cli/*}
cp "$project"/dracut-module/composefs-*.service .
[[ $(ls) == *assess*restart* ]] || complain "$(ls)"
prints "" systemd-analyze --man=no verify ./*.service
sed 's/^\(SuccessAction\)/[Service]\n\1/' composefs-restart.service >wrong.service
try systemd-analyze --man=no verify ./wrong.service
grep -q "Unknown key.*'SuccessAction'" "$scratch/err" || complain "a wrong unit passes"
