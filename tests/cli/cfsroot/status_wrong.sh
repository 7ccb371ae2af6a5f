# SPDX-License-Identifier: LGPL-2.1-or-later
mkdir -p host/run/composefs host/proc/self
image=$(printf '%064d' 1) other=$(printf '%064d' 2)
host() { # ROOT-SOURCE OPTIONS CMDLINE BOOTED
  echo "22 1 0:21 / / ro - overlay $1 $2" >host/proc/self/mountinfo
  echo "$3" >host/proc/cmdline
  printf '%s' "$4" >host/run/composefs/booted.json
}
wrong() { # TEXT…: what is said to be wrong, and nothing else
  try cfsroot status --root host
  [[ $(grep '^WRONG' "$scratch/out" || true) == "$(printf 'WRONG    %s\n' "$@")" ]] || complain "$(<"$scratch/out")"
  [[ $status == 3 ]] || complain "status $status"
}
good="{\"digest\": \"$image\", \"etc\": \"none\"}"
host "composefs:$image" "ro,verity=require" "composefs=$other" "$good"
wrong "the command line names other images than the running one, as after a soft reboot"
host "composefs:$image" "ro" "composefs=$image" "$good"
wrong "the kernel does not enforce digests of files, and the command line does not allow that"
host "composefs:$image" "ro,verity=require" "composefs=$image" "{\"digest\": \"$other\", \"var\": \"bind\"}"
wrong "/run/composefs/booted.json speaks of another image: $other" \
  "/var: was mounted at boot (bind), is not any more"
host "composefs:$image" "ro,verity=require" "quiet" "$good"
wrong "no composefs= and no composefs.digest= on the command line"
host "composefs:$image" "verity=require" "composefs.signed=v1" "$good"
wrong "the command line asks for \`v1\`, the running root was not found by a name"
host "overlay" "rw" "composefs=$image" "$good"
wrong "the running root is no composefs mount, but overlay from overlay"
# Lax by the command line is no contradiction.
host "composefs:$image" "ro" "composefs=?$image" "$good"
try cfsroot status --root host
[[ $status == 0 ]] || complain "$(<"$scratch/out")"
grep -qx "cfsroot status: warning: images cannot be listed: repository host/sysroot/composefs: No such file or directory" "$scratch/err"

host "/dev/sda1" "rw" "quiet" "x"
fails "cfsroot status: host/run/composefs/booted.json: is not a JSON object" cfsroot status --root host
rm host/run/composefs/booted.json
exits 4 "cfsroot status: this system was not booted from a composefs image: / is no such mount, and there is no \
/run/composefs/booted.json" cfsroot status --root host
