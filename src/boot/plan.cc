// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/plan.h"

#include "base/text.h"

namespace cfs::boot {

namespace {

using mount::Backing;
using mount::LayersBy;
using mount::Objects;

struct Describe {
  std::string operator()(const EnterPrivateNamespace& step) const {
    return cat("private   mount namespace",
               step.needed ? ": this kernel takes no layers from detached mounts" : "");
  }
  std::string operator()(const OpenStore& step) const {
    return cat("store     ", step.sysroot, "/", step.store.path, step.store.plain ? ", plain" : "",
               step.running ? ", through a writable view of its own" : "");
  }
  std::string operator()(const VerifyName& step) const {
    return cat("name      signed/", step.name, ", signed by a key in ", step.keys);
  }
  std::string operator()(const OpenImage& step) const {
    std::string out = "image     ";
    if (step.candidates.empty()) out += "/composefs/HEX.cfs or images/HEX of the signed digest";
    for (const Digest& digest : step.candidates) {
      if (&digest != &step.candidates.front()) out += ", else ";
      if (!step.embedded.empty()) out += cat(step.embedded, "/HEX.cfs or ");
      out += cat("images/", digest.hex());
    }
    return out;
  }
  std::string operator()(const VerifyImage& step) const {
    return cat("verify    fs-verity digest of that descriptor",
               step.full_read ? ", then read all of it" : "",
               step.lax ? "; without fs-verity that of a sealed copy in memory" : "");
  }
  std::string operator()(const MountImage& step) const {
    return cat("erofs     ro, source ",
               step.backing == Backing::kFile ? "/proc/self/fd/IMAGE" : "a loop device over IMAGE");
  }
  std::string operator()(const MountUpper& step) const {
    return cat("upper     on a tmpfs", step.size.empty() ? "" : ", size=", step.size,
               "; mode, owner and label of the image's root");
  }
  std::string operator()(const MountRoot& step) const {
    bool plain = step.objects == Objects::kPlain;
    std::string out = cat("overlay   ", step.writable ? "rw" : "ro",
                          ", source composefs:HEX, metacopy=on redirect_dir=on ");
    if (step.objects == Objects::kVerified) out += "verity=require ";
    if (step.layers == LayersBy::kDescriptor)
      out += "lowerdir+ and datadir+ by descriptor";
    else
      out += cat("lowerdir=/proc/self/fd/EROFS", plain ? ":" : "::", "/proc/self/fd/OBJECTS");
    if (step.objects != Objects::kVerified) return out + "; objects NOT VERIFIED";
    return out + (step.lax ? "; without fs-verity objects NOT VERIFIED" : "");
  }
  std::string operator()(const MountState& step) const {
    std::string place = cat("state/deploy/HEX/", step.directory);
    std::string out = cat(step.directory, std::string(10 - step.directory.size(), ' '));
    switch (step.state.mode) {
      case StateMode::kNone:
        return out + "the image's own";
      case StateMode::kBind:
        out += cat("bind of ", place);
        break;
      case StateMode::kOverlay:
        out +=
            cat("overlay of ", place, "/{upper,work}", step.running ? " or the running one" : "");
        break;
      case StateMode::kTransient:
        return out + "overlay of a tmpfs, nosuid nodev";
    }
    return cat(out, ", nosuid nodev, ",
               step.state.configured ? "made if missing" : "the image's own if missing");
  }
  std::string operator()(const MountOldRoot&) const {
    return "sysroot   bind of the old root, ro, if the image has a /sysroot";
  }
  std::string operator()(const ProbeRoot& step) const {
    return cat("probe     overlay, ", step.writable ? "rw" : "ro", ", reads ",
               step.init.empty() ? "/sbin/init or /usr/lib/os-release" : printable(step.init));
  }
  std::string operator()(const AttachRoot& step) const {
    return cat("attach    ", step.replace ? "in place of " : "over ", step.target);
  }
  std::string operator()(const RecordBoot&) const {
    return "record    /run/composefs/booted.json, /run/systemd/volatile-root, /run/mount/utab";
  }
};

Outcome<> check_kernel(const sys::KernelCaps& caps, bool lax) {
  for (auto [known, type] : {std::pair(caps.erofs, "erofs"), std::pair(caps.overlay, "overlay")})
    if (!known)
      return refuse(Reason::kModuleMissing, cat("module ", type, " missing in the initramfs"));
  if (!caps.overlay_verity && !lax)
    return refuse(Reason::kKernelWithoutVerity,
                  cat("kernel ", caps.version(), " cannot enforce verity (needs 6.6)"));
  return {};
}

Objects objects_for(const sys::KernelCaps& caps) {
  if (caps.overlay_verity) return Objects::kVerified;
  return caps.overlay_data_only ? Objects::kUnverified : Objects::kPlain;
}

}  // namespace

std::string describe(const Step& step) { return std::visit(Describe(), step); }

std::string MountPlan::describe() const {
  std::string out;
  for (const Step& step : steps) out += boot::describe(step) + "\n";
  return out;
}

Outcome<MountPlan> make_plan(const BootConfig& config, const sys::KernelCaps& caps) {
  TRY(check_kernel(caps, config.lax));
  LayersBy layers = caps.detached_trees ? LayersBy::kDescriptor : LayersBy::kProcPath;
  MountPlan plan;
  if (!caps.detached_trees || config.running)
    plan.steps.push_back(EnterPrivateNamespace{!caps.detached_trees});
  plan.steps.push_back(OpenStore{config.sysroot, config.config.store, config.running});
  if (!config.signed_name.empty())
    plan.steps.push_back(VerifyName{config.signed_name, config.keys});
  plan.steps.push_back(OpenImage{config.digests, config.embedded});
  plan.steps.push_back(VerifyImage{config.config.full_read, config.lax});
  plan.steps.push_back(MountImage{caps.file_backed_erofs ? Backing::kFile : Backing::kLoop});
  bool writable = config.config.root_transient;
  if (writable) plan.steps.push_back(MountUpper{config.config.root_size});
  plan.steps.push_back(MountRoot{layers, objects_for(caps), config.lax, writable});
  plan.steps.push_back(MountState{"etc", config.config.etc, layers, config.running});
  plan.steps.push_back(MountState{"var", config.config.var, layers, config.running});
  plan.steps.push_back(MountOldRoot{});
  plan.steps.push_back(ProbeRoot{config.init, writable});
  plan.steps.push_back(AttachRoot{config.target, config.target == config.sysroot});
  if (config.record) plan.steps.push_back(RecordBoot{});
  return plan;
}

}  // namespace cfs::boot
