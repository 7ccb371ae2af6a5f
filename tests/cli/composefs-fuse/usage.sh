# SPDX-License-Identifier: LGPL-2.1-or-later
fuse=composefs-fuse
try $fuse
[[ $status == 1 && $(<"$scratch/out") == 'usage: '* && ! -s $scratch/err ]] || complain "no usage"
try $fuse --help
[[ $status == 0 && $(<"$scratch/out") == 'usage: '*-o\ source=*basedir=* ]] || complain "no help"
try $fuse --version
[[ $status == 0 && $(<"$scratch/out") == *FUSE* ]] || complain "no version"

refuses() { fails "composefs-fuse: $1" $fuse "${@:2}" mnt; }
mkdir mnt objects
refuses 'No image specified: -o source=IMAGE'
refuses 'No object directory specified: -o basedir=DIR' -o source=image
refuses 'Failed to open image: No such file or directory' -o source=image,basedir=objects
printf x >image
refuses 'Failed to load image: Invalid argument (shorter than 4096 bytes)' -o source=image,basedir=objects
mkcomposefs --from-file - image <<<"$root"
refuses 'Failed to open basedir none: No such file or directory' -o source=image,basedir=none
refuses 'verity and noverity exclude each other' -o source=image,basedir=objects,verity,noverity

# The manual page names the same -o options as the usage text.
options_in() { grep -oE -e '-o [a-z]+' | sort -u; }
page=${test%/tests/cli/*}/docs/man/composefs-fuse.1.md
diff <($fuse | grep '^    -o' | options_in) <(grep '^\* `-o' "$page" | options_in)
