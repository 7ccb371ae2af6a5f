# SPDX-License-Identifier: LGPL-2.1-or-later
PATH=$PATH:/sbin
mkdir -p tree/{a,b,c}
for ((i = 0; i < 400; ++i)); do echo $i | tee tree/a/$i tree/b/$i >tree/c/$i; done
truncate -s 64M disk.img
mke2fs -q -t ext4 -b 4096 -O verity -d tree disk.img

# Runs on one image at once take turns.
pids=()
for part in a b; do
  cfsroot seal disk.img /$part 2>/dev/null &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
e2fsck -fn disk.img >checked 2>&1 || complain "$(<checked)"
prints "" cfsroot seal -v disk.img /a /b

# Who waits says so, and writes nothing meanwhile.
before=$(sha256sum disk.img)
exec 9<disk.img
flock 9
cfsroot seal disk.img /c 2>said 9<&- &
for ((i = 0; i < 100; ++i)); do [[ -s said ]] || sleep 0.1; done
[[ $(<said) == "cfsroot: waiting for the lock of disk.img, another program holds it" ]] || complain "$(<said)"
[[ $(sha256sum disk.img) == "$before" ]] || complain "did not wait"
exec 9<&-
wait $!
e2fsck -fn disk.img >checked 2>&1 || complain "$(<checked)"
prints "" cfsroot seal -v disk.img /c
