# SPDX-License-Identifier: LGPL-2.1-or-later
# What mkinitcpio's install/composefs adds, from where `cmake --install` puts things. Stand-ins for
# mkinitcpio's functions want what those want: files that are there, absolute names. In a root of its own.
build=$(dirname "$(dirname "$(readlink -f "$(command -v mkcomposefs)")")")
DESTDIR=$PWD/root cmake --install "$build" --prefix /usr >/dev/null
mkdir -p root/{bin,dev,etc/composefs/{keys,images}}
touch root/dev/null
cp -L /bin/bash root/bin/
ldd /bin/bash | grep -o '/lib[^ ]*' | xargs -I{} cp -L --parents {} root
cat >root/mkinitcpio <<'END'
map() { local word; for word in "${@:2}"; do "$1" "$word" || return; done; }
add_module() { echo "module $1"; }
add_binary() { [[ -x $1 ]] && echo "binary $*"; }
add_file() { [[ -f $1 && ${2-/} == /* ]] && echo "file $*"; }
add_symlink() { [[ $1 == /* && $# == 2 ]] && echo "link $*"; }
add_runscript() { [[ -f /usr/lib/initcpio/hooks/composefs ]] && echo runscript; }
if [[ $1 == systemd ]]; then add_systemd_unit() { [[ -f /usr/lib/systemd/system/$1 ]] && echo "unit $*"; }; fi
. /usr/lib/initcpio/install/composefs && build
END
build() { unshare "${map_root[@]}" --root=root /bin/bash /mkinitcpio "$1"; }
home=/usr/lib/composefs units=/usr/lib/systemd/system unit=composefs-setup-root.service
modules=$(printf 'module %s\n' erofs overlay loop libcrc32c? sha512? sha512_generic?)

prints "$modules"$'\n'"binary $home/composefs-setup-root"$'\n'runscript build busybox
touch root$home/setup-root-conf.toml root/etc/composefs/{keys/a.pem,images/0.cfs,keys/a.txt}
prints "$modules
binary $home/composefs-setup-root
file $home/setup-root-conf.toml
binary $home/composefs-verify-signature
file /etc/composefs/keys/a.pem
file /etc/composefs/images/0.cfs /composefs/0.cfs
unit $unit
file $units/systemd-volatile-root.service.d/50-composefs.conf
link $units/initrd-root-fs.target.wants/$unit ../$unit" build systemd
rm root$home/composefs-setup-root
try build busybox
[[ $status != 0 ]] || complain "builds an initramfs without the helper"
