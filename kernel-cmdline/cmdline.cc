// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/cmdline.h"

#include "base/text.h"

namespace cfs::kernel_cmdline {

namespace {

// The kernel's isspace: ASCII's six, and the no-break space of Latin-1.
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0'; }

// The word at the front of `line`, which it is taken from; quotes still in it.
std::string_view take_word(std::string_view& line) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < line.size() && (quoted || !is_blank(line[end])); ++end)
    if (line[end] == '"') quoted = !quoted;
  std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

Parameter parse(std::string_view word) {
  // A quote in front of the word or of the value goes, and with either, or both, one at the end;
  // wherever else quotes are, they stay.
  bool quoted = word.starts_with('"');
  if (quoted) word.remove_prefix(1);
  // A `=` in front is part of the name.
  std::size_t equals = word.find('=', 1);
  bool has_value = equals != word.npos;
  std::string_view value = has_value ? word.substr(equals + 1) : word;
  if (has_value && value.starts_with('"')) {
    quoted = true;
    value.remove_prefix(1);
  }
  if (quoted && value.ends_with('"')) value.remove_suffix(1);
  if (!has_value) return {.name = std::string(value), .value = std::nullopt};
  return {.name = std::string(word.substr(0, equals)), .value = std::string(value)};
}

}  // namespace

std::string Parameter::word() const {
  return printable(value ? cat(name, "=", *value) : name, 160);
}

std::vector<Parameter> split(std::string_view line) {
  // /proc/cmdline ends with a newline, a string of the kernel's with a zero byte.
  line = line.substr(0, line.find('\0'));
  std::size_t size = line.size();
  std::vector<Parameter> out;
  for (;;) {
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (line.empty()) return out;
    std::size_t begin = size - line.size();
    Parameter parameter = parse(take_word(line));
    if (parameter.name == "--" && !parameter.value) return out;
    parameter.begin = begin;
    parameter.end = size - line.size();
    out.push_back(std::move(parameter));
  }
}

std::optional<std::string> last_value(const std::vector<Parameter>& parameters,
                                      std::string_view name) {
  std::optional<std::string> value;
  for (const Parameter& parameter : parameters)
    if (parameter.name == name && parameter.value) value = parameter.value;
  return value;
}

}  // namespace cfs::kernel_cmdline
