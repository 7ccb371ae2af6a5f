# SPDX-License-Identifier: LGPL-2.1-or-later
# Nothing is written through a symlink in place of a repository's directory, where nobody would read it.
mkdir tree elsewhere && noise 5000 >tree/file
ok cfsroot init --insecure repo
rmdir repo/objects && ln -s ../elsewhere repo/objects
fails "cfsroot import: repo/objects: Too many levels of symbolic links" cfsroot import --repo repo tree
rmdir elsewhere
fails "cfsroot import: repo/objects: Too many levels of symbolic links" cfsroot import --repo repo tree
absent elsewhere
# One that is missing is made.
rm repo/objects
ok cfsroot import --repo repo tree
prints "1 image, 2 objects: good" cfsroot verify repo
