# SPDX-License-Identifier: LGPL-2.1-or-later
# Who has to wait for a lock says so, but not at once, and goes on when it is free.
mkdir -p boot/cfsroot && echo kernel >kernel
digest=$(printf 'a%.0s' {1..64})
ok cfsroot init --insecure repo

# held_for SECONDS FOLDER COMMAND…
held_for() {
  flock "$2" sh -c "touch held && sleep $1" &
  until [[ -e held ]]; do sleep 0.02; done
  try "${@:3}"
  [[ $status == 0 ]] || complain "status $status"
  wait && rm held
}
held_for 0.3 repo cfsroot images --repo repo
[[ ! -s $scratch/err ]] || complain "$(<"$scratch/err")"
held_for 1.5 repo cfsroot images --repo repo --json
said=$(<"$scratch/err")
[[ $said == "cfsroot: waiting for the lock of repo, another program holds it" ]] || complain "$said"
held_for 1.5 boot/cfsroot cfsroot entry --kernel kernel --digest "$digest" boot
[[ $(<"$scratch/err") == *" the lock of boot/cfsroot, another "* && -s $scratch/out ]]
