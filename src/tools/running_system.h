// SPDX-License-Identifier: LGPL-2.1-or-later

// What a host says of itself: how it was told to boot, what was mounted, what is in its store.

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel-cmdline/digests.h"
#include "sys/mount_info.h"

namespace cfs::tools {

struct HiddenFile {
  std::string path;  // "/etc/…"
  bool directory;    // all that the image has in this directory; else the file itself
};

struct UpperLayer {
  std::vector<HiddenFile> hidden;
  u64 changed = 0;  // files that are there instead of, or besides, the image's
};

class RunningSystem {
 public:
  // `root` is "/" or a directory with run/, proc/ and sysroot/ in it. ENOENT when nothing says that
  // it was booted from an image.
  static Result<RunningSystem> look(const std::string& root);

  // From the mount on /: its source is composefs:HEX.
  const std::optional<Digest>& image() const { return image_; }
  bool strict() const { return strict_; }
  // What composefs-setup-root has recorded; null without.
  const nlohmann::json& booted() const { return booted_; }
  // A word of it, or "" .
  std::string booted(const char* member) const;
  // What the command line asks for, or why it does not.
  const tl::expected<kernel_cmdline::Digests, kernel_cmdline::Refused>& asked() const {
    return asked_;
  }
  // The mount on top of a path, if there is one.
  const sys::MountLine* mount(std::string_view point) const;
  // Of /etc, when its overlay keeps one on the disk.
  Result<std::optional<UpperLayer>> etc_layer() const;
  // Everything that does not fit together, in words.
  std::vector<std::string> contradictions() const;

  std::string repository() const { return prefix_ + "/sysroot/composefs"; }

 private:
  RunningSystem() = default;
  void compare_image(std::vector<std::string>& found) const;
  void compare_state(std::vector<std::string>& found) const;

  std::string prefix_;
  std::vector<sys::MountLine> mounts_;
  std::optional<Digest> image_;
  bool strict_ = false;
  nlohmann::json booted_;
  tl::expected<kernel_cmdline::Digests, kernel_cmdline::Refused> asked_;
};

// All images that a system has mounted, now or, by its record, at boot; none where it was not
// booted from one. Fails when that cannot be known.
Result<std::vector<Digest>> images_in_use(const std::string& root);

}  // namespace cfs::tools
