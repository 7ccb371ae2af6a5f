#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the guards: which files of a source tree they look at.
set -euo pipefail
shopt -s inherit_errexit

# Every file of the tree ROOT that is, or could be, committed. One a line, relative to ROOT.
files_of() {
  if [[ -e $1/.git ]]; then
    # The tree may belong to somebody else: a build as root in a user's clone.
    git -c safe.directory='*' -C "$1" ls-files --cached --others --exclude-standard
  else
    (cd "$1" && find . -path './build*' -prune -o -type f -printf '%P\n')
  fi | sort -u | while read -r file; do
    if [[ -f $1/$file && ! -L $1/$file ]]; then echo "$file"; fi
  done
}

# Prints the problems that were found, if any, and fails.
verdict() {
  [[ -z $1 ]] && return
  printf '%s\n%s\n' "$1" "$2" >&2
  exit 1
}
