// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-setup-root: mounts the image that the kernel command line names, verified, over
// /sysroot. Runs in the initramfs between the mount of the root file system and the switch to it.

#include <getopt.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/text.h"
#include "boot/assembly.h"
#include "boot/report.h"
#include "fsverity/kernel.h"
#include "kernel-cmdline/edit.h"
#include "tools/print.h"
#include "tools/setup_root.h"

namespace {

using cfs::boot::BootConfig;
using cfs::boot::MountPlan;
using cfs::boot::Outcome;
using cfs::boot::Reason;
using cfs::sys::KernelCaps;

constexpr std::string_view kUsage =
    "Usage: composefs-setup-root [OPTION]...\n"
    "Mounts the composefs image that the kernel command line names over /sysroot.\n"
    "\n"
    "  --sysroot DIR   the mounted root file system with the store (default /sysroot)\n"
    "  --target DIR    attach there, not over the sysroot; needs --cmdline\n"
    "  --cmdline TEXT  instead of /proc/cmdline\n"
    "  --if-named      do nothing, successfully, unless there is a word of composefs\n"
    "  --config FILE   instead of /usr/lib/composefs/setup-root-conf.toml\n"
    "  --dry-run       print the configuration and the plan, mount nothing\n"
    "  -v, --verbose   say each step\n"
    "  --help          print this\n"
    "  --version       print the version\n"
    "\n"
    "Exit status: 0 done, 1 other error, 2 usage, 3 verification refused, 4 not found,\n"
    "5 the kernel or the file system lacks a feature.\n";

struct Options {
  std::string sysroot = "/sysroot", init;
  std::optional<std::string> target, cmdline, config;
  bool if_named = false, dry_run = false, verbose = false;
};

constexpr std::string_view kName = "composefs-setup-root";

[[noreturn]] void usage_error(std::string_view text) {
  cfs::tools::print_error(cfs::cat(kName, ": ", text, "\n\n", kUsage));
  _exit(2);
}

// The value of a path's option: "" is none that somebody can have meant.
std::string path_value(const option& of) {
  if (*optarg == '\0') usage_error(cfs::cat("an empty value for `--", of.name, "`"));
  return optarg;
}

// What getopt_long() has just complained of.
std::string bad_option(char** argv) {
  return optopt > 0 && optopt < 256 ? cfs::cat("-", static_cast<char>(optopt)) : argv[optind - 1];
}

Options parse_options(int argc, char** argv) {
  enum { kSysroot = 256, kTarget, kCmdline, kIfNamed, kConfig, kDryRun, kVerbose, kHelp, kVersion };
  constexpr option kLong[] = {{"sysroot", required_argument, nullptr, kSysroot},
                              {"target", required_argument, nullptr, kTarget},
                              {"cmdline", required_argument, nullptr, kCmdline},
                              {"if-named", no_argument, nullptr, kIfNamed},
                              {"config", required_argument, nullptr, kConfig},
                              {"dry-run", no_argument, nullptr, kDryRun},
                              {"verbose", no_argument, nullptr, kVerbose},
                              {"help", no_argument, nullptr, kHelp},
                              {"version", no_argument, nullptr, kVersion},
                              {}};
  Options options;
  opterr = 0;
  // The `+` keeps getopt from asking the environment.
  for (int c, i = 0; (c = getopt_long(argc, argv, "+v", kLong, &i)) != -1;) {
    switch (c) {
      case kSysroot:
        options.sysroot = path_value(kLong[i]);
        break;
      case kTarget:
        options.target = path_value(kLong[i]);
        break;
      case kCmdline:
        options.cmdline = optarg;
        break;
      case kIfNamed:
        options.if_named = true;
        break;
      case kConfig:
        options.config = path_value(kLong[i]);
        break;
      case kDryRun:
        options.dry_run = true;
        break;
      case 'v':
      case kVerbose:
        options.verbose = true;
        break;
      case kHelp:
        _exit(cfs::tools::print_and_end(kName, kUsage));
      case kVersion:
        _exit(cfs::tools::print_and_end(kName, "composefs-setup-root " CFS_VERSION "\n"));
      default:
        usage_error(cfs::cat("bad option `", cfs::printable(bad_option(argv)), "`"));
    }
  }
  if (optind < argc)
    usage_error(cfs::cat("unexpected argument `", cfs::printable(argv[optind]), "`"));
  if (options.target && !options.cmdline)
    usage_error("--target needs --cmdline: /proc/cmdline speaks of the running system");
  return options;
}

// Nothing of what the caller left around us may matter.
void settle_process() {
  // No file of ours may become descriptor 0, 1 or 2.
  int fd = open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= 2) fd = open("/dev/null", O_RDWR);
  if (fd > 2) close(fd);
  // Who reads our messages may be gone; the kernel log is still to be written.
  signal(SIGPIPE, SIG_IGN);
  umask(022);
  constexpr rlimit kFiles{64, 64}, kSize{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_NOFILE, &kFiles);
  setrlimit(RLIMIT_FSIZE, &kSize);
}

