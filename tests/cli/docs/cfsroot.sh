# SPDX-License-Identifier: LGPL-2.1-or-later
# A manual page for every command, with the options of the program.
pages=${test%/tests/cli/*}/docs/man
commands=$(cfsroot completion fish | sed -n 's/.*__fish_use_subcommand -f -a \([a-z-]*\) .*/\1/p')
[[ $commands == *seal* ]]
for command in $commands; do
  [[ $command != completion && $command != options ]] || continue
  page=$pages/cfsroot-$command.1.md
  [[ -e $page ]] || complain "no $page"
  cfsroot options "$command" >expected
  sed -n '/^## OPTIONS$/,/^## /{/^## [^O]/!p}' "$page" | sed '${/^$/d}' >written
  cmp -s expected written || complain "$page: $(diff expected written)"
  grep -q "cfsroot-$command(1)" "$pages/cfsroot.1.md" || complain "cfsroot.1.md lacks $command"
done
