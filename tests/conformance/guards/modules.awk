# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads the module table and the level graph of src/README.md. With -v show=pairs it prints
# "MODULE ALLOWED" for every pair that the table allows ("MODULE all" where it says all), with
# -v show=levels "MODULE LEVEL" for every module of the graph.

/^L[0-9] / {
  for (i = 2; i <= NF; i++) level[$i] = substr($1, 2)
}
/^\| Module \|/ { in_table = 1; next }
!/^\|/ { in_table = 0 }
in_table && !/^\| *-/ {
  split($0, column, " *[|] *")
  allowed[column[2]] = column[3]
}

END {
  if (show == "levels")
    for (module in level) print module, level[module]
  else
    for (module in allowed) {
      count = split(allowed[module], names, ", *")
      for (i = 1; i <= count; i++) print module, names[i]
    }
}
