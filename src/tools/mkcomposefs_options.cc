// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/mkcomposefs_options.h"

#include <getopt.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

#include "base/parallel.h"

namespace cfs::tools {

namespace {

enum Option {
  kDigestStore = 1,
  kUseEpoch,
  kSkipDevices,
  kSkipXattrs,
  kUserXattrs,
  kPrintDigest,
  kPrintDigestOnly,
  kFromFile,
  kMinVersion,
  kMaxVersion,
  kThreads,
};

struct Row {
  Option id;
  const char* name;
  const char* value;  // its name in the usage text, or null
  const char* help;
};

// The parser's table and the usage text are both made from this one.
constexpr Row kRows[] = {
    {kDigestStore, "digest-store", "PATH", "Copy external files to this object directory"},
    {kUseEpoch, "use-epoch", nullptr, "Make all mtimes zero"},
    {kSkipDevices, "skip-devices", nullptr, "Leave out block and character devices"},
    {kSkipXattrs, "skip-xattrs", nullptr, "Leave out extended attributes"},
    {kUserXattrs, "user-xattrs", nullptr, "Keep only user.* extended attributes"},
    {kPrintDigest, "print-digest", nullptr, "Print the image's fs-verity digest"},
    {kPrintDigestOnly, "print-digest-only", nullptr, "Print the digest, write no image"},
    {kFromFile, "from-file", nullptr, "SOURCE is a dump file, - is standard input"},
    {kMinVersion, "min-version", "N", "Lowest format version to use (default=0)"},
    {kMaxVersion, "max-version", "N", "Highest format version to use (default=1)"},
    {kThreads, "threads", "N", "Threads that read and copy files"},
};

void print_usage(const char* program) {
  std::fprintf(stderr, "Usage: %s [OPTIONS] SOURCE IMAGE\nOptions:\n", program);
  for (const Row& row : kRows) {
    std::string option = row.name;
    if (row.value) option += std::string("=") + row.value;
    std::fprintf(stderr, "  --%-22s %s", option.c_str(), row.help);
    if (row.id == kThreads) std::fprintf(stderr, " (default=%u)", available_cpus());
    std::fprintf(stderr, "\n");
  }
}

std::optional<long> parse_number(const char* text) {
  char* end;
  errno = 0;
  long value = std::strtol(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0') return {};
  return value;
}

// False after having said what is wrong.
bool apply(Option id, const char* value, MkcomposefsOptions& options, bool& version_given) {
  auto version = [&](u32& target, u32& other, const char* name) {
    auto number = parse_number(value);
    if (!number) {
      std::fprintf(stderr, "Invalid %s version %s\n", name, value);
      return false;
    }
    // Naming one of the two sets the other to 0, not to its usual default.
    if (!version_given) other = 0;
    version_given = true;
    target = static_cast<u32>(*number);
    return true;
  };
  switch (id) {
    case kDigestStore: options.digest_store = value; break;
    case kUseEpoch: options.use_epoch = true; break;
    case kSkipDevices: options.skip_devices = true; break;
    case kSkipXattrs: options.skip_xattrs = true; break;
    case kUserXattrs: options.user_xattrs = true; break;
    case kPrintDigest: options.print_digest = true; break;
    case kPrintDigestOnly: options.print_digest = options.print_digest_only = true; break;
    case kFromFile: options.from_file = true; break;
    case kMinVersion: return version(options.min_version, options.max_version, "min");
    case kMaxVersion: return version(options.max_version, options.min_version, "max");
    case kThreads: {
      auto number = parse_number(value);
      if (!number || *number <= 0 || *number > INT_MAX) {
        std::fprintf(stderr, "Invalid threads count %s\n", value);
        return false;
      }
      options.threads = static_cast<unsigned>(*number);
    }
  }
  return true;
}

}  // namespace

std::optional<MkcomposefsOptions> parse_mkcomposefs_options(int argc, char** argv) {
  const char* program = program_invocation_short_name;
  auto usage_error = [&](const char* text) -> std::optional<MkcomposefsOptions> {
    if (text) std::fprintf(stderr, "%s\n", text);
    print_usage(program);
    return {};
  };
  option long_options[std::size(kRows) + 1] = {};
  for (std::size_t i = 0; i < std::size(kRows); ++i)
    long_options[i] = {kRows[i].name, kRows[i].value ? required_argument : no_argument, nullptr,
                       kRows[i].id};

  MkcomposefsOptions options;
  options.threads = available_cpus();
  bool version_given = false;
  ::opterr = 0;
  for (int id; (id = ::getopt_long(argc, argv, ":", long_options, nullptr)) != -1;) {
    if (id == ':') {
      std::fprintf(stderr, "option needs a value\n");
      return {};
    }
    if (id == '?') return usage_error(nullptr);
    if (!apply(static_cast<Option>(id), ::optarg, options, version_given)) return {};
  }
  int operands = argc - ::optind;
  if (operands == 0) return usage_error("No source path specified");
  if (operands == 1 && !options.print_digest_only)
    return usage_error("No destination path specified");
  if (operands > 2) return usage_error("Too many arguments");
  if (operands == 2 && options.print_digest_only)
    return usage_error("Cannot specify destination path with --print-digest-only");
  options.source = argv[::optind];
  if (operands == 2) options.image = argv[::optind + 1];
  return options;
}

}  // namespace cfs::tools
