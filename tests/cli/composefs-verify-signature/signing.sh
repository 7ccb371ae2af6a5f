# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands of the manual page, as they stand, make what the program accepts; any change refuses it.
page=${test%/tests/cli/*}/docs/man/composefs-verify-signature.8.md
# shellcheck disable=SC2034 # for the commands
digest=$(printf '%064d' 7)
mkdir signed keys
sed -n '/^## SIGNING/,/^## OPTIONS/s/^    //p' "$page" >commands
[[ $(wc -l <commands) -ge 5 ]] || complain "the page has no commands"
# shellcheck source=/dev/null
. ./commands
mv name.pem keys/

verify() { cat "$1" "$2" | composefs-verify-signature "$3"; }
refuses() {
  try verify "$@"
  [[ $status == 3 ]] || complain "status $status instead of 3"
}
ok verify signed/stable.sig message keys

# Another signature, message, name or key.
printf 'x%.0s' {1..64} >other.sig
refuses other.sig message keys
for change in s/7$/8/ s/stable/stabler/ s/-v1$/-v2/ 's/sha256/sha512/'; do
  sed "$change" message >other
  refuses signed/stable.sig other keys
done
head -c 63 signed/stable.sig >short
refuses short /dev/null keys
mkdir others none
openssl genpkey -algorithm ed25519 | openssl pkey -pubout -out others/b.pem
exits 3 "composefs-verify-signature: signed by none of the 1 keys in \`others\`" verify signed/stable.sig message others
refuses signed/stable.sig message none

# Files that are no Ed25519 keys take nothing from one that is.
openssl genpkey -algorithm x25519 | openssl pkey -pubout -out others/a.pem
echo rubbish >others/c.pem
try verify signed/stable.sig message others
grep -q 'others/a.pem` is no Ed25519' "$scratch/err" && grep -q 'others/c.pem` is no' "$scratch/err"
cp keys/name.pem others/z.pem
try verify signed/stable.sig message others
[[ $status == 0 ]] || complain "status $status instead of 0"
