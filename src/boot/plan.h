// SPDX-License-Identifier: LGPL-2.1-or-later

// What will be mounted, in order, before anything is. A pure function of the configuration and the
// kernel's abilities; tests/data/plans holds the plans of several kernel generations.

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "boot/boot_config.h"
#include "boot/verify.h"
#include "mount/image.h"
#include "mount/overlay.h"
#include "sys/caps.h"

namespace cfs::boot {

struct EnterPrivateNamespace {
  bool needed = true;  // by the kernel; else only to hide a view of the store
};
struct OpenStore {
  std::string sysroot;
  StoreConfig store;
  bool running = false;  // of a running system, whose state is in use
};
struct VerifyName {
  std::string name, keys;
};
struct OpenImage {
  std::vector<Digest> candidates;  // empty: the one that the signed name stands for
  std::string embedded;  // the directory of the initramfs that is asked first; may be empty
};
struct MountImage {
  mount::Backing backing;
};
struct MountUpper {
  std::string size;  // as tmpfs takes it; empty: its default
};
struct MountRoot {
  mount::LayersBy layers;
  mount::Objects objects;
  bool lax = false;       // unverified objects where the file system has no fs-verity
  bool writable = false;  // with the layer of MountUpper on top
};
struct MountState {
  std::string directory;  // "etc"
  StateMount state;
  mount::LayersBy layers;
  bool running = false;  // an overlay of the running system may be in the way
};
struct MountOldRoot {};
struct ProbeRoot {
  std::string init;
  bool writable = false;
};
struct AttachRoot {
  std::string target;
  bool replace = false;  // take away what is mounted there
};
struct RecordBoot {};

using Step = std::variant<EnterPrivateNamespace, OpenStore, VerifyName, OpenImage, VerifyImage,
                          MountImage, MountUpper, MountRoot, MountState, MountOldRoot, ProbeRoot,
                          AttachRoot, RecordBoot>;

// One line for people, without a newline.
std::string describe(const Step& step);

struct MountPlan {
  std::vector<Step> steps;

  // A line a step.
  std::string describe() const;
};

// Refused when the kernel cannot enforce what composefs is for.
Outcome<MountPlan> make_plan(const BootConfig& config, const sys::KernelCaps& caps);

}  // namespace cfs::boot
