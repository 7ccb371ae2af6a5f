# SPDX-License-Identifier: LGPL-2.1-or-later
title='Debian 13: newer images hang, lack a program, or end in emergency mode; the older one boots by itself'
label=full
long=yes
images='hangs 1
service 1
emergency 1'
turns=4
turn_says='composefs: this boot is not good; restarting for the next try
composefs: this boot is not good; restarting for the next try
composefs: this boot is not good; restarting for the next try'
entries='emergency+0-1.conf hangs+0-1.conf old.conf service+0-1.conf'

unit() {
  printf '%s\n' '[Service]' 'Type=oneshot' "ExecStart=$2" '[Install]' 'WantedBy=multi-user.target' \
    >"usr/lib/systemd/system/$1.service"
  systemctl --root="$PWD" --quiet enable "$1.service"
}

change() {
  local drop_in=usr/lib/systemd/system/composefs-assess.service.d
  case $1 in
    hangs)
      unit hangs '/usr/bin/sleep infinity'
      mkdir "$drop_in"
      printf '[Unit]\nJobTimeoutSec=150\n' >"$drop_in/sooner.conf"
      ;;
    service)
      cp usr/bin/true usr/bin/lost
      own usr/bin/lost
      unit lost /usr/bin/lost
      ;;
    emergency) echo 'LABEL=none /srv ext4 x-systemd.device-timeout=5s' >>etc/fstab ;;
  esac
}

fault() { remove "$(object_of service usr/bin/lost)"; }

guest() {
  root_is_composefs
  systemd_is_content
}
