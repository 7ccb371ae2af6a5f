// SPDX-License-Identifier: LGPL-2.1-or-later

// Options of mount.composefs. Letters, lists and whatever is not composefs's own are libmount's.
//
// In a list, composefs protects any character with a backslash. libmount protects commas, with
// double quotes, and from 2.39 on with a backslash too. So libmount splits a copy in which nothing
// of that is left to see; names and values are taken from the same places of the list itself.

#include "tools/mount_composefs_options.h"

#include <getopt.h>
#include <libmount.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace cfs::tools {

namespace {

constexpr std::string_view kProgram = "mount.composefs";

void say(std::string_view text) { (void)write_all(2, as_bytes(text)); }

void print_usage() {
  say("usage: mount.composefs [-sfnvrwh] [-N NAMESPACE] [-t composefs] -o "
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
      "  -n  remember nothing in /run/mount\n"
      "  -v  say what was done\n"
      "  -r, -w  as ro, rw\n"
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
};

struct Row {
  std::string_view name;
  Key key;
};

constexpr Row kRows[] = {
    {"basedir", Key::kBasedir},     {"digest", Key::kDigest},     {"upperdir", Key::kUpperdir},
    {"workdir", Key::kWorkdir},     {"idmap", Key::kIdmap},       {"verity", Key::kVerity},
    {"tryverity", Key::kTryverity}, {"noverity", Key::kNoverity},
};

const Row* row_of(std::string_view name) {
  for (const Row& row : kRows)
    if (row.name == name) return &row;
  return nullptr;
}

// What each flag of libmount's is for a mount. Those of atime are modes, of which one counts.
constexpr unsigned long kAtime = MS_NOATIME | MS_RELATIME | MS_STRICTATIME;
constexpr struct {
  unsigned long flag;
  u32 attribute;
} kAttributes[] = {
    {MS_RDONLY, MOUNT_ATTR_RDONLY},
    {MS_NOSUID, MOUNT_ATTR_NOSUID},
    {MS_NODEV, MOUNT_ATTR_NODEV},
    {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
    {MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
    {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME},
    {MS_NOATIME, MOUNT_ATTR_NOATIME},
    {MS_STRICTATIME, MOUNT_ATTR_STRICTATIME},
    {MS_RELATIME, MOUNT_ATTR_RELATIME},
    {MS_SILENT, 0},
};

// For other programs than this. Not among them: loop=, verity.…=, for which mount(8) makes devices.
constexpr unsigned long kForOthers = MNT_MS_NOAUTO | MNT_MS_USER | MNT_MS_USERS | MNT_MS_OWNER |
                                     MNT_MS_GROUP | MNT_MS_NETDEV | MNT_MS_COMMENT | MNT_MS_NOFAIL |
                                     MNT_MS_UHELPER | MNT_MS_HELPER | MNT_MS_XCOMMENT |
                                     MNT_MS_XFSTABCOMM;

// Whether libmount takes it for an option of every file system.
bool is_generic(const std::string& option) {
  char* others = nullptr;
  int status = ::mnt_split_optstr(option.c_str(), nullptr, nullptr, &others, 0, 0);
  bool generic = status == 0 && !others;
  std::free(others);
  return generic;
}

// Whether it asks for another mount than would be made, though libmount's maps do not say so. With
// X-mount.mkdir it is the same one: the directory is there, or there is no mount.
bool is_not_done(std::string_view name) {
  for (std::string_view known : {"move", "context", "fscontext", "defcontext", "rootcontext"})
    if (name == known) return true;
  return name.starts_with("X-mount.") && name != "X-mount.mkdir";
}

struct Option {
  std::string_view name;
  bool has_value;
  std::string value;    // without backslashes
  std::string generic;  // as libmount may read it; a value is never empty there

  std::string generic_name() const { return generic.substr(0, name.size()); }
};

tl::unexpected<Error> unsupported(const Option& option) {
  return fail_with(EINVAL, cat("Unsupported option ", printable(option.name)));
}

// For libmount's table, in its own spelling: double quotes around a comma. There is none that every
// libmount reads for a double quote, for a backslash at the end, and in a name.
Result<> remember(const Option& option, std::string& remembered) {
  if (option.name.find_first_of("\",\\") != option.name.npos || option.value.ends_with('\\') ||
      option.value.find('"') != option.value.npos)
    return fail_with(EINVAL, cat("The option ", printable(option.name),
                                 " cannot be remembered: libmount has no spelling for it"));
  std::string_view quote = option.value.find(',') == option.value.npos ? "" : "\"";
  remembered += cat(remembered.empty() ? "" : ",", option.name);
  if (option.has_value) remembered += cat("=", quote, option.value, quote);
  return {};
}

// Applies an option of every file system; an error if it asks for what is not done here.
Result<> apply_generic(const Option& option, MountComposefsOptions& options) {
  unsigned long flags = options.flags, others = 0, known = 0;
  // By the name alone: to libmount, `user` implies other flags, and `user=NAME` does not.
  std::string name = option.generic_name();
  if (::mnt_optstr_get_flags(name.c_str(), &flags, ::mnt_get_builtin_optmap(MNT_LINUX_MAP)) ||
      ::mnt_optstr_get_flags(name.c_str(), &others, ::mnt_get_builtin_optmap(MNT_USERSPACE_MAP)))
    return unsupported(option);
  for (const auto& row : kAttributes) known |= row.flag;
  if (flags & ~known || others & ~kForOthers) return unsupported(option);
  if (unsigned long mode = flags & ~options.flags & kAtime) flags = (flags & ~kAtime) | mode;
  options.flags = flags;
  options.for_others |= others;
  bool comment = others & (MNT_MS_COMMENT | MNT_MS_XFSTABCOMM);  // which libmount leaves out
  return others && !comment ? remember(option, options.remembered) : Result<>{};
}

constexpr char kLetter = '?';  // in no name that libmount knows

// The list as libmount may split it, of the same length: what is protected, quotes, and a `=`
// without a name look like letters. A name ends at the first `=`, protected or not.
std::string without_protection(std::string_view list) {
  std::string copy(list);
  for (std::size_t i = 0; i < copy.size(); ++i) {
    bool first = i == 0 || copy[i - 1] == ',';
    if (copy[i] == '\\') {
      copy[i] = kLetter;
      if (i + 1 < copy.size() && copy[i + 1] != '=') copy[++i] = kLetter;
    } else if (copy[i] == '"' || (copy[i] == '=' && first)) {
      copy[i] = kLetter;
    }
  }
  return copy;
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
      if (options.verity != mount::Verity::kRequire) options.verity = mount::Verity::kIfPossible;
      break;
    case Key::kNoverity:
      options.verity = mount::Verity::kOff;
      break;
  }
  return {};
}

Result<> take(const Option& option, bool sloppy, MountComposefsOptions& options) {
  const Row* row = row_of(option.name);
  bool wants_value = row && row->key <= Key::kIdmap;
  if (wants_value && option.value.empty())
    return fail_with(EINVAL, cat("No value specified for ", option.name, " option"));
  if (row && wants_value == option.has_value) return apply(*row, option.value, options);
  bool generic = is_generic(option.generic);
  if (row || (!generic && is_generic(option.generic_name())))
    return fail_with(EINVAL, cat("The option ", option.name, " takes no value, not `",
                                 printable(option.value), "`"));
  if (is_not_done(option.name)) return unsupported(option);
  if (generic) return apply_generic(option, options);
  return sloppy ? Result<>{} : unsupported(option);
}

}  // namespace

Result<> parse_mount_list(std::string_view list, bool sloppy, MountComposefsOptions& options) {
  std::string copy = without_protection(list);
  char *rest = copy.data(), *name, *value;
  std::size_t name_size, value_size;
  int status;
  while ((status = ::mnt_optstr_next_option(&rest, &name, &name_size, &value, &value_size)) == 0) {
    auto original = [&](const char* from, std::size_t size) {
      return list.substr(static_cast<std::size_t>(from - copy.data()), size);
    };
    Option option{original(name, name_size), value != nullptr,
                  value ? unescaped(original(value, value_size)) : "",
                  std::string(name, value ? value + value_size : name + name_size)};
    if (value && value_size == 0) option.generic += kLetter;
    TRY(take(option, sloppy, options));
  }
  if (status < 0) return fail_with(EINVAL, cat("libmount cannot split ", printable(list)));
  return {};
}

namespace {

// What the options say together.
Result<> settle(MountComposefsOptions& options) {
  mount::ComposefsOptions& mount = options.mount;
  if (mount.upper.empty() != mount.work.empty())
    return fail_with(EINVAL, "Both workdir and upperdir must be specified if used");
  for (const auto& row : kAttributes)
    if (options.flags & row.flag) mount.attributes |= row.attribute;
  mount.verity = options.verity.value_or(mount::Verity::kIfPossible);
  if (mount.digest && mount.verity == mount::Verity::kIfPossible)
    mount.verity = mount::Verity::kRequire;
  if (auto valid = mount::check_options(mount); !valid)
    return fail_with(EINVAL, cat("Value for digest option is not valid: ", valid.error().text));
  return {};
}

struct Free {
  void operator()(libmnt_context* context) const { ::mnt_free_context(context); }
};

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
  // This is how mount(8) calls its helpers; nothing else tells who calls.
  bool operands_first = argc > 2 && argv[1][0] != '-' && argv[2][0] != '-';
  std::unique_ptr<libmnt_context, Free> context(::mnt_new_context());
  if (!context || ::mnt_context_init_helper(context.get(), MNT_ACT_MOUNT, 0) != 0)
    return refuse("libmount: out of memory");
  std::vector<std::string_view> lists;
  for (int c; (c = ::getopt_long(argc, argv, "hsfnvrwN:t:o:", kLong, nullptr)) != -1;) {
    switch (c) {
      case 'h':
        print_usage();
        return Exit{0};
      case 'r':
        lists.push_back("ro");
        break;
      case 'w':
        lists.push_back("rw");
        break;
      case 'N':
        if (!*::optarg) return refuse("No value specified for -N");
        options.mount_namespace = ::optarg;
        break;
      case 'o':
        lists.push_back(::optarg);
        break;
      case 't':
        if (std::string_view(::optarg) == "composefs") break;
        return refuse(cat("Unsupported fs type '", printable(::optarg), "'"));
      default:
        if (::mnt_context_helper_setopt(context.get(), c, ::optarg) != 0) return usage_error("");
    }
  }
  int operands = argc - ::optind;
  if (operands < 1) return usage_error("No source path specified");
  if (operands < 2) return usage_error("No mount path specified");
  if (operands > 2) return usage_error("Too many arguments");
  options.image = argv[::optind];
  options.target = argv[::optind + 1];
  options.fake = ::mnt_context_is_fake(context.get());
  options.verbose = ::mnt_context_is_verbose(context.get());
  bool sloppy = ::mnt_context_is_sloppy(context.get());
  // One by one: a backslash at the end of a list protects nothing in the next.
  for (std::string_view list : lists)
    if (auto parsed = parse_mount_list(list, sloppy, options); !parsed)
      return refuse(parsed.error().text);
  if (options.mount.objects.empty()) return usage_error("No object dirs specified");
  if (auto settled = settle(options); !settled) return refuse(settled.error().text);
  // mount(8) writes the table when we are done, and keeps x-… from its helpers: who passes one is
  // not mount(8).
  bool by_mount = operands_first && !(options.for_others & MNT_MS_XCOMMENT);
  if (by_mount || ::mnt_context_is_nomtab(context.get())) options.remembered.clear();
  return {};
}

}  // namespace cfs::tools
