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

tl::expected<Digest, std::string> parse_digits(std::string_view digits) {
  std::size_t bad = 0;
  while (bad < digits.size() && hex_digit(digits[bad]) >= 0) ++bad;
  if (bad < digits.size())
    return tl::unexpected(cat("`", printable(digits.substr(bad, 1)), "` is no hex digit"));
  auto digest = Digest::parse(digits);
  if (!digest) return tl::unexpected(cat(digits.size(), " digits, a digest has 64 or 128"));
  return *digest;
}

// "[?]DIGEST"
tl::expected<Entry, Refused> parse_entry(
    const Parameter& parameter, tl::expected<Digest, std::string> (*parse)(std::string_view)) {
  std::string_view text;
  if (parameter.value) text = *parameter.value;
  bool lax = take(text, "?");
  if (text.empty() || text.ends_with(':'))
    return refuse(Complaint::kNoDigest, cat(parameter.word(), " has no digest"));
  auto digest = parse(text);
  if (!digest) return malformed(parameter, digest.error());
  return Entry{*digest, lax};
}

// The plain digest, if there is one, that all `composefs=` words agree on.
tl::expected<std::vector<Entry>, Refused> collect_plain(const std::vector<Parameter>& parameters) {
  std::vector<Entry> found;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != kComposefs) continue;
    TRY_ASSIGN(Entry entry, parse_entry(parameter, parse_digits));
    auto same = [&](const Entry& e) { return e.digest == entry.digest && e.lax == entry.lax; };
    if (std::none_of(found.begin(), found.end(), same)) found.push_back(entry);
  }
  if (found.size() > 1)
    return refuse(Complaint::kConflict,
                  cat(found.size(), " different digests in composefs= words; keep one"));
  return found;
}

// Empty when there is none.
tl::expected<std::string, Refused> find_signed_name(const std::vector<Parameter>& parameters) {
  std::string found;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != kComposefsSigned) continue;
    std::string name = parameter.value.value_or("");
    if (!is_name(name)) return malformed(parameter, "a name is of letters, digits, `._-`");
    if (!found.empty() && found != name)
      return refuse(Complaint::kConflict, "2 different names in composefs.signed= words; keep one");
    found = std::move(name);
  }
  return found;
}

}  // namespace

bool is_name(std::string_view name) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), allowed);
}

tl::expected<Digest, std::string> parse_typed_digest(std::string_view text) {
  if (!take(text, "v1-") && !take(text, "v2-"))
    return tl::unexpected<std::string>("the format must be v1 or v2");
  HashAlg alg = HashAlg::kSha256;
  if (take(text, "sha512-"))
    alg = HashAlg::kSha512;
  else if (!take(text, "sha256-"))
    return tl::unexpected<std::string>("the hash must be sha256 or sha512");
  if (!take(text, "12:"))
    return tl::unexpected<std::string>("the block size must be 12 (4096 bytes)");
  if (text.size() != 2 * digest_size(alg))
    return tl::unexpected(cat(text.size(), " digits do not fit ", fsverity::name(alg)));
  return parse_digits(text);
}

tl::expected<Digests, Refused> find_digests(const std::vector<Parameter>& parameters) {
  std::vector<Entry> entries;
  for (const Parameter& parameter : parameters) {
    if (parameter.name != kComposefsDigest) continue;
    TRY_ASSIGN(Entry entry, parse_entry(parameter, parse_typed_digest));
    entries.push_back(entry);
  }
  TRY_ASSIGN(auto plain, collect_plain(parameters));
  entries.insert(entries.end(), plain.begin(), plain.end());

  Digests digests;
  TRY_ASSIGN(digests.signed_name, find_signed_name(parameters));
  if (entries.empty() && !digests.signed_name.empty()) return digests;
  if (entries.empty())
    return refuse(Complaint::kNoDigest,
                  "no composefs= and no composefs.digest= on the command line");
  if (!digests.signed_name.empty())
    return refuse(Complaint::kConflict, "composefs.signed= and a digest together; keep one");
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
