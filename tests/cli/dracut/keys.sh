# SPDX-License-Identifier: LGPL-2.1-or-later
# The dracut module takes the verifier along only where there are keys. dracut's functions are played.
module=${test%/tests/cli/*}/dracut-module/50composefs
inst_simple() { echo "$1"; }
inst_hook() { :; }
dracut_module_included() { false; }
# shellcheck source=dracut-module/50composefs/module-setup.sh
. "$module/module-setup.sh"

# shellcheck disable=SC2034 # the module reads them
export moddir=$module initdir=$PWD/initramfs systemdsystemunitdir=/units dracutsysrootdir=$PWD/root
mkdir -p root/etc/composefs/keys
prints /usr/lib/composefs/composefs-setup-root install
touch root/etc/composefs/keys/readme
prints /usr/lib/composefs/composefs-setup-root install
touch root/etc/composefs/keys/{a,b}.pem
prints "/usr/lib/composefs/composefs-setup-root
/usr/lib/composefs/composefs-verify-signature
/etc/composefs/keys/a.pem
/etc/composefs/keys/b.pem" install
