# SPDX-License-Identifier: LGPL-2.1-or-later
title='systemd-boot counts: a failed health check gives way to the next image, which is called good'
label=full
images='sick 1
good 3 uki'
turns=2 ends_in=good
turn_says='composefs: this boot is not good; restarting for the next try
.'
entries='good.efi old.conf sick+0-1.conf'

# A unit of the image says that it is not well.
change() {
  [[ $1 == sick ]] || return 0
  printf '%s\n' '[Unit]' 'Before=boot-complete.target' '[Service]' 'Type=oneshot' 'ExecStart=false' \
    '[Install]' 'RequiredBy=boot-complete.target' >usr/lib/systemd/system/well.service
  systemctl --root="$PWD" --quiet enable well.service
}

guest() {
  root_is_composefs
  systemd_is_content
  holds the boot has been assessed -- systemctl is-active composefs-assess.service
  holds the boot loader has been told -- systemctl is-active systemd-bless-boot.service
}