// An initramfs has systemd's mark, or a root file system that only an initramfs has.
bool in_initramfs() {
  struct statfs root;
  return access("/etc/initrd-release", F_OK) == 0 ||
         (statfs("/", &root) == 0 && (root.f_type == RAMFS_MAGIC || root.f_type == TMPFS_MAGIC));
}

Outcome<> check_place(const Options& options) {
  if (options.dry_run || options.target || in_initramfs()) return {};
  return cfs::boot::refuse(Reason::kRunningSystem,
                           "this is a running system, not an initramfs; say --target");
}

cfs::Result<std::string> command_line(const Options& options) {
  return options.cmdline ? *options.cmdline : cfs::read_file("/proc/cmdline");
}

// Whoever starts this program leaves the question to it: a line that somebody splits in another way
// than the kernel must not boot an unverified root.
bool names_an_image(std::string_view line) {
  const auto parameters = cfs::kernel_cmdline::split(line);
  return std::any_of(parameters.begin(), parameters.end(), cfs::kernel_cmdline::is_ours);
}

// The command line and the initramfs's own file; nothing on the disk has a say.
Outcome<BootConfig> configure(const Options& options, const std::string& line) {
  TRY_ASSIGN(auto config, cfs::boot::read_config(options.config.value_or(cfs::boot::kConfigPath),
                                                 options.config.has_value()));
  TRY_ASSIGN(BootConfig boot, cfs::boot::make_boot_config(line, config));
  boot.sysroot = options.sysroot;
  boot.target = options.target.value_or(options.sysroot);
  boot.running = options.target.has_value();
  boot.record = !boot.running;
  if (!options.init.empty()) boot.init = options.init;
  // A running system's root is no initramfs.
  if (boot.running) boot.embedded.clear();
  return boot;
}

Outcome<KernelCaps> probe_kernel() {
  auto caps = cfs::sys::probe_kernel();
  if (caps) return std::move(*caps);
  if (caps.error().code == EPERM)
    return cfs::boot::refuse(Reason::kNotPermitted, "mounting needs root (CAP_SYS_ADMIN)");
  return tl::make_unexpected(std::move(caps).error());
}

// `image` receives the wanted digest for messages as soon as it is known.
Outcome<> run(const Options& options, std::string& image) {
  TRY_ASSIGN(std::string line, command_line(options));
  if (options.if_named && !names_an_image(line)) return {};
  TRY(check_place(options));
  TRY_ASSIGN(BootConfig config, configure(options, line));
  if (!config.digests.empty()) image = config.digests.front().hex();

  // What the kernel can do decides how, never whether it is verified.
  TRY_ASSIGN(KernelCaps caps, probe_kernel());
  TRY_ASSIGN(MountPlan plan, cfs::boot::make_plan(config, caps));
  if (options.dry_run) {
    TRY(cfs::tools::print(cfs::cat("# configuration\n", cfs::boot::describe(config.config),
                                   "# plan\n", plan.describe())));
    return {};
  }

  // Find, verify, mount, probe, attach. An early return leaves nothing behind.
  cfs::boot::Assembly assembly(caps, cfs::fsverity::measure, options.verbose);
  auto done = assembly.run(plan);
  if (!assembly.image().empty()) image = assembly.image();
  return done;
}

}  // namespace

int cfs::setup_root(int argc, char** argv, const std::string& init) {
  settle_process();
  Options options = parse_options(argc, argv);
  options.init = init;
  std::string image;
  auto done = run(options, image);
  return done ? 0 : cfs::boot::report(done.error(), image);
}
