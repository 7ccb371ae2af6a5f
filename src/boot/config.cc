// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/config.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "base/fd.h"
#include "base/text.h"

namespace cfs::boot {

std::string_view name(StateMode mode) {
  constexpr std::string_view names[] = {"none", "bind", "overlay", "transient"};
  return names[static_cast<std::size_t>(mode)];
}

namespace {

struct Value {
  bool is_string;
  std::string_view text;  // of a boolean: "true" or "false"
};

std::optional<StateMode> parse_mode(std::string_view text) {
  constexpr struct {
    std::string_view name;
    StateMode mode;
  } kModes[] = {{"none", StateMode::kNone},           {"root", StateMode::kNone},
                {"bind", StateMode::kBind},           {"overlay", StateMode::kOverlay},
                {"transient", StateMode::kTransient}, {"volatile", StateMode::kTransient}};
  for (const auto& [known, mode] : kModes)
    if (known == text) return mode;
  return {};
}

// How many bytes the UTF-8 character at the front has; 0 for a control character but tab, and for
// what is no UTF-8.
std::size_t character_length(std::string_view text) {
  u8 lead = static_cast<u8>(text[0]);
  if (lead < 0x80) return (lead >= ' ' && lead != 0x7f) || lead == '\t';
  std::size_t length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  u32 point = lead & (0xffu >> (length + 1));
  for (char c : text.substr(1, length - 1)) {
    if ((c & 0xc0) != 0x80) return 0;
    point = point << 6 | (static_cast<u8>(c) & 0x3fu);
  }
  constexpr u32 kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = point >= 0xd800 && point < 0xe000;
  return point >= kLeast[length] && point <= 0x10ffff && !surrogate ? length : 0;
}

// A size as tmpfs reads it, and more than nothing, which it takes for "no limit".
bool is_size(std::string_view text) {
  std::string_view unit = text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
  auto number = parse_decimal(text.substr(0, text.size() - unit.size()));
  if (!number || *number == 0) return false;
  if (unit == "%") return *number <= 100;
  return *number < 1 << 20 && (unit == "K" || unit == "M" || unit == "G");
}

// Relative, of plain characters.
bool is_path(std::string_view text) {
  return !text.empty() && text.front() != '/' &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") == text.npos;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Outcome<Config> read() {
    for (; !text_.empty(); ++line_number_) {
      std::size_t end = text_.find('\n');
      line_ = text_.substr(0, end);
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
      if (end != text_.npos && line_.ends_with('\r')) line_.remove_suffix(1);
      at_ = 0;
      TRY(read_line());
    }
    if (!config_.root_size.empty() && !config_.root_transient)
      return refuse(Reason::kBadConfiguration,
                    cat(file_, ":", size_line_, ": root.size needs root.transient = true"));
    return config_;
  }

 private:
  struct Directory {
    std::string_view name;
    std::optional<StateMode> mode;
    std::optional<bool> transient;
    StateMount* result;
  };

  Outcome<> read_line() {
    skip_blanks();
    if (at_end()) return read_comment();
    if (line_[at_] == '[') {
      TRY(read_table());
    } else {
      TRY(read_assignment());
    }
    skip_blanks();
    return at_end() ? read_comment() : error("unexpected text behind the value");
  }

  Outcome<> read_comment() {
    while (at_ < line_.size()) {
      std::size_t length = character_length(line_.substr(at_));
      if (length == 0) return error("a comment is UTF-8 without control characters");
      at_ += length;
    }
    return {};
  }

  // "[NAME]"
  Outcome<> read_table() {
    ++at_;
    skip_blanks();
    TRY_ASSIGN(std::string_view table, read_key());
    skip_blanks();
    if (!take(']')) return error("`]` expected; arrays of tables are not understood");
    if (!remember(cat("[", table))) return error(cat("table `", table, "` appears twice"));
    table_ = cat(table, ".");
    return {};
  }

  // "KEY = VALUE", the key perhaps with dots
  Outcome<> read_assignment() {
    std::size_t key_at = at_;
    TRY_ASSIGN(std::string_view first, read_key());
    std::string key = cat(table_, first);
    while (take('.')) {
      remember(cat("[", key));  // a dotted key makes the table as its header would
      TRY_ASSIGN(std::string_view next, read_key());
      key += cat(".", next);
    }
    skip_blanks();
    if (!take('=')) return error("`=` expected");
    skip_blanks();
    std::size_t value_at = at_;
    TRY_ASSIGN(Value value, read_value());
    std::size_t behind = std::exchange(at_, key_at);
    if (!remember(key)) return error(cat("`", key, "` is set twice"));
    TRY(set(key, value, value_at));
    at_ = behind;
    return {};
  }

  Outcome<std::string_view> read_key() {
    std::size_t begin = at_;
    auto bare = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    };
    while (at_ < line_.size() && bare(line_[at_])) ++at_;
    if (at_ == begin) return error("a bare key expected");
    return line_.substr(begin, at_ - begin);
  }

