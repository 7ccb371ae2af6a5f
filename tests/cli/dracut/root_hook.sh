# SPDX-License-Identifier: LGPL-2.1-or-later
# dracut's hooks without systemd: the helper says whether there is something to do. dracut's functions
# and the helper are played, under busybox's ash.
module=${test%/tests/cli/*}/dracut-module/50composefs
mkdir -p root/{bin,hooks/mount,usr/lib/composefs}
cp "$(command -v busybox)" root/bin/sh
cp "$module/composefs-root.sh" root/
echo 'echo mount && mounted=yes' >root/hooks/mount/99-mount-root.sh
cat >root/init <<'END'
root=block:/dev/vda hookdir=/hooks NEWROOT=/sysroot
getarg() { return 1; }
ismounted() { [ "$mounted" ]; }
die() { echo "die $*" && exit; }
. /composefs-root.sh
END
helper=root/usr/lib/composefs/composefs-setup-root
# play PLAN STATUS: what --if-named --dry-run prints, and how every run ends
play() {
  printf '%s\n' '#!/bin/sh' "case \$* in *--dry-run) printf '$1' ;; *) echo helper \"\$*\" ;; esac" "exit $2" >$helper
  chmod +x $helper
}
inside() { unshare "${map_root[@]}" --root=root /bin/sh /init; }
play '' 0
prints '' inside
play plan 0
prints $'mount\nhelper --sysroot /sysroot' inside
play '' 3
prints 'die composefs: the root file system was refused, see above' inside
