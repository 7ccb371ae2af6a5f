// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/wiring.h"

#include <algorithm>

#include "base/text.h"

namespace cfs::initramfs {

namespace {

constexpr std::string_view kHelper = "/usr/lib/composefs/composefs-setup-root";
constexpr std::string_view kUnit = "composefs-setup-root.service";

// Why it cannot be run; empty if it can.
std::string program_fault(const Files& files, std::string_view path) {
  const Node* node = files.find(path);
  if (!node) return cat(path, " is missing");
  if (!node->is_file()) return cat(path, " is not a file");
  if (!node->is_program())
    return cat(path, node->content.empty() ? " is empty" : " is not executable");
  return "";
}

// The first line that begins with `key`, without it.
std::string_view value_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

std::string systemd_fault(const Files& files) {
  constexpr std::string_view kFolders[] = {"/etc/systemd/system", "/run/systemd/system",
                                           "/usr/lib/systemd/system", "/lib/systemd/system"};
  const Node* unit = nullptr;
  bool wanted = false;
  for (std::string_view folder : kFolders) {
    std::string path = cat(folder, "/", kUnit);
    const Node* here = files.find_no_follow(path);
    if (here && here->is_link() && here->content == "/dev/null" && !unit)
      return cat(path, " is masked");
    if (!unit) unit = files.find(path);
    for (std::string_view kind : {"wants", "requires"})
      wanted |=
          files.find_no_follow(cat(folder, "/initrd-root-fs.target.", kind, "/", kUnit)) != nullptr;
  }
  if (!unit) return cat("there is no unit ", kUnit);
  if (!wanted) return cat("initrd-root-fs.target does not want ", kUnit);
  if (!files.find("/etc/initrd-release"))
    return cat("/etc/initrd-release is missing, without which ", kUnit, " is skipped");
  std::string_view program = value_of(unit->content, "ExecStart=");
  program = program.substr(0, program.find(' '));
  if (program != kHelper) return program_fault(files, program);
  return "";
}

// Hooks are named NN-composefs-root.sh.
bool has_hook(const Files& files, std::string_view kind) {
  for (std::string_view top :
       {"/var/lib/dracut/hooks", "/usr/lib/dracut/hooks", "/lib/dracut/hooks"})
    for (const std::string& hook : files.list(cat(top, "/", kind)))
      if (hook.ends_with("-composefs-root.sh")) return true;
  return false;
}

std::string dracut_fault(const Files& files) {
  for (std::string_view kind : {"mount", "pre-pivot"})
    if (!has_hook(files, kind)) return cat("there is no ", kind, " hook NN-composefs-root.sh");
  return "";
}

std::string initramfs_tools_fault(const Files& files) {
  constexpr std::string_view kScript = "/scripts/local-bottom/composefs";
  if (auto fault = program_fault(files, kScript); !fault.empty()) return fault;
  const Node* order = files.find("/scripts/local-bottom/ORDER");
  if (!order || order->content.find(kScript) == std::string::npos)
    return cat("/scripts/local-bottom/ORDER does not name ", kScript);
  return "";
}

std::string mkinitcpio_fault(const Files& files) {
  if (auto fault = program_fault(files, "/hooks/composefs"); !fault.empty()) return fault;
  const Node* config = files.find("/config");
  std::string_view hooks = config ? value_of(config->content, "LATEHOOKS=") : "";
  if (hooks.find("composefs") == hooks.npos) return "LATEHOOKS in /config does not name composefs";
  return "";
}

// Of the initramfs's own kind; empty if the helper will be run.
std::string wiring_fault(const Files& files, Builder builder) {
  switch (builder) {
    case Builder::kSystemd:
      return systemd_fault(files);
    case Builder::kDracut:
      return dracut_fault(files);
    case Builder::kInitramfsTools:
      return initramfs_tools_fault(files);
    case Builder::kMkinitcpio:
      return mkinitcpio_fault(files);
    case Builder::kComposefsInit:
      return program_fault(files, "/init");
    case Builder::kUnknown:
      break;
  }
  if (!files.find("/init")) return "there is no /init";
  return "/init is none of systemd's, dracut's, initramfs-tools', mkinitcpio's and composefs-init: "
         "whether it runs the helper cannot be told";
}

}  // namespace

std::string_view name(Builder builder) {
  constexpr std::string_view names[] = {"unknown",         "systemd",    "dracut",
                                        "initramfs-tools", "mkinitcpio", "composefs-init"};
  return names[static_cast<std::size_t>(builder)];
}

Builder find_builder(const Files& files) {
  std::string init = files.resolve("/init").value_or("");
  std::string_view program = std::string_view(init).substr(init.rfind('/') + 1);
  if (program == "composefs-init") return Builder::kComposefsInit;
  if (program == "systemd") return Builder::kSystemd;
  if (init.empty()) return Builder::kUnknown;
  if (files.find("/lib/dracut-lib.sh")) return Builder::kDracut;
  if (files.find("/scripts/functions") && files.find("/conf/initramfs.conf"))
    return Builder::kInitramfsTools;
  if (files.find("/init_functions") && files.find("/config")) return Builder::kMkinitcpio;
  return Builder::kUnknown;
}

void check_wiring(const Files& files, Builder builder, Findings& findings) {
  if (builder != Builder::kComposefsInit) {
    std::string fault = program_fault(files, kHelper);
    findings.add(fault.empty() ? Verdict::kOk : Verdict::kBad, "helper",
                 fault.empty() ? std::string(kHelper) : fault);
  }
  std::string fault = wiring_fault(files, builder);
  findings.add(fault.empty() ? Verdict::kOk : Verdict::kBad, "wiring",
               fault.empty() ? std::string(name(builder)) : fault);
}

}  // namespace cfs::initramfs
