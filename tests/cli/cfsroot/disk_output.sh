# SPDX-License-Identifier: LGPL-2.1-or-later
export SOURCE_DATE_EPOCH=1700000000
mkdir -p tree real
noise 3000000 >tree/file
disk() { cfsroot disk --type=ext4 "$@"; }

# A disk in its own source would change the time of a directory in it.
ln -s tree/new dangling && ln -s tree inside && touch -d @1 tree
for output in tree/disk.img dangling inside/disk.img ./tree/../tree/disk.img; do
  fails "cfsroot disk: $output: lies in the source tree, whose times it would change; write it elsewhere" \
    disk "$output" tree
done
fails "cfsroot disk: tree/a: lies in the source ., whose times it would change; write it elsewhere" \
  disk --etc=. tree/a real
[[ $(stat -c %Y tree) == 1 ]]
ok disk a.img tree

# The file that a link leads to is replaced, and keeps its mode.
echo old >real/file && chmod 640 real/file && ln -s real/file link.img
ok disk link.img tree
same a.img real/file
[[ -L link.img && $(stat -c %a real/file) == 640 ]]

# No room: refused at once where that can be known, else when it shows; the old file stays.
if ((EUID == 0)); then
  for size in 1500k 2980k; do
    # shellcheck disable=SC2016 # the inner shell expands
    try unshare --mount bash -c 'mount -t tmpfs -o size="$1" none real && echo old >real/disk.img
      cfsroot disk --type=ext4 real/disk.img tree
      status=$?; [[ $(<real/disk.img) == old && $(ls -A real) == disk.img ]] || echo left
      exit $status' - "$size"
    [[ $status == 1 && ! -s $scratch/out ]] || complain "status $status or something is left"
    case $size in
      1500k) grep -q 'real/disk.img: needs 3 MiB, there are 1 in real' "$scratch/err" ;;
      *) grep -q 'No space left on device\|needs' "$scratch/err" ;;
    esac || complain "$(<"$scratch/err")"
  done
fi
