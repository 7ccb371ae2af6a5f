# SPDX-License-Identifier: LGPL-2.1-or-later
# T24 T27
ok cfsroot init --insecure repo
mkdir tree && noise 5000 >tree/a && noise 300 1 >tree/b && ln -s a tree/c
image=$(cfsroot import --repo repo --name x/one tree)
rm tree/b && other=$(cfsroot import --repo repo tree)
prints "2 images, 4 objects: good" cfsroot verify repo
prints "1 image, 2 objects: good" cfsroot verify repo "${other:0:20}"
prints "1 image, 2 objects: good" cfsroot verify repo "$other" "$other"
cp -r repo good

# found PROBLEMS LINE…: exactly these.
found() {
  try cfsroot verify repo
  [[ $status == 3 ]] || complain "status $status"
  [[ $(<"$scratch/out") == "$(printf '%s\n' "${@:2}")" ]] || complain "$(<"$scratch/out")"
  [[ $(<"$scratch/err") == "cfsroot verify: repo: $1" ]] || complain "$(<"$scratch/err")"
  rm -r repo && cp -r good repo
}
a=$(digest_of tree/a) && a=objects/${a:0:2}/${a:2} i=objects/${image:0:2}/${image:2}
flip "repo/$a" 4000
found "1 problem" "$a: has other content: its digest is fsverity-sha256:$(digest_of "repo/$a")"
rm "repo/$a"
found "2 problems" "$(printf '%s\n' "images/$image" "images/$other" | sort |
  sed "s,\$,: needs the object ${a#objects/}\, which is missing,")"
rm "repo/$a" && mkdir "repo/$a"
found "1 problem" "$a: is not a regular file"
rm "repo/$a" && ln -s /dev/zero "repo/$a"
found "1 problem" "$a: cannot be opened: Too many levels of symbolic links"
echo junk >"repo/$i"
found "2 problems" "images/$image: not a readable image: $(cfsroot images --repo repo "$image" |
  sed 's/.*readable image: //; s/  x.one$//')" "$i: has other content: its digest is fsverity-sha256:$(digest_of "repo/$i")"
rm "repo/$i"
found "1 problem" "images/$image: its object is missing"
rm "repo/images/$image"
found "1 problem" "images/refs/x/one: dangles: \`../../$image\` is missing"
