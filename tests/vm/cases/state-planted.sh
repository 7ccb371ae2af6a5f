# SPDX-License-Identifier: LGPL-2.1-or-later
title='what a former system planted in the upper layer of /etc: no set-user-id, no device, no redirect'
rows='T46 T47 T48'
config='etc.mount = "none"'

plant() {
  cp /tools/awk "$1/awk" && chmod 4755 "$1/awk"
  mknod "$1/null" c 1 3
  mkdir "$1/planted" && setfattr -n trusted.overlay.redirect -v /ssl "$1/planted"
  : >"$1/shadow" && setfattr -n trusted.overlay.metacopy "$1/shadow"
  setfattr -n trusted.overlay.redirect -v /ssl/key "$1/shadow"
  mknod "$1/hostname" c 0 0
}
effective_uid() { setpriv --reuid 1000 "$1/awk" '/^Uid/ { print $3 }' /proc/self/status; }

guest() {
  open_disk
  upper=/run/disk/state/deploy/$digest/etc/upper
  plant "$upper"
  holds control: it is set-user-id -- [ "$(effective_uid "$upper")" = 0 ]
  holds control: it is a device -- sh -c 'echo x >"$1/null"' - "$upper"
  mkdir /run/plain
  mount -t overlay -o "lowerdir=/sysroot/etc,upperdir=$upper,workdir=${upper%upper}work" \
    -o redirect_dir=on,metacopy=on none /run/plain
  holds control: redirects work -- grep -qx secret /run/plain/planted/key
  holds control: metacopies are tried -- [ ! -e /run/plain/shadow ]
  umount /run/plain

  holds assembled -- assemble ''
  etc=/run/root/etc
  holds T46: set-user-id is without effect -- [ "$(effective_uid "$etc")" = 1000 ]
  fails 'Permission denied' sh -c 'echo x >/run/root/etc/null'
  fails 'Operation not permitted' cat "$etc/planted/key"
  fails 'Operation not permitted' cat "$etc/shadow"
  holds T48: a whiteout hides, as it should -- [ ! -e "$etc/hostname" ]
  dismantle
  holds assembled without that state -- assemble 'etc.mount = "transient"'
  holds T48: a transient etc has the file -- grep -qx zoo "$etc/hostname"
  holds T48: and nothing that was planted -- [ "$(cd "$etc" && echo *)" = 'hostname ssl' ]
}
