# SPDX-License-Identifier: LGPL-2.1-or-later
# --digest-store: one object for each content of 65 bytes and more, named by its digest.
mkdir src
printf 1234 >src/tiny
head -c 64 /dev/zero >src/small
head -c 1024 /dev/zero >src/one
cp src/one src/two
noise 100000 >src/three
chmod 600 src/one
object_of() { digest_of "$1" | sed 's,^..,&/,'; }
objects() { (cd "$1" && find . -type f -printf '%P\n' | sort); }

ok mkcomposefs src without
ok mkcomposefs --digest-store=deep/store// src image
same without image
wanted=$({ object_of src/one && object_of src/three; } | sort)
[[ $(objects deep/store) == "$wanted" ]] || complain "$(objects deep/store)"
prints "$wanted" composefs-info objects image
same src/three "deep/store/$(object_of src/three)"
[[ $(find deep -type f -printf '%m\n' | sort -u) == 644 ]] || complain "objects' mode"
[[ $(find deep -type d -printf '%m\n' | sort -u) == 755 ]] || complain "directories' mode"

# Again: nothing changes. Nothing is taken away either.
find deep -printf '%p %i %T@\n' | sort >before
ok mkcomposefs --digest-store=deep/store src image
echo more >>src/three
ok mkcomposefs --digest-store deep/store src image
[[ $(objects deep/store | wc -l) == 3 ]] || complain "$(objects deep/store)"
find deep -type f -printf '%p %i %T@\n' | sort | comm -13 - <(grep ' f' before || true) >gone
[[ ! -s gone ]] || complain "changed: $(<gone)"

# With a dump the option has no effect.
{ echo "$root" && echo "/f 100000 100644 1 0 0 0 0.0 $(object_of src/one) - -"; } >dump
ok mkcomposefs --digest-store=other --from-file dump image
absent other

# --print-digest-only fills the store as well.
ok mkcomposefs --digest-store=third --print-digest-only src
[[ $(objects third | wc -l) == 2 ]] || complain "$(objects third)"
