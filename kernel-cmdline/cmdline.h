// SPDX-License-Identifier: LGPL-2.1-or-later

// The kernel command line, split as the kernel splits it (lib/cmdline.c, next_arg; kernel/params.c,
// parse_args): blanks separate, double quotes group and may enclose a whole word or a value, and
// everything behind a bare `--` belongs to init.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cfs::kernel_cmdline {

struct Parameter {
  std::string name;
  std::optional<std::string> value;  // absent without a `=`
  std::size_t begin = 0, end = 0;    // where it stands in the line, with its quotes

  // For messages: "NAME=VALUE", printable, capped.
  std::string word() const;
};

// All parameters in order, without what belongs to init. Takes any bytes.
std::vector<Parameter> split(std::string_view line);

// The value of the last `name=…`, as for parameters that override each other (init=).
std::optional<std::string> last_value(const std::vector<Parameter>& parameters,
                                      std::string_view name);

}  // namespace cfs::kernel_cmdline
