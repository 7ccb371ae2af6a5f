# SPDX-License-Identifier: LGPL-2.1-or-later
efi=$("${test%/tests/cli/*}/images/efi")
mkdir tree && echo one >tree/a
ok cfsroot init --insecure repo
digest=$(cfsroot import --repo repo tree)
image=repo/images/$digest
echo two >tree/a && mkcomposefs tree other
cp "$efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi" kernel
cfsroot uki --ukify "$efi/bin/ukify" --image "$image" --kernel kernel --output esp.efi -- --uname=1
mkdir -p esp/EFI/Linux esp/loader/addons && mv esp.efi esp/EFI/Linux/a.efi
uki=esp/EFI/Linux/a.efi

prints "1 image, 0 objects: good" cfsroot verify --uki "$uki" "$image"
prints "1 image, 1 object: good" cfsroot verify --uki "$uki" repo
prints "$digest" cfsroot verify --uki "$uki"
prints "$digest" cfsroot verify --uki "$uki" --digest "$digest"
odd() { "$efi/bin/ukify" build --linux=kernel --uname=1 --cmdline="$1" --output=odd.efi >made 2>&1; }
odd composefs.signed=os
exits 3 "cfsroot verify: odd.efi: its command line names no image, but who may sign one: composefs.signed=os" \
  cfsroot verify --uki odd.efi
odd "composefs=?$digest" && try cfsroot verify --uki odd.efi --digest "$digest"
[[ $status == 0 && $(<"$scratch/err") == *"warning: odd.efi: its command line has a \`?\`: the contents"* ]]
exits 3 "cfsroot verify: $uki: its command line names the image $digest, not $(digest_of other)" \
  cfsroot verify --uki "$uki" --digest "$(digest_of other)"
exits 2 "cfsroot verify: TARGET or --uki is required; cfsroot verify --help says more" cfsroot verify
try cfsroot verify --uki "$uki" other
[[ $status == 3 && $(<"$scratch/out") == "$uki: its command line names the image $digest, not $(digest_of other)" ]] ||
  complain "$(<"$scratch/out")"

# Whoever can write the partition cannot change the image, but put an add-on there.
"$efi/bin/ukify" build --cmdline="composefs.digest=v1-sha256-12:$(digest_of other)" \
  --output=esp/loader/addons/b.addon.efi >made 2>&1 || complain "$(<made)"
try cfsroot verify --uki "$uki" "$image"
[[ $status == 3 && $(<"$scratch/out") == *'; add-ons have a word in it: '*/b.addon.efi ]] ||
  complain "$(<"$scratch/out")"
try cfsroot verify --uki "$uki" repo
[[ $status == 3 ]] || complain "status $status"
exits 1 "cfsroot verify: kernel: has no .cmdline section: it boots what it is told to" \
  cfsroot verify --uki kernel repo
