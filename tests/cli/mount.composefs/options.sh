# SPDX-License-Identifier: LGPL-2.1-or-later
# What a command line may say. Nothing here gets as far as the kernel.
mount=mount.composefs
try $mount -h
[[ $status == 0 && ! -s $scratch/out && $(<"$scratch/err") == 'usage: mount.composefs '* ]] || complain "no usage"
try $mount --no-such-option
[[ $status == 1 && $(<"$scratch/err") == *"unrecognized option '--no-such-option'"*usage:* ]] || complain "not named"
fails_with_usage 'No source path specified' $mount
fails_with_usage 'No mount path specified' $mount image
fails_with_usage 'No object dirs specified' $mount image mnt
fails_with_usage 'No object dirs specified' $mount -o ro image mnt
fails_with_usage 'Too many arguments' $mount -o basedir=x image mnt more
fails "mount.composefs: Unsupported fs type 'ext4'" $mount -t ext4 image mnt

refuses() { fails "mount.composefs: $1" $mount -t composefs -o "$2" image mnt; }
refuses 'Unsupported option foo' basedir=x,foo
refuses 'Unsupported option foo' foo=1
refuses 'Unsupported option \x1b' $'\e=1'
refuses 'Unsupported option remount' remount,basedir=x
for key in basedir digest upperdir workdir idmap; do
  refuses "No value specified for $key option" $key
  refuses "No value specified for $key option" "basedir=x,$key="
done
for key in verity tryverity noverity ro rw nodev; do
  refuses "The option $key takes no value, not \`no\`" "basedir=x,$key=no"
done
for value in : a: :a a::b; do
  refuses 'Value for basedir option has incorrect format: an empty path' "basedir=$value"
done
refuses 'Both workdir and upperdir must be specified if used' basedir=x,upperdir=y
refuses 'Both workdir and upperdir must be specified if used' basedir=x,workdir=y

# The image is opened last.
missing='Failed to open image: No such file or directory'
refuses "$missing" basedir=x,upperdir=y,workdir=z,ro,rw,noatime,user,defaults,nofail,_netdev,x-systemd.automount,async,silent,loud,comment=a,helper=b,uhelper=c
refuses "$missing" ',,basedir=a:b\,c:d\=e,,'
fails "mount.composefs: $missing" $mount -sfnv image mnt -o foo,ro -o basedir=x
fails "mount.composefs: Failed to open userns none: No such file or directory" $mount -o basedir=x,idmap=none image mnt
touch image
ok $mount -f -o basedir=x image mnt
