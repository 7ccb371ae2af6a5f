# SPDX-License-Identifier: LGPL-2.1-or-later
# What replaces an entry is not removed with it: not where a link leads, not what another run wrote.
efi=$("${test%/tests/cli/*}/images/efi")
PATH=$PATH:$efi/bin
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel
digest=$(printf '%064d' 7)
new() { cfsroot uki --kernel kernel --digest "$digest" "$@" -- --uname=6.12; }

mkdir links && echo old >links/os+2-1.efi && ln -s os+2-1.efi links/os.efi
prints "" new -o links/os.efi
[[ $(echo links/*) == "links/os+2-1.efi links/os.efi" ]] || complain "$(echo links/*)"
[[ $(stat -L -c %s links/os.efi) -gt 1000 ]] || complain "$(ls -l links)"

mkdir both
for ((round = 0; round < 4; round++)); do
  new --tries 3 -o both/os.efi >/dev/null &
  prints "" new -o both/os.efi
  wait $! || complain "status $?"
  [[ $(echo both/*) == both/os?(+3).efi ]] || complain "$(echo both/*)"
done
