// SPDX-License-Identifier: LGPL-2.1-or-later

#include "init/root_options.h"

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "base/text.h"

namespace cfs::init {

namespace {

using kernel_cmdline::Parameter;

Result<unsigned> seconds(const Parameter& parameter) {
  auto number = parse_decimal(parameter.value.value_or(""));
  if (!number || *number > 86400)
    return fail_with(EINVAL, cat("`", parameter.word(), "`: a number of seconds expected"));
  return static_cast<unsigned>(*number);
}

std::vector<std::string> split_types(std::string_view list) {
  std::vector<std::string> out;
  for (std::string_view rest = list; !rest.empty();) {
    std::string_view type = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), type.size() + 1));
    if (!type.empty()) out.emplace_back(type);
  }
  return out;
}

bool is_understood(std::string_view device) {
  constexpr std::string_view kKinds[] = {"UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", "/dev/"};
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](std::string_view kind) {
    return device.starts_with(kind) && device.size() > kind.size();
  });
}

}  // namespace

Result<RootOptions> parse_root_options(const std::vector<Parameter>& parameters) {
  RootOptions root;
  for (const Parameter& parameter : parameters) {
    std::string_view name = parameter.name, value;
    if (parameter.value) value = *parameter.value;
    if (name == "root") root.device = value;
    if (name == "rootfstype") root.types = split_types(value);
    if (name == "rootflags") root.flags = value;
    if (name == "rw" || name == "ro") root.writable = name == "rw";
    if (name == "rootwait" && !parameter.value) root.wait.reset();
    if (name == "rootwait" && parameter.value) {
      TRY_ASSIGN(root.wait, seconds(parameter));
    }
    if (name == "rootdelay") {
      TRY_ASSIGN(root.delay, seconds(parameter));
    }
  }
  if (root.device.empty())
    return fail_with(EINVAL, "no root= on the command line: where is the store?");
  if (!is_understood(root.device))
    return fail_with(EINVAL, cat("`root=", printable(root.device),
                                 "`: UUID=, LABEL=, PARTUUID=, PARTLABEL= or /dev/ expected"));
  return root;
}

}  // namespace cfs::init
