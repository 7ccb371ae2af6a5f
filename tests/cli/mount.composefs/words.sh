# SPDX-License-Identifier: LGPL-2.1-or-later
# Words that could mislead: a list that ends in a backslash, quotes, control characters, nothing at all.
# shellcheck disable=SC1003,SC2016 # backslashes and backquotes as they are
fails "mount.composefs: Failed to open no\x1bimage: No such file or directory" mount.composefs -o basedir=x $'no\eimage' mnt
fails "mount.composefs: Failed to open userns no\x1bns: No such file or directory" mount.composefs -o basedir=x,idmap=$'no\ens' image mnt
fails 'mount.composefs: No value specified for -N' mount.composefs -N '' -o basedir=x image mnt
mkcomposefs --from-file - image <<<"$root"
fails 'mount.composefs: Failed to mount composefs image: open `no\x1bstore`: No such file or directory' \
  mount.composefs -o basedir=$'no\estore' image mnt

# Each list is one of its own: a backslash at its end takes nothing from the next.
fails 'mount.composefs: Value for digest option is not valid: a digest has 64 or 128 hex digits, `no` has 2 characters' \
  mount.composefs -f -o 'basedir=x\' -o digest=no image mnt
fails 'mount.composefs: Failed to open userns y\x5c: No such file or directory' \
  mount.composefs -f -o 'basedir=x,idmap=y\' -r -o '' image mnt

# What libmount has no spelling for cannot be remembered.
for word in 'x-a=b"' 'x-a"=b' 'x-a\,b' 'user=a\\'; do
  name=${word%=*} name=${name//\\/\\x5c}
  fails "mount.composefs: The option $name cannot be remembered: libmount has no spelling for it" \
    mount.composefs -f -o "basedir=x,$word" image mnt
done
