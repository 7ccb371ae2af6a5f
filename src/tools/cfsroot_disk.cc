// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot disk: a disk that boots from composefs images, out of trees or repositories.

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/text.h"
#include "disk/disk.h"
#include "tools/command.h"

namespace cfs::tools {

namespace {

struct Options {
  disk::DiskOptions disk;
  std::vector<std::string> sources, esp;
  std::vector<Result<store::Source>> opened;  // up to the first that cannot be
  std::string etc, var, size, free, esp_size, type, format;
  bool alg_given = false;
};

// "512M": bytes, or with K, M, G, T powers of 1024 of them.
Result<> parse_size(const char* option, const std::string& text, u64& bytes) {
  if (text.empty()) return {};
  constexpr std::string_view kUnits = "KMGT";
  std::string_view digits = text;
  unsigned shift = 0;
  if (auto unit = kUnits.find(digits.back()); unit != std::string_view::npos) {
    shift = static_cast<unsigned>(unit + 1) * 10;
    digits.remove_suffix(1);
  }
  auto number = parse_decimal(digits);
  if (!number || *number > (~u64{0} >> 1) >> shift)
    return fail_with(EINVAL, cat(std::string_view(option), "=", printable(text),
                                 ": not a size; write 2G, 512M or a number of bytes"));
  bytes = *number << shift;
  return {};
}

Result<> read_epoch(std::optional<i64>& time) {
  const char* text = std::getenv("SOURCE_DATE_EPOCH");
  if (!text || !*text) return {};
  auto seconds = parse_decimal(text);
  if (!seconds || *seconds > ~u32{0})
    return fail_with(EINVAL,
                     cat("SOURCE_DATE_EPOCH=", printable(text), ": not a number of seconds"));
  time = static_cast<i64>(*seconds);
  return {};
}

Result<> check_sources(Options& options) {
  const disk::DiskOptions& disk = options.disk;
  bool dump = false, any_number = false;  // of images
  for (const std::string& text : options.sources) {
    options.opened.push_back(store::open_source(text));
    const auto& source = options.opened.back();
    if (!source) return {};  // for complete() to say
    dump |= source->kind == store::SourceKind::kDump;
    any_number |= source->kind == store::SourceKind::kRepository;
  }
  if (!disk.store.empty() && !dump)
    return fail_with(EINVAL, "--store is for dumps, and no SOURCE is one");
  if (!any_number) return disk::check_refs(disk.refs.size(), options.sources.size());
  return {};
}

// What the command line says by itself, and the kinds of the sources.
Result<> check(Options& options) {
  disk::DiskOptions& disk = options.disk;
  if (disk.output == "-") return fail_with(EINVAL, "OUTPUT cannot be standard output; name a file");
  TRY(parse_size("--size", options.size, disk.size));
  TRY(parse_size("--free", options.free, disk.free));
  TRY(parse_size("--esp-size", options.esp_size, disk.esp_size));
  if (disk.esp_size == 0 || disk.esp_size > disk::kLargestEsp)
    return fail_with(EINVAL, cat("--esp-size=", options.esp_size,
                                 ": must be more than 0 and, for FAT32, at most 1T"));
  disk.bare = options.type == "ext4";
  if (disk.bare && !options.esp.empty())
    return fail_with(EINVAL, "--esp needs a partition; leave out --type=ext4");
  for (const std::string& text : options.esp) TRY(disk::check_esp_content(text));
  if (!options.esp_size.empty() && options.esp.empty())
    return fail_with(EINVAL, "--esp-size is of no use without --esp");
  std::set<std::string> refs;
  for (const std::string& ref : disk.refs) {
    TRY(store::check_ref(ref));
    if (!refs.insert(ref).second) return fail_with(EINVAL, cat("--ref=", ref, " is there twice"));
  }
  auto from_stdin = [](const std::string& text) { return text == "-" || text.ends_with(":-"); };
  if (std::ranges::count_if(options.sources, from_stdin) + from_stdin(options.etc) +
          from_stdin(options.var) >
      1)
    return fail_with(EINVAL, "standard input can be one source only");
  TRY(disk::check_options(disk));
  return check_sources(options);
}

// What the sources say.
Result<> complete(Options& options) {
  disk::DiskOptions& disk = options.disk;
  for (auto& opened : options.opened) {
    TRY_ASSIGN(auto source, std::move(opened));
    disk.sources.push_back(std::move(source));
  }
  if (!options.alg_given) {
    TRY_ASSIGN(auto alg, disk::algorithm_of(disk.sources));
    disk.alg = alg.value_or(disk.alg);
  }
  if (!options.etc.empty()) {
    TRY_ASSIGN(disk.etc, store::open_source(options.etc));
  }
  disk.empty_var = options.var == "none";
  if (!options.var.empty() && !disk.empty_var) {
    TRY_ASSIGN(disk.var, store::open_source(options.var));
  }
  for (const std::string& text : options.esp) TRY(disk::add_esp_content(text, disk.esp));
  disk.qcow2 = options.format.empty() ? disk.output.ends_with(".qcow2") : options.format == "qcow2";
  disk.threads = available_cpus();
  return read_epoch(disk.time);
}

Result<> run(Options& options, Report& report) {
  TRY(complete(options));
  constexpr u64 kWorthIt = 256;  // files; fewer take no time
  options.disk.progress = [&](u64 done, u64 total) {
    if (total > kWorthIt) report.progress("files", done, total);
  };
  TRY_ASSIGN(auto made, disk::make_disk(options.disk));
  Json& data = report.data();
  data["disk"] = options.disk.output;
  data["size"] = made.size;
  data["root"] = {{"offset", made.root_offset},
                  {"size", made.root_size},
                  {"free", made.free},
                  {"uuid", made.root_uuid},
                  {"label", options.disk.label}};
  data["objects"] = made.objects;
  Json& images = data["images"] = Json::array();
  std::set<std::string> seen;
  for (const Digest& image : made.images) {
    if (!seen.insert(image.hex()).second) continue;  // of two sources
    images.push_back(image.hex());
    report.line(image.hex());
  }
  return {};
}

}  // namespace

Run define_disk(CLI::App& app) {
  auto options = std::make_shared<Options>();
  disk::DiskOptions& disk = options->disk;
  auto text = [&](const char* name, std::string& value, const char* type, const char* what) {
    app.add_option(name, value, what)->type_name(type);
  };
  app.add_option("OUTPUT", disk.output, "the disk to write; replaced only when all went well")
      ->required()
      ->type_name("");
  app.add_option("SOURCE", options->sources,
                 "directory, tar stream, dump or repository; dir:, tar:, dump: or repo: before it "
                 "says which")
      ->required()
      ->type_name("");
  text("--store", disk.store, "DIR", "object directory with the contents of dumps");
  app.add_option("--ref", disk.refs, "name an image in images/refs; again for the next image")
      ->type_name("NAME")
      ->allow_extra_args(false);
  text("--etc", options->etc, "SOURCE",
       "what /etc has beyond the image at first (directory or tar)");
  text("--var", options->var, "SOURCE",
       "what /var has at first: directory, tar, or none (default: the first image's /var)");
  app.add_option("--esp", options->esp,
                 "directory or file for the EFI system partition, and its path there")
      ->type_name("PATH[:TARGET]")
      ->allow_extra_args(false);
  text("--esp-size", options->esp_size, "SIZE", "size of the EFI system partition (default: 512M)");
  text("--size", options->size, "SIZE", "size of the disk (default: as needed)");
  text("--free", options->free, "SIZE",
       "room left for state, when --size is not given (default: 256M)");
  text("--label", disk.label, "LABEL", "label of the root file system (default: sysroot)");
  text("--uuid", disk.uuid, "UUID",
       "UUID of the root file system (default: follows from the images)");
  text("--architecture", disk.architecture, "ARCH",
       "decides the type of the root partition, for example x86-64 or arm64 (default: this "
       "machine's)");
  add_choice(app, "--type", "GPT disk, or the ext4 alone (default: gpt)", {"gpt", "ext4"},
             [options = options.get()](const std::string& type) { options->type = type; });
  add_choice(app, "--format",
             "form of the file (default: qcow2 when OUTPUT ends with .qcow2, else raw)",
             {"raw", "qcow2"},
             [options = options.get()](const std::string& format) { options->format = format; });
  add_choice(app, "-a,--algorithm",
             "hash of fs-verity (default: that of a repository, else sha256)", {"sha256", "sha512"},
             [options = options.get()](const std::string& name) {
               options->alg_given = true;
               options->disk.alg = name == "sha512" ? HashAlg::kSha512 : HashAlg::kSha256;
             });
  check_usage(app, [options] { return check(*options); });
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
