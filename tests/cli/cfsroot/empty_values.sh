# SPDX-License-Identifier: LGPL-2.1-or-later
# `--option=` has an empty value, whatever comes next, and that is what an unset variable of a script
# leaves; only words for the kernel may be none.
printf -v digest %064d 7
mkdir boot && echo kernel >kernel && echo kept >kept.tar
no_value() { exits 2 "cfsroot $1: $2: has no value; cfsroot $1 --help says more" cfsroot "${@:3}"; }
no_value disk --ref disk --ref= disk.img kept.tar more.tar
no_value disk --label disk --label= --free=1G disk.img kept.tar
no_value remove --repo remove --repo= repo c671
no_value gc --root gc --root= --repo=repo
no_value import --name import --name '' --repo=repo kept.tar
no_value uki --kernel uki --digest="$digest" --kernel= --output=x.efi
no_value images IMAGE images --repo=repo ''
no_value verify TARGET verify --uki=x.efi ''
no_value disk SOURCE disk disk.img ''
[[ $(<kept.tar) == kept && $(ls) == $'boot\nkept.tar\nkernel' ]] || complain "$(ls)"
exits 2 "cfsroot disk: --type:  not in {gpt,ext4}; cfsroot disk --help says more" cfsroot disk --type= --free=1G disk.img kept.tar

ok cfsroot entry --digest="$digest" --kernel=kernel --name=a --cmdline= --tries=3 boot
[[ $(<"$scratch/out") == loader/entries/a+3.conf ]] || complain "$(<"$scratch/out")"
ok cfsroot entry --digest="$digest" --kernel=kernel --cmdline '--name=' --name=b boot
grep -qx "options --name= composefs=$digest" boot/loader/entries/b.conf
prints "composefs=$digest" cfsroot cmdline --digest="$digest" ''
prints "--x= y composefs=$digest" cfsroot cmdline --digest="$digest" -- '--x= y'
