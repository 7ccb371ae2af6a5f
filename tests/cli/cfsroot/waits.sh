# SPDX-License-Identifier: LGPL-2.1-or-later
# Who has to wait for a lock says so, but not at once, and goes on when it is free.
mkdir -p boot/cfsroot && echo kernel >kernel
digest=$(printf 'a%.0s' {1..64})
ok cfsroot init --insecure repo
seen="until grep -q waiting $scratch/err; do sleep 0.1; done"

# held UNTIL FOLDER COMMAND…: another holds the lock until a word of shell
held() {
  : >"$scratch/err"
  flock "$2" sh -c "touch held && $1" &
  until [[ -e held ]]; do sleep 0.02; done
  try "${@:3}"
  [[ $status == 0 ]] || complain "status $status"
  wait && rm held
}
held "sleep 0.3" repo cfsroot images --repo repo
[[ ! -s $scratch/err ]] || complain "$(<"$scratch/err")"
held "$seen" repo cfsroot images --repo repo --json
said=$(<"$scratch/err")
[[ $said == "cfsroot: waiting for the lock of repo, another program holds it" ]] || complain "$said"
held "$seen" boot/cfsroot cfsroot entry --kernel kernel --digest "$digest" boot
[[ $(<"$scratch/err") == *" the lock of boot/cfsroot, another "* && -s $scratch/out ]]
