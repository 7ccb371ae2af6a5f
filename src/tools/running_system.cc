// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/running_system.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"
#include "kernel-cmdline/cmdline.h"

namespace cfs::tools {

namespace {

constexpr std::size_t kTextMax = 1 << 20;

// A host of containers has thousands of overlays, each with all of its layers on its line.
Result<std::vector<sys::MountLine>> read_mounts(const std::string& prefix) {
  constexpr std::size_t kMountsMax = 64 << 20;
  TRY_ASSIGN(std::string table, read_file(prefix + "/proc/self/mountinfo", kMountsMax));
  return sys::parse_mount_table(table);
}

// True when the comma-separated options have this one.
bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    std::string_view option = options.substr(0, options.find(','));
    if (option == wanted) return true;
    options.remove_prefix(std::min(option.size() + 1, options.size()));
  }
  return false;
}

bool is_opaque(int dir) {
  char value = 0;
  return ::fgetxattr(dir, "trusted.overlay.opaque", &value, 1) == 1 && value == 'y';
}

// One directory of an upper layer. `below` receives the directories in it.
Result<> read_layer(int upper, const std::string& path, UpperLayer& layer,
                    std::vector<std::string>& below) {
  TRY_ASSIGN(Fd dir, open_beneath(upper, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY));
  std::string shown = cat("/etc", path.empty() ? "" : "/", path);
  if (is_opaque(dir.get())) layer.hidden.push_back({shown, true});
  TRY_ASSIGN(auto entries, list_directory(dir.get()));
  for (const DirectoryEntry& entry : entries) {
    struct stat st;
    if (entry.type == DT_DIR) {
      below.push_back(path.empty() ? entry.name : cat(path, "/", entry.name));
    } else if (entry.type == DT_CHR &&
               ::fstatat(dir.get(), entry.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
               st.st_rdev == 0) {
      layer.hidden.push_back({cat(shown, "/", entry.name), false});
    } else {
      ++layer.changed;
    }
  }
  return {};
}

}  // namespace

Result<RunningSystem> RunningSystem::look(const std::string& root) {
  RunningSystem system;
  system.prefix_ = root == "/" ? "" : root;
  auto read = [&](const char* name) { return read_file(system.prefix_ + name, kTextMax); };
  TRY_ASSIGN(system.mounts_, read_mounts(system.prefix_));
  if (const sys::MountLine* mount = system.mount("/")) {
    std::string_view source = mount->info.source;
    if (mount->info.type == "overlay" && source.starts_with("composefs:"))
      system.image_ = Digest::parse(source.substr(10));
    system.strict_ = has_option(mount->options, "verity=require");
  }
  auto booted = read("/run/composefs/booted.json");
  if (!booted && booted.error().code != ENOENT)
    return tl::make_unexpected(std::move(booted).error());
  if (booted) {
    system.booted_ = nlohmann::json::parse(*booted, nullptr, false);
    if (!system.booted_.is_object())
      return fail_with(EINVAL,
                       cat(system.prefix_, "/run/composefs/booted.json: is not a JSON object"));
  } else if (!system.image_) {
    return fail_with(ENOENT,
                     "this system was not booted from a composefs image: / is no such mount, "
                     "and there is no /run/composefs/booted.json");
  }
  TRY_ASSIGN(std::string cmdline, read("/proc/cmdline"));
  system.asked_ = kernel_cmdline::find_digests(kernel_cmdline::split(cmdline));
  return system;
}

std::string RunningSystem::booted(const char* member) const {
  if (!booted_.is_object()) return "";
  auto at = booted_.find(member);
  return at != booted_.end() && at->is_string() ? at->get<std::string>() : "";
}

const sys::MountLine* RunningSystem::mount(std::string_view point) const {
  auto at = std::ranges::find(mounts_.rbegin(), mounts_.rend(), point, &sys::MountLine::point);
  return at == mounts_.rend() ? nullptr : &*at;
}

