// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deviations.h"

#include <algorithm>
#include <cstdio>
#include <regex>
#include <sstream>

#include "dump_text.h"

namespace conformance {

namespace {

bool refused_as(const Run& run, std::string_view text) {
  return run.status == 1 && run.err.starts_with("mkcomposefs: " + std::string(text));
}

// The field, counted from 0, where our message says that the fault is.
int field_at_fault(const std::string& dump, const Run& ours) {
  static const std::regex kPlace(R"(\(line ([0-9]+), column ([0-9]+)\)\n$)");
  std::smatch place;
  if (!std::regex_search(ours.err, place, kPlace)) return -1;
  std::istringstream lines(dump);
  std::string line;
  for (int number = std::stoi(place[1]); number > 0; --number) std::getline(lines, line);
  auto end = line.begin() + std::min<std::ptrdiff_t>(std::stoi(place[2]) - 1, std::ssize(line));
  return static_cast<int>(std::count(line.begin(), end, ' '));
}

struct Deviation {
  const char* name;
  const char* ours;  // how our refusal begins; null when we accept
  bool (*applies)(const std::string& dump, const Run& ours, const Run& reference);
};

bool always(const std::string&, const Run&, const Run&) { return true; }

constexpr Deviation kDeviations[] = {
    // The reference leaves the digest partly uninitialised, or cuts it after 64 digits.
    {"malformed digest", "Invalid digest", always},
    // The reference takes it as 0 when the UID is not 0, and goes on to the next error, if any.
    {"malformed gid or rdev", "Invalid integer",
     [](const std::string& dump, const Run& ours, const Run&) {
       int field = field_at_fault(dump, ours);
       return field == kGid || field == kRdev;
     }},
    // The reference writes a directory with two parents.
    {"link to a directory", "Hardlink target is a directory", always},
    // The reference finds some cycles only when it writes, and never leaves others.
    {"cycle of links", "cannot write file: Too many levels of symbolic links", always},
    // The reference's count of chunks wraps for sizes beyond 2^64 - 2^43.
    {"file too large", "cannot write file: File too large",
     [](const std::string&, const Run&, const Run& reference) { return reference.ok(); }},
    // The reference's budget of an inode's attributes runs below zero when it replaces one.
    {"attribute budget", nullptr,
     [](const std::string&, const Run&, const Run& reference) {
       return refused_as(reference, "cannot write file: Numerical result out of range");
     }},
};

}  // namespace

const char* deviation_for(const std::string& dump, const Run& ours, const Run& reference) {
  for (const Deviation& deviation : kDeviations)
    if ((deviation.ours ? refused_as(ours, deviation.ours) : ours.ok()) &&
        deviation.applies(dump, ours, reference))
      return deviation.name;
  return nullptr;
}

bool same_message(const std::string& ours, const std::string& reference) {
  static const std::regex kPlace(R"( \(line [0-9]+, column [0-9]+\)\n$)");
  std::string rest = std::regex_replace(ours, kPlace, "\n");
  std::size_t at = 0;
  for (char c : reference) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(c));
    if (rest.compare(at, 4, escaped) == 0) {
      at += 4;
    } else if (at < rest.size() && rest[at] == c) {
      ++at;
    } else {
      return rest.compare(at, rest.npos, "...\n") == 0;
    }
  }
  return at == rest.size();
}

bool misread(const std::string& our_line, const std::string& reference_line) {
  // The last of an inode's attributes, which need not be the last one of the line.
  static const std::regex kEmptyAttribute(
      R"( (user\.|trusted\.|security\.|system\.posix_acl_(access|default))=(?= |$))");
  std::vector<std::string> readings = {our_line};
  for (std::sregex_iterator empty(our_line.begin(), our_line.end(), kEmptyAttribute), end;
       empty != end; ++empty)
    readings.push_back(std::string(our_line)
                           .erase(static_cast<std::size_t>(empty->position()),
                                  static_cast<std::size_t>(empty->length())));
  return std::ranges::any_of(readings, [&](const std::string& ours) {
    constexpr std::size_t kTwoEscapedBytes = 8;
    if (reference_line.size() < ours.size() ||
        reference_line.size() > ours.size() + kTwoEscapedBytes)
      return false;
    auto differ = std::mismatch(ours.begin(), ours.end(), reference_line.begin()).first;
    return reference_line.ends_with(std::string(differ, ours.end()));
  });
}

}  // namespace conformance
