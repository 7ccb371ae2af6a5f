// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/modules.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "sys/modules.h"

namespace cfs::initramfs {

namespace {

// "kernel/fs/erofs/erofs.ko.xz" → "erofs"; modprobe takes `-` and `_` for the same. Empty for what
// is no module.
std::string module_name(std::string_view path) {
  std::string name(path.substr(path.rfind('/') + 1));
  std::size_t end = name.rfind(".ko");
  if (end == name.npos) return "";
  std::string_view rest = std::string_view(name).substr(end + 3);
  if (!rest.empty() && rest != ".xz" && rest != ".zst" && rest != ".gz") return "";
  name.resize(end);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

template <class Take>
void for_each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) take(line);
  }
}

// What one kernel can have.
struct Modules {
  std::set<std::string> there;
  std::set<std::string> builtin;
  bool builtin_known = false;
  std::string_view dependencies;  // modules.dep

  void add_builtin(std::string_view text) {
    builtin_known = true;
    for_each_line(text, [&](std::string_view line) { builtin.insert(module_name(line)); });
  }
  bool has(std::string_view name) const {
    return there.contains(std::string(name)) || builtin.contains(std::string(name));
  }
};

// Modules that modules.dep says `name` needs and that are not there.
std::string missing_dependencies(const Modules& modules, std::string_view name) {
  std::string missing;
  for_each_line(modules.dependencies, [&](std::string_view line) {
    std::size_t colon = line.find(':');
    if (colon == line.npos || module_name(line.substr(0, colon)) != name) return;
    std::string_view rest = line.substr(colon + 1);
    while (!rest.empty()) {
      std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      std::string needed = module_name(word);
      if (!needed.empty() && !modules.has(needed))
        missing += cat(missing.empty() ? "" : ", ", needed);
    }
  });
  return missing;
}

// Major and minor number of "6.12.48-amd64" as one that can be compared; 0 if there is none.
u64 series(std::string_view version) {
  std::string_view major = version.substr(0, version.find('.'));
  if (major.size() == version.size()) return 0;
  std::string_view minor = version.substr(major.size() + 1);
  minor = minor.substr(0, std::min(minor.find_first_not_of("0123456789"), minor.size()));
  auto high = parse_decimal(major), low = parse_decimal(minor);
  return high && low && *high < 1000 && *low < 1000 ? *high * 1000 + *low : 0;
}

// One module of which any of `names` will do. `why` is empty if nothing works without it, else what
// does not.
void check_module(const Modules& modules, std::initializer_list<std::string_view> names,
                  std::string_view why, const std::string& kernel, Findings& findings) {
  std::string subject(*names.begin());
  const std::string of = kernel.empty() ? "" : cat(" of ", kernel);
  for (std::string_view name : names) {
    if (modules.builtin.contains(std::string(name)))
      return findings.add(Verdict::kOk, subject,
                          cat("built into the kernel", kernel.empty() ? "" : " ", kernel));
    if (!modules.there.contains(std::string(name))) continue;
    std::string missing = missing_dependencies(modules, name);
    if (missing.empty()) return findings.add(Verdict::kOk, subject, cat("module ", name, of));
    return findings.add(why.empty() ? Verdict::kBad : Verdict::kNote, subject,
                        cat("module ", name, of, " needs ", missing, ", which is missing"));
  }
  std::string text = cat("no module ", subject, of);
  if (!modules.builtin_known)
    text +=
        "; whether it is built in is not known, name the kernel's modules.builtin with --builtin";
  if (!why.empty()) text += cat("; without it ", why);
  const bool bad = why.empty() && modules.builtin_known;
  findings.add(bad ? Verdict::kBad : Verdict::kNote, subject, text);
}

void check_kernel(const Modules& modules, const std::string& kernel, const Needs& needs,
                  Findings& findings) {
  const u64 version = series(kernel);
  if (version != 0 && version < 6006)
    findings.add(needs.lax ? Verdict::kNote : Verdict::kBad, "kernel",
                 cat(kernel, " cannot enforce fs-verity in overlayfs, Linux 6.6 is the first"));
  check_module(modules, {"erofs"}, "", kernel, findings);
  check_module(modules, {"overlay"}, "", kernel, findings);
  // Linux 6.12 can mount a file, if it is configured to.
  check_module(modules, {"loop"},
               version >= 6012 && !needs.memory ? "the kernel must mount EROFS from a file" : "",
               kernel, findings);
  check_module(modules, {"sha512", "sha512_generic", "libsha512"},
               needs.sha512 ? "" : "images with SHA-512 digests cannot be booted", kernel,
               findings);
}

// composefs-init's own reader; where it would end is bad.
std::vector<std::string> read_list(const Files& files, Findings& findings) {
  const Node* list = files.find(sys::kModuleList);
  if (!list) return {};
  if (!list->is_file()) {
    findings.add(Verdict::kBad, "modules", cat(sys::kModuleList, " is no file"));
    return {};
  }
  if (list->content.size() > sys::kModuleListMax) {
    findings.add(Verdict::kBad, "modules",
                 cat(sys::kModuleList, " is larger than ", sys::kModuleListMax, " bytes"));
    return {};
  }
  auto paths = sys::parse_module_list(list->content);
  if (paths) return std::move(*paths);
  findings.add(Verdict::kBad, "modules", paths.error().text);
  return {};
}

// composefs-init loads what its list names, in its order.
void check_listed(const Files& files, const Around& around, const Needs& needs,
                  Findings& findings) {
  Modules modules;
  if (around.builtin) modules.add_builtin(*around.builtin);
  for (const std::string& path : read_list(files, findings)) {
    const Node* file = files.find(path);
    if (file && file->is_file()) {
      modules.there.insert(module_name(path));
    } else {
      findings.add(Verdict::kBad, "modules",
                   cat(sys::kModuleList, " names ", printable(path), ", which is missing"));
    }
  }
  check_kernel(modules, around.kernel.value_or(""), needs, findings);
}

constexpr std::string_view kFolders[] = {"/usr/lib/modules", "/lib/modules"};

std::vector<std::string> versions(const Files& files) {
  std::set<std::string> names;
  for (std::string_view folder : kFolders)
    for (const std::string& version : files.list(folder)) {
      const Node* node = files.find(cat(folder, "/", version));
      if (node && node->is_directory()) names.insert(version);
    }
  return {names.begin(), names.end()};
}

}  // namespace

void check_modules(const Files& files, Builder builder, const Around& around, const Needs& needs,
                   Findings& findings) {
  if (builder == Builder::kComposefsInit) return check_listed(files, around, needs, findings);
  findings.kernels = around.kernel ? std::vector{*around.kernel} : versions(files);
  if (findings.kernels.empty()) findings.kernels = {""};
  for (const std::string& kernel : findings.kernels) {
    Modules modules;
    if (around.builtin) modules.add_builtin(*around.builtin);
    for (std::string_view folder :
         kernel.empty() ? std::span<const std::string_view>() : kFolders) {
      std::string top = cat(folder, "/", kernel);
      for (const std::string& path : files.list_deep(top)) modules.there.insert(module_name(path));
      if (const Node* text = files.find(top + "/modules.builtin"))
        modules.add_builtin(text->content);
      if (const Node* text = files.find(top + "/modules.dep")) modules.dependencies = text->content;
    }
    check_kernel(modules, kernel, needs, findings);
  }
  if (findings.kernels.front().empty()) findings.kernels.clear();
}

}  // namespace cfs::initramfs