Result<std::optional<UpperLayer>> RunningSystem::etc_layer() const {
  const sys::MountLine* etc = mount("/etc");
  if (!image_ || !etc || etc->info.type != "overlay" || booted("etc") == "transient")
    return std::nullopt;
  std::string path = cat(prefix_, "/sysroot/state/deploy/", image_->hex(), "/etc/upper");
  auto upper = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!upper) return fail(upper.error().code, path);
  UpperLayer layer;
  std::vector<std::string> below{""};
  while (!below.empty()) {
    std::string next = std::move(below.back());
    below.pop_back();
    if (auto read = read_layer(upper->get(), next, layer, below); !read)
      return in_context(path, std::move(read).error());
  }
  std::ranges::sort(layer.hidden, {}, &HiddenFile::path);
  return layer;
}

std::vector<std::string> RunningSystem::contradictions() const {
  std::vector<std::string> found;
  compare_image(found);
  if (image_) compare_state(found);
  return found;
}

void RunningSystem::compare_image(std::vector<std::string>& found) const {
  if (!image_) {
    const sys::MountLine* root = mount("/");
    found.push_back(cat("the running root is no composefs mount",
                        root ? cat(", but ", root->info.type, " from ", root->info.source) : ""));
    return;
  }
  if (std::string recorded = booted("digest"); !recorded.empty() && recorded != image_->hex())
    found.push_back(
        cat("/run/composefs/booted.json speaks of another image: ", printable(recorded)));
  if (!asked_) {
    found.push_back(asked_.error().text);
    return;
  }
  if (!asked_->signed_name.empty()) {
    if (booted("signed") != asked_->signed_name)
      found.push_back(
          cat("the command line asks for `", asked_->signed_name, "`, the running root was ",
              booted("signed").empty() ? "not found by a name"
                                       : cat("found as `", printable(booted("signed")), "`")));
  } else if (std::ranges::find(asked_->list, *image_) == asked_->list.end()) {
    found.push_back(
        "the command line names other images than the running one, as after a soft reboot");
  }
  if (!strict_ && !asked_->lax)
    found.push_back(
        "the kernel does not enforce digests of files, and the command line does not "
        "allow that");
}

void RunningSystem::compare_state(std::vector<std::string>& found) const {
  for (const char* name : {"etc", "var"}) {
    std::string mode = booted(name);
    const sys::MountLine* there = mount(cat("/", name));
    if (mode == "none" || mode.empty()) continue;
    if (!there)
      found.push_back(
          cat("/", name, ": was mounted at boot (", printable(mode), "), is not any more"));
    else if (mode != "bind" && there->info.type != "overlay")
      found.push_back(
          cat("/", name, ": an overlay was there at boot, now ", there->info.type, " is on top"));
  }
}

Result<std::vector<Digest>> images_in_use(const std::string& root) {
  const std::string prefix = root == "/" ? "" : root;
  TRY_ASSIGN(auto mounts, read_mounts(prefix));
  std::vector<Digest> images;
  for (const sys::MountLine& mount : mounts) {
    std::string_view source = mount.info.source;
    if (!source.starts_with("composefs:")) continue;
    if (auto digest = Digest::parse(source.substr(10))) images.push_back(*digest);
  }
  const std::string path = prefix + "/run/composefs/booted.json";
  auto booted = read_file(path, kTextMax);
  if (!booted && booted.error().code == ENOENT) return images;
  if (!booted) return tl::make_unexpected(std::move(booted).error());
  auto record = nlohmann::json::parse(*booted, nullptr, false);
  auto member = record.is_object() ? record.find("digest") : record.end();
  auto digest = member != record.end() && member->is_string()
                    ? Digest::parse(member->get<std::string>())
                    : std::nullopt;
  if (!digest) return fail_with(EINVAL, path + ": has no digest");
  images.push_back(*digest);
  return images;
}

}  // namespace cfs::tools
