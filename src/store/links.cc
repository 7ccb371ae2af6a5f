// SPDX-License-Identifier: LGPL-2.1-or-later

// The texts of a repository's links.

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "store/repository.h"

namespace cfs::store {

namespace {

constexpr std::size_t kRefMax = 1024;

std::string ups(std::string_view name) {
  std::string out;
  for (auto n = std::ranges::count(name, '/') + 1; n > 0; --n) out += "../";
  return out;
}

// As it is written: lower case, of either length.
std::optional<Digest> parse_exact(std::string_view hex) {
  auto digest = Digest::parse(hex);
  if (digest && digest->hex() != hex) return {};
  return digest;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<> check_ref(std::string_view name) {
  auto refused = [&](std::string_view why) {
    return fail_with(EINVAL, cat("`", printable(name), "` cannot name an image: ", why));
  };
  if (name.size() > kRefMax) return refused(cat("it is longer than ", kRefMax, " bytes"));
  if (name.starts_with("refs/")) return refused("leave out `refs/`, which is where names are");
  if (Digest::parse(name)) return refused("it looks like a digest");
  for (std::string_view rest = name;;) {
    std::string_view part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == "..")
      return refused("a part of it is empty, `.` or `..`");
    if (part.size() > 255) return refused("a part of it is longer than 255 bytes");
    if (std::ranges::any_of(part, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
      return refused("it has a control character in it");
    if (part.size() == rest.size()) return {};
    rest.remove_prefix(part.size() + 1);
  }
}

std::string ref_target(std::string_view name, const Digest& image) {
  return ups(name) + image.hex();
}

std::optional<Digest> parse_ref_target(std::string_view name, std::string_view target) {
  if (!take(target, ups(name))) return {};
  if (!take(target, "../images/")) return parse_exact(target);
  return parse_exact(target);
}

std::string image_target(const Digest& image) { return "../objects/" + image.object_path(); }

std::optional<Digest> parse_image_target(std::string_view target) {
  if (!take(target, "../objects/") || target.size() < 3 || target[2] != '/') return {};
  return parse_exact(cat(target.substr(0, 2), target.substr(3)));
}

}  // namespace cfs::store
