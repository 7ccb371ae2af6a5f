# SPDX-License-Identifier: LGPL-2.1-or-later
# Lists are split by libmount, with composefs's backslash; what libmount knows and we do not do is refused.
# shellcheck disable=SC2016 # backquotes of messages
touch image
takes() { ok mount.composefs -f -o "basedir=x,$1" image mnt; }
refuses() { fails "mount.composefs: $1" mount.composefs -f -o "basedir=x,$2" image mnt; }

takes 'atime,norelatime,nostrictatime,nolazytime,nomand,exec,suid,dev,symfollow,nosymfollow,nodiratime'
takes 'user=someone,users,owner,group,nousers,X-mount.mkdir=0700,X-a="b,x-c=\,ro,comment='
# -s is for what is not known, not for what is known and asks for something else.
for word in remount bind rbind sync dirsync mand iversion lazytime private rshared move loop loop=a offset offset=1 \
  verity.roothash=a verity.hashdevice=a context=a X-mount.{subdir=a,idmap=a,owner=a,group=a,mode=a}; do
  refuses "Unsupported option ${word%%=*}" "$word"
  fails "mount.composefs: Unsupported option ${word%%=*}" mount.composefs -s -f -o "basedir=x,$word" image mnt
done
ok mount.composefs -s -f -o basedir=x,moved,contexts,X-mounted image mnt
for word in nofail users noauto; do refuses "The option $word takes no value, not \`a,b\`" "$word=a\\,b"; done
for word in ro nodev users; do refuses "The option $word takes no value, not \`\`" "$word="; done

# The second option counts if, and only if, the comma before it is one.
refuses 'Unsupported option foo' 'upperdir=a\\,foo'
refuses 'Both workdir and upperdir must be specified if used' 'upperdir=a\,foo'
refuses 'Unsupported option b"' 'idmap="a,b"'
refuses 'Failed to open userns "a,b": No such file or directory' 'idmap="a\,b"'
refuses 'Failed to open userns a\x5c: No such file or directory' "idmap=a\\\\"
refuses 'Failed to open userns a=b: No such file or directory' 'idmap=\a\=b'
refuses 'Unsupported option "netdev' '"netdev'
refuses 'Unsupported option ro"' 'ro",ro'
refuses 'Unsupported option =foo' '=foo'
fails_with_usage 'No object dirs specified' mount.composefs -r -w -o '\,=' -s image mnt
