# SPDX-License-Identifier: LGPL-2.1-or-later
# The scripts that run the helper in an initramfs of initramfs-tools and of mkinitcpio, under
# busybox's ash, with stand-ins for what init gives them. The helper succeeds at the second try.
scripts=$(dirname "$(readlink -f "$test")")/../../../dracut-module
mkdir -p root/{bin,proc/sys/kernel,scripts,usr/lib/composefs}
cp "$(command -v busybox)" root/bin/sh && cp root/bin/{sh,cat}
cp "$scripts/initramfs-tools/scripts/local-bottom/composefs" root/local-bottom
cp "$scripts/mkinitcpio/hooks/composefs" root/latehook
echo 'disk /sysroot ext4 rw 0 0' >root/proc/mounts
echo 0 >root/proc/sys/kernel/panic
helper=root/usr/lib/composefs/composefs-setup-root asked='helper --if-named --sysroot'
printf '%s\n' '#!/bin/sh' 'echo "helper $*"' '[ -e /tried ] || { : >/tried && exit 3; }' >$helper && chmod +x $helper
echo 'panic() { echo "panic $*"; exit; }' >root/scripts/functions
cat >root/init <<'END'
err() { echo "err $*"; }
launch_interactive_shell() { echo shell; }
. /latehook
run_latehook
echo "init goes on"
END
inside() { rm -f root/tried && rootmnt=/root unshare "${map_root[@]}" --root=root /bin/sh "$1"; }
refused='composefs: the root file system was refused, see above'
# Whatever the line, the helper is asked: only it splits words as the kernel does.
for line in 'a=* composefs.digest=1' 'a="x -- y" composefs=1' $'root=x\vcomposefs=1' ''; do
  echo "$line" >root/proc/cmdline
  prints "$asked /root"$'\n'"panic $refused"$'\n'"$asked /root" inside /local-bottom
done
helped=$asked$' /sysroot\nerr '$refused
echo 'rw "composefs=1"' >root/proc/cmdline
prints "$helped"$'\nshell\n'"$asked"$' /sysroot\ninit goes on' inside /init
# With panic= process 1 ends; it is the kernel that has read the line.
echo 'dyndbg="file a.c -- +p" composefs=1 panic=-1' >root/proc/cmdline && echo -1 >root/proc/sys/kernel/panic
try inside /init
[[ $status == 1 && $(<"$scratch/out") == "$helped" ]] || complain "status $status: $(<"$scratch/out")"
# Without a word of ours the helper has nothing to do.
cp "$(command -v composefs-setup-root)" $helper
for line in quiet 'xcomposefs=1 composefs.foo=1' 'quiet -- composefs=1'; do
  echo "$line" >root/proc/cmdline
  prints "" inside /local-bottom && prints "init goes on" inside /init
done
