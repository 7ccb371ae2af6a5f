# SPDX-License-Identifier: LGPL-2.1-or-later
# What images/boot says about mistakes; the machines it boots are in tests/vm.
images=${test%/tests/cli/*}/images
touch disk
mkdir keys
exits 2 "images/boot: which disk? see --help" "$images/boot"
exits 2 "images/boot: one disk only, not disk and other" "$images/boot" disk other
exits 2 "images/boot: no option --paint; see --help" "$images/boot" --paint disk
exits 2 "images/boot: --expect needs a value; see --help" "$images/boot" disk --expect
exits 2 "images/boot: --timeout 1m: a number of seconds" "$images/boot" --timeout 1m disk
exits 2 "images/boot: --memory 1G: a number of MiB" "$images/boot" --memory 1G disk
exits 2 "images/boot: --accel xen: auto, kvm or tcg" "$images/boot" --accel xen disk
exits 2 "images/boot: --device floppy: virtio, nvme or scsi" "$images/boot" --device floppy disk
exits 3 "images/boot: cannot read none" "$images/boot" none
exits 3 "images/boot: --secure-boot keys: no PK.crt in it; images/keys makes some" \
  "$images/boot" --secure-boot keys disk
ok "$images/boot" --help
grep -q '^  --expect TEXT ' "$scratch/out"

# An empty disk does not boot; the time limit is kept.
truncate -s 1M disk
try "$images/boot" --accel tcg --timeout 3 --log console disk
[[ $status == 124 && $(<"$scratch/err") == "images/boot: ended after 3 s" ]] || complain "status $status"