  Outcome<Value> read_value() {
    for (std::string_view word : {"true", "false"}) {
      if (line_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return Value{false, word};
      }
    }
    char quote = at_ < line_.size() ? line_[at_] : '\0';
    if (quote != '"' && quote != '\'') return error("true, false or a string expected");
    std::size_t begin = ++at_;
    for (; at_ < line_.size() && line_[at_] != quote; ++at_)
      if (line_[at_] == '\\' || static_cast<u8>(line_[at_]) < ' ' || line_[at_] == '\x7f')
        return error("escapes and control characters are not understood");
    if (at_ == line_.size()) return error("the string does not end on its line");
    return Value{true, line_.substr(begin, at_++ - begin)};
  }

  Outcome<> set(std::string_view key, Value value, std::size_t value_at) {
    for (Directory* directory : {&etc_, &var_}) {
      if (key == cat(directory->name, ".mount")) return set_mode(*directory, value, value_at);
      if (key == cat(directory->name, ".transient"))
        return set_transient(*directory, value, value_at);
    }
    if (key == "store.path") {
      at_ = value_at;
      if (!value.is_string || !is_path(value.text))
        return error("a path below the root file system expected: `srv/store`");
      config_.store.path = value.text;
      return {};
    }
    if (key == "store.layout") {
      at_ = value_at;
      config_.store.plain = value.is_string && value.text == "plain";
      if (config_.store.plain || (value.is_string && value.text == "repository")) return {};
      return error("\"repository\" or \"plain\" expected");
    }
    if (key == "image.full-read") {
      at_ = value_at;
      TRY_ASSIGN(config_.full_read, boolean(value));
      return {};
    }
    if (key == "root.transient") {
      at_ = value_at;
      TRY_ASSIGN(config_.root_transient, boolean(value));
      return {};
    }
    if (key == "root.size") {
      at_ = value_at;
      if (!value.is_string || !is_size(value.text))
        return error("a size expected: \"512M\", \"2G\" or \"25%\" of the memory");
      config_.root_size = value.text;
      size_line_ = line_number_;
      return {};
    }
    if (key == "verity.policy") {
      at_ = value_at;
      config_.lax_allowed = value.is_string && value.text == "lax-allowed";
      if (config_.lax_allowed || (value.is_string && value.text == "require")) return {};
      return error("\"require\" or \"lax-allowed\" expected");
    }
    return error(cat("unknown key `", key, "`"));
  }

  Outcome<> set_mode(Directory& directory, Value value, std::size_t value_at) {
    at_ = value_at;
    directory.mode = value.is_string ? parse_mode(value.text) : std::nullopt;
    if (!directory.mode) return error("\"none\", \"bind\", \"overlay\" or \"transient\" expected");
    return decide(directory);
  }

  Outcome<> set_transient(Directory& directory, Value value, std::size_t value_at) {
    at_ = value_at;
    TRY_ASSIGN(directory.transient, boolean(value));
    return decide(directory);
  }

  // `transient = true` is short for `mount = "transient"`: both may be there if they agree.
  Outcome<> decide(Directory& directory) {
    const auto& [name, mode, transient, result] = directory;
    if (mode && transient && (*mode == StateMode::kTransient) != *transient)
      return error("`mount` and `transient` contradict each other");
    if (mode) *result = {*mode, true};
    if (transient.value_or(false)) *result = {StateMode::kTransient, true};
    return {};
  }

  Outcome<bool> boolean(Value value) {
    if (value.is_string) return error("true or false expected");
    return value.text == "true";
  }

  bool at_end() const { return at_ == line_.size() || line_[at_] == '#'; }
  void skip_blanks() {
    while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
  }
  bool take(char c) {
    if (at_ == line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }
  // False if it was there before.
  bool remember(std::string key) {
    if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return false;
    seen_.push_back(std::move(key));
    return true;
  }
  tl::unexpected<Refusal> error(std::string_view text) const {
    return refuse(Reason::kBadConfiguration,
                  cat(file_, ":", line_number_, ":", at_ + 1, ": ", text));
  }

  std::string_view text_, file_;
  std::string_view line_;
  std::size_t line_number_ = 1, at_ = 0, size_line_ = 0;
  std::string table_;
  std::vector<std::string> seen_;
  Config config_;
  Directory etc_{"etc", {}, {}, &config_.etc}, var_{"var", {}, {}, &config_.var};
};

}  // namespace

std::string describe(const Config& config) {
  std::string out;
  for (const auto& [directory, state] :
       {std::pair("etc", config.etc), std::pair("var", config.var)})
    out += cat(directory, ".mount = \"", name(state.mode), "\"",
               state.configured ? "\n" : "  # default: without state the image's own\n");
  out += cat("store.path = \"", config.store.path, "\"\nstore.layout = \"",
             config.store.plain ? "plain\"\n" : "repository\"\n");
  out += cat("root.transient = ", config.root_transient ? "true\n" : "false\n");
  if (!config.root_size.empty()) out += cat("root.size = \"", config.root_size, "\"\n");
  return cat(out, "image.full-read = ", config.full_read ? "true\n" : "false\n",
             "verity.policy = \"", config.lax_allowed ? "lax-allowed" : "require", "\"\n");
}

Outcome<Config> parse_config(std::string_view text, std::string_view file) {
  return Reader(text, file).read();
}

Outcome<Config> read_config(const std::string& path, bool required) {
  auto text = read_file(path, kMostConfig);
  if (text) return parse_config(*text, path);
  if (text.error().code == ENOENT && !required) return Config();
  return refuse(Reason::kBadConfiguration, std::move(text.error().text));
}

}  // namespace cfs::boot
