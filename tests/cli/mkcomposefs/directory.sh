# SPDX-License-Identifier: LGPL-2.1-or-later
# What a scanned directory becomes: inline up to 64 bytes, hard links apart, symlinks not followed.
mkdir -p src/dir
printf hello >src/hello
ln src/hello src/other
ln -s /nowhere src/link
mkfifo src/pipe
touch src/empty
head -c 64 /dev/zero | tr '\0' a >src/small
head -c 65 /dev/zero | tr '\0' b >src/large
chmod 4755 src/large
touch -h -d @12.000000034 src/* src
digest=$(digest_of src/large)
owner="$(id -u) $(id -g)"

ok mkcomposefs src image
ok composefs-info dump image
cat >wanted <<END
/dir 27 40755 2 $owner 0 12.34 - - -
/empty 0 100644 1 $owner 0 12.34 - - -
/hello 5 100644 1 $owner 0 12.34 - hello -
/large 65 104755 1 $owner 0 12.34 ${digest:0:2}/${digest:2} - $digest
/link 8 120777 1 $owner 0 12.34 /nowhere - -
/other 5 100644 1 $owner 0 12.34 - hello -
/pipe 0 10644 1 $owner 0 12.34 - - -
/small 64 100644 1 $owner 0 12.34 - $(<src/small) -
END
diff <(tail -n +2 "$scratch/out" | sed 's,^/dir [0-9]* ,/dir 27 ,') wanted

ok mkcomposefs --use-epoch src epoch
diff <(entries epoch | sed 's,^/dir [0-9]* ,/dir 27 ,') <(sed 's/ 12\.34 / 0.0 /' wanted)

# However SOURCE is spelled, and from a symlink to it.
ln -s src there
for spelling in src/ ./src "$PWD/src" src/dir/.. there/; do
  ok mkcomposefs "$spelling" again
  same image again
done
prints "$(digest_of image)" env -C src mkcomposefs --print-digest-only .
