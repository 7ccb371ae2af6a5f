# SPDX-License-Identifier: LGPL-2.1-or-later
# What the tests are written in. Standard output and error of the last command are in the files
# $scratch/out and $scratch/err, outside the test's own directory.

ours() { [[ ! $reference ]]; }

# Ends the test with the line it was at, the last command, and what is wrong, not too much of it.
complain() {
  local i=0
  while [[ ${BASH_SOURCE[i + 1]} != "$test" ]]; do i=$((i + 1)); done
  printf 'line %s: %.200s\n  %.600s\n' "${BASH_LINENO[i]}" "${command_line-}" "$*" >&2
  exit 1
}

try() {
  command_line="$*"
  status=0
  "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

# ok COMMAND…: exit status 0, nothing on standard error.
ok() {
  try "$@"
  [[ $status == 0 && ! -s $scratch/err ]] || complain "status $status: $(<"$scratch/err")"
}

# prints TEXT COMMAND…: ok, and standard output is TEXT and a newline (nothing if TEXT is empty).
prints() {
  ok "${@:2}"
  [[ $(<"$scratch/out") == "$1" ]] || complain "expected: $1"$'\n'"  printed: $(<"$scratch/out")"
}

# exits STATUS TEXT COMMAND…: nothing on standard output, exactly TEXT on standard error.
exits() {
  try "${@:3}"
  [[ $status == "$1" ]] || complain "status $status instead of $1"
  [[ ! -s $scratch/out ]] || complain "standard output is not empty"
  [[ $(<"$scratch/err") == "$2" ]] || complain "expected: $2"$'\n'"  said: $(<"$scratch/err")"
}
fails() { exits 1 "$@"; }

# fails_with_usage TEXT COMMAND…: status 1; standard error is TEXT, if any, then the usage text.
fails_with_usage() {
  try "${@:2}"
  [[ $status == 1 && ! -s $scratch/out ]] || complain "status $status instead of 1, or output"
  local said first=1
  mapfile -t said <"$scratch/err"
  if [[ $1 ]]; then
    [[ ${said[0]} == "$1" ]] || complain "expected: $1"$'\n'"  said: ${said[0]}"
    first=2
  fi
  [[ ${said[first - 1]-} == [Uu]'sage: '* ]] || complain "no usage: ${said[*]}"
}

# A dump on standard input is refused. refused TEXT LINE COLUMN; ours names the place.
refused() {
  local place=""
  if ours; then place=" (line $2, column $3)"; fi
  fails "mkcomposefs: $1$place" mkcomposefs --from-file - image
}

# What unshare(1) needs to give a test the rights of root. Root has them, and in a chroot nobody else
# can get them.
# shellcheck disable=SC2034 # for the tests
if ((EUID == 0)); then map_root=(); else map_root=(--map-root-user); fi

same() { cmp -s "$1" "$2" || complain "$1 and $2 differ"; }
absent() { [[ ! -e $1 && ! -L $1 ]] || complain "$1 exists"; }

# The digest of FILE by the fsverity program.
digest_of() { fsverity digest --compact "$1"; }
# The composefs format version in an image's header.
version_of() { od -An -tu4 -j12 -N4 "$1" | tr -d ' '; }
# An image's dump without the root's line.
entries() { composefs-info dump "$1" | tail -n +2; }

# shellcheck disable=SC2034 # for the tests
root='/ 4096 40755 2 0 0 0 0.0 - - -'
