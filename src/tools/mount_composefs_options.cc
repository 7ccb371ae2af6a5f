// SPDX-License-Identifier: LGPL-2.1-or-later

// Options of mount.composefs. The lists are split here and not by libmount: composefs protects
// commas with a backslash, libmount with quotes; and libmount comes as a shared library alone,
// whose loading takes longer than the mount itself. What has to be remembered of options (x-…,
// user) is in the table of mount(8), which writes it when the helper is done.

#include "tools/mount_composefs_options.h"

#include <getopt.h>
#include <sys/mount.h>

#include <cerrno>

#include "base/text.h"

namespace cfs::tools {

namespace {

constexpr std::string_view kProgram = "mount.composefs";

void say(std::string_view text) { (void)write_all(2, as_bytes(text)); }

void print_usage() {
  say("usage: mount.composefs [-sfnvh] [-N NAMESPACE] [-t composefs] -o "
      "basedir=PATH[:PATH]…[,OPTION…] IMAGE MOUNTPOINT\n"
      "Options for -o, separated by commas; a backslash protects one:\n"
      "  basedir=PATH[:PATH]…         where contents are, required\n"
      "  digest=HEX                   the image must have this fs-verity digest; implies verity\n"
      "  verity                       contents must match the image's digests\n"
      "  tryverity                    the same where kernel and file system can check it "
      "(default)\n"
      "  noverity                     contents are not checked\n"
      "  upperdir=PATH,workdir=PATH   a writable layer\n"
      "  idmap=PATH                   a user namespace that maps owners\n"
      "  ro, rw, nodev, nosuid, noexec, noatime and others as in mount(8)\n"
      "Options of mount(8) for its helpers:\n"
      "  -s  pass over unknown -o options\n"
      "  -f  do everything but the mount\n"
      "  -n  nothing: there is no mtab\n"
      "  -v  say what was done\n"
      "  -N  mount in the mount namespace of this file\n");
}

enum class Key {
  kBasedir,
  kDigest,
  kUpperdir,
  kWorkdir,
  kIdmap,  // with a value
  kVerity,
  kTryverity,
  kNoverity,
  kAttribute,
  kNothing,
};

struct Row {
  std::string_view name;
  Key key;
  u32 set = 0, clear = 0;  // MOUNT_ATTR_…
};

constexpr u32 kOfUsers = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
constexpr Row kRows[] = {
    {"basedir", Key::kBasedir},
    {"digest", Key::kDigest},
    {"upperdir", Key::kUpperdir},
    {"workdir", Key::kWorkdir},
    {"idmap", Key::kIdmap},
    {"verity", Key::kVerity},
    {"tryverity", Key::kTryverity},
    {"noverity", Key::kNoverity},
    {"ro", Key::kAttribute, MOUNT_ATTR_RDONLY, 0},
    {"rw", Key::kAttribute, 0, MOUNT_ATTR_RDONLY},
    {"nosuid", Key::kAttribute, MOUNT_ATTR_NOSUID, 0},
    {"suid", Key::kAttribute, 0, MOUNT_ATTR_NOSUID},
    {"nodev", Key::kAttribute, MOUNT_ATTR_NODEV, 0},
    {"dev", Key::kAttribute, 0, MOUNT_ATTR_NODEV},
    {"noexec", Key::kAttribute, MOUNT_ATTR_NOEXEC, 0},
    {"exec", Key::kAttribute, 0, MOUNT_ATTR_NOEXEC},
    {"nosymfollow", Key::kAttribute, MOUNT_ATTR_NOSYMFOLLOW, 0},
    {"symfollow", Key::kAttribute, 0, MOUNT_ATTR_NOSYMFOLLOW},
    {"nodiratime", Key::kAttribute, MOUNT_ATTR_NODIRATIME, 0},
    {"diratime", Key::kAttribute, 0, MOUNT_ATTR_NODIRATIME},
    {"noatime", Key::kAttribute, MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    {"strictatime", Key::kAttribute, MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    {"relatime", Key::kAttribute, 0, MOUNT_ATTR__ATIME},
    {"atime", Key::kAttribute, 0, MOUNT_ATTR__ATIME},
    {"user", Key::kAttribute, kOfUsers | MOUNT_ATTR_NOEXEC, 0},
    {"users", Key::kAttribute, kOfUsers | MOUNT_ATTR_NOEXEC, 0},
    {"owner", Key::kAttribute, kOfUsers, 0},
    {"group", Key::kAttribute, kOfUsers, 0},
    // For other programs than this.
    {"defaults", Key::kNothing},
    {"auto", Key::kNothing},
    {"noauto", Key::kNothing},
    {"nofail", Key::kNothing},
    {"nouser", Key::kNothing},
    {"noowner", Key::kNothing},
    {"nogroup", Key::kNothing},
    {"async", Key::kNothing},
    {"silent", Key::kNothing},
    {"loud", Key::kNothing},
    {"_netdev", Key::kNothing},
    {"comment", Key::kNothing},
    {"helper", Key::kNothing},
    {"uhelper", Key::kNothing},
};

const Row* row_of(std::string_view name) {
  static constexpr Row kComment{"x-", Key::kNothing};
  for (const Row& row : kRows)
    if (row.name == name) return &row;
  return name.starts_with("x-") || name.starts_with("X-") ? &kComment : nullptr;
}

// Takes the first option off the list, up to a comma that no backslash protects.
std::string_view take_option(std::string_view& list) {
  std::size_t end = 0;
  while (end < list.size() && list[end] != ',') end += list[end] == '\\' ? 2 : 1;
  std::string_view option = list.substr(0, end);
  list.remove_prefix(std::min(list.size(), end + 1));
  return option;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

Result<std::vector<std::string>> split_basedir(std::string_view value) {
  std::vector<std::string> paths;
  for (;;) {
    std::size_t colon = value.find(':');
    paths.emplace_back(value.substr(0, colon));
    if (paths.back().empty())
      return fail_with(EINVAL, "Value for basedir option has incorrect format: an empty path");
    if (colon == value.npos) return paths;
    value.remove_prefix(colon + 1);
  }
}

Result<> apply(const Row& row, const std::string& value, MountComposefsOptions& options) {
  mount::ComposefsOptions& mount = options.mount;
  switch (row.key) {
    case Key::kBasedir: {
      TRY_ASSIGN(mount.objects, split_basedir(value));
      break;
    }
    case Key::kDigest:
      mount.digest = value;
      break;
    case Key::kUpperdir:
      mount.upper = value;
      break;
    case Key::kWorkdir:
      mount.work = value;
      break;
    case Key::kIdmap:
      options.user_namespace = value;
      break;
    case Key::kVerity:
      options.verity = mount::Verity::kRequire;
      break;
    case Key::kTryverity:
      options.verity = mount::Verity::kIfPossible;
      break;
    case Key::kNoverity:
      options.verity = mount::Verity::kOff;
      break;
    case Key::kAttribute:
      mount.attributes = (mount.attributes & ~row.clear) | row.set;
      break;
    case Key::kNothing:
      break;
  }
  return {};
}

}  // namespace

Result<> parse_mount_list(std::string_view list, bool sloppy, MountComposefsOptions& options) {
  while (!list.empty()) {
    std::string_view option = take_option(list);
    std::size_t equals = option.find('=');
    std::string_view name = option.substr(0, equals);
    if (option.empty()) continue;
    const Row* row = row_of(name);
    if (!row && sloppy) continue;
    if (!row) return fail_with(EINVAL, cat("Unsupported option ", printable(name)));
    bool wants_value = row->key <= Key::kIdmap, has_value = equals != option.npos;
    std::string value = has_value ? unescaped(option.substr(equals + 1)) : "";
    if (wants_value && value.empty())
      return fail_with(EINVAL, cat("No value specified for ", name, " option"));
    if (!wants_value && has_value && row->key != Key::kNothing)
      return fail_with(EINVAL, cat("The option ", name, " takes no value, not ", printable(value)));
    TRY(apply(*row, value, options));
  }
  return {};
}

namespace {

// What the options say together.
Result<> settle(MountComposefsOptions& options) {
  mount::ComposefsOptions& mount = options.mount;
  if (mount.upper.empty() != mount.work.empty())
    return fail_with(EINVAL, "Both workdir and upperdir must be specified if used");
  auto unless_given = mount.digest ? mount::Verity::kRequire : mount::Verity::kIfPossible;
  mount.verity = options.verity.value_or(unless_given);
  if (auto valid = mount::check_options(mount); !valid)
    return fail_with(EINVAL, cat("Value for digest option is not valid: ", valid.error().text));
  return {};
}

std::optional<Exit> usage_error(std::string_view text) {
  if (!text.empty()) say(cat(text, "\n"));
  print_usage();
  return Exit{1};
}

std::optional<Exit> refuse(std::string_view text) {
  say(cat(kProgram, ": ", text, "\n"));
  return Exit{1};
}

}  // namespace

std::optional<Exit> parse_mount_composefs_options(int argc, char** argv,
                                                  MountComposefsOptions& options) {
  static constexpr option kLong[] = {{"help", no_argument, nullptr, 'h'}, {}};
  std::string list;
  bool sloppy = false;
  for (int c; (c = ::getopt_long(argc, argv, "hsfnvN:t:o:", kLong, nullptr)) != -1;) {
    switch (c) {
      case 'h':
        print_usage();
        return Exit{0};
      case 's':
        sloppy = true;
        break;
      case 'f':
        options.fake = true;
        break;
      case 'n':
        break;
      case 'v':
        options.verbose = true;
        break;
      case 'N':
        options.mount_namespace = ::optarg;
        break;
      case 'o':
        list += cat(list.empty() ? "" : ",", ::optarg);
        break;
      case 't':
        if (std::string_view(::optarg) == "composefs") break;
        return refuse(cat("Unsupported fs type '", printable(::optarg), "'"));
      default:
        return usage_error("");
    }
  }
  int operands = argc - ::optind;
  if (operands < 1) return usage_error("No source path specified");
  if (operands < 2) return usage_error("No mount path specified");
  if (operands > 2) return usage_error("Too many arguments");
  options.image = argv[::optind];
  options.target = argv[::optind + 1];
  if (auto parsed = parse_mount_list(list, sloppy, options); !parsed)
    return refuse(parsed.error().text);
  if (options.mount.objects.empty()) return usage_error("No object dirs specified");
  if (auto settled = settle(options); !settled) return refuse(settled.error().text);
  return {};
}

}  // namespace cfs::tools
