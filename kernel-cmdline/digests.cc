// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/digests.h"

#include <algorithm>

#include "base/result.h"
#include "base/text.h"

namespace cfs::kernel_cmdline {

namespace {

#define CFS_PARAMETER(identifier, name, value, count, meaning) \
  constexpr std::string_view identifier = name;
#include "kernel-cmdline/parameters.def"
#undef CFS_PARAMETER

tl::unexpected<Refused> refuse(Complaint complaint, std::string text) {
  return tl::unexpected<Refused>({complaint, std::move(text)});
}

tl::unexpected<Refused> malformed(const Parameter& parameter, std::string_view why) {
  return refuse(Complaint::kMalformed, cat("`", parameter.word(), "`: ", why));
}

struct Entry {
  Digest digest;
  bool lax;
};

// Takes `prefix` off the front of `text`.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

tl::expected<Entry, Refused> parse_digits(const Parameter& parameter, std::string_view digits,
                                          bool lax) {
  std::size_t bad = 0;
  while (bad < digits.size() && hex_digit(digits[bad]) >= 0) ++bad;
  if (bad < digits.size())
    return malformed(parameter, cat("`", printable(digits.substr(bad, 1)), "` is no hex digit"));
  auto digest = Digest::parse(digits);
  if (!digest) return malformed(parameter, cat(digits.size(), " digits, a digest has 64 or 128"));
  return Entry{*digest, lax};
}

// "[?]HEX"
tl::expected<Entry, Refused> parse_plain(const Parameter& parameter) {
  std::string_view text = *parameter.value;
  bool lax = take(text, "?");
  if (text.empty()) return refuse(Complaint::kNoDigest, cat(parameter.word(), " has no digest"));
  return parse_digits(parameter, text, lax);
}

// "[?]FMT-ALG-12:HEX"
tl::expected<Entry, Refused> parse_typed(const Parameter& parameter) {
  std::string_view text = *parameter.value;
  bool lax = take(text, "?");
  if (text.empty()) return refuse(Complaint::kNoDigest, cat(parameter.word(), " has no digest"));
  if (!take(text, "v1-") && !take(text, "v2-"))
    return malformed(parameter, "the format must be v1 or v2");
  HashAlg alg = HashAlg::kSha256;
  if (take(text, "sha512-"))
    alg = HashAlg::kSha512;
  else if (!take(text, "sha256-"))
    return malformed(parameter, "the hash must be sha256 or sha512");
  if (!take(text, "12:")) return malformed(parameter, "the block size must be 12 (4096 bytes)");
  if (text.empty()) return refuse(Complaint::kNoDigest, cat(parameter.word(), " has no digest"));
  if (text.size() != 2 * digest_size(alg))
    return malformed(parameter, cat(text.size(), " digits do not fit ", fsverity::name(alg)));
  return parse_digits(parameter, text, lax);
}

// The plain digest, if there is one, that all `composefs=` words agree on.
tl::expected<std::vector<Entry>, Refused> collect_plain(const std::vector<Parameter>& parameters) {
  std::vector<Entry> found;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != kComposefs) continue;
    if (!parameter.value) return refuse(Complaint::kNoDigest, "composefs has no digest");
    TRY_ASSIGN(Entry entry, parse_plain(parameter));
    auto same = [&](const Entry& e) { return e.digest == entry.digest && e.lax == entry.lax; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(entry);
  }
  if (found.size() > 1)
    return refuse(Complaint::kConflict,
                  cat(found.size(), " different digests in composefs= words; keep one"));
  return found;
}

}  // namespace

tl::expected<Digests, Refused> find_digests(const std::vector<Parameter>& parameters) {
  std::vector<Entry> entries;
  for (const Parameter& parameter : parameters) {
    if (parameter.name == kComposefsSigned)
      return refuse(Complaint::kSigned, cat("`", parameter.word(), "` needs a key, there is none"));
    if (parameter.name != kComposefsDigest) continue;
    if (!parameter.value) return refuse(Complaint::kNoDigest, "composefs.digest has no digest");
    TRY_ASSIGN(Entry entry, parse_typed(parameter));
    entries.push_back(entry);
  }
  TRY_ASSIGN(auto plain, collect_plain(parameters));
  entries.insert(entries.end(), plain.begin(), plain.end());
  if (entries.empty())
    return refuse(Complaint::kNoDigest,
                  "no composefs= and no composefs.digest= on the command line");

  Digests digests;
  digests.lax = entries.front().lax;
  for (const Entry& entry : entries) {
    if (entry.lax != digests.lax)
      return refuse(Complaint::kConflict, "strict and lax (`?`) digests are mixed; use one kind");
    if (std::find(digests.list.begin(), digests.list.end(), entry.digest) == digests.list.end())
      digests.list.push_back(entry.digest);
  }
  return digests;
}

}  // namespace cfs::kernel_cmdline
