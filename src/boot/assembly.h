// SPDX-License-Identifier: LGPL-2.1-or-later

// Carries a plan out. Until the attach nothing of it is visible to anybody else, and an early
// return leaves nothing behind.

#pragma once

#include <optional>
#include <string_view>

#include "boot/image.h"
#include "boot/kernel_log.h"
#include "boot/plan.h"
#include "boot/record.h"
#include "boot/upper.h"
#include "mount/private_namespace.h"

namespace cfs::boot {

class Assembly {
 public:
  // `measure` is how an image's digest is asked for: fsverity::measure at boot.
  Assembly(const sys::KernelCaps& caps, Measure measure, bool verbose);

  Outcome<> run(const MountPlan& plan);

  // The image that was found, for messages; empty before.
  std::string image() const { return image_.fd ? image_.digest.hex() : ""; }

 private:
  Outcome<> run(const EnterPrivateNamespace&);
  Outcome<> run(const OpenStore&);
  Outcome<> run(const VerifyName&);
  Outcome<> run(const OpenImage&);
  Outcome<> run(const VerifyImage&);
  Outcome<> run(const MountImage&);
  Outcome<> run(const MountUpper&);
  Outcome<> run(const MountRoot&);
  Outcome<> run(const MountState&);
  Outcome<> run(const MountOldRoot&);
  Outcome<> run(const ProbeRoot&);
  Outcome<> run(const AttachRoot&);
  Outcome<> run(const RecordBoot&);

  Outcome<Fd> open_store(const OpenStore& step, const std::string& path,
                         std::string_view missing) const;
  bool is_too_deep(const Step& step, const Refusal& refusal) const;
  // Whether the kernel will check the objects: what the step wants, less what lax mode does
  // without.
  Outcome<mount::Objects> settle_objects(const MountRoot& step) const;
  // What becomes a layer has to be attached where the kernel wants it so.
  Outcome<> shelve(const Fd& mount);
  // Takes away what is mounted on the directory, keeping a copy to put back.
  Outcome<> clear(int target);
  void put_back(const std::string& target);

  Measure measure_;
  bool verbose_;
  bool loop_only_ = false;
  KernelLog kernel_log_;
  std::optional<mount::PrivateNamespace> namespace_;
  bool plain_store_ = false;
  Fd sysroot_, store_, objects_;
  std::vector<Digest> signed_digest_;  // one after VerifyName
  Image image_;
  Proof proof_ = Proof::kKernel;
  Fd erofs_, root_;
  std::optional<TransientUpper> upper_;
  std::string target_;
  Fd replaced_;                             // what was mounted there
  dev_t device_ = 0;                        // on what device
  std::optional<sys::MountInfo> old_root_;  // and how
  Booted booted_;
};

}  // namespace cfs::boot
