// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/assembly.h"

#include <linux/magic.h>
#include <sys/statfs.h>

#include <cerrno>

#include "base/text.h"
#include "boot/probe.h"
#include "boot/report.h"
#include "boot/signed_name.h"
#include "boot/state.h"
#include "sys/mount_info.h"
#include "sys/mounts.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

constexpr int kDirectory = O_PATH | O_DIRECTORY;

// A second run would stack a root on a root.
Outcome<> check_not_assembled(int dir, const std::string& path) {
  struct statfs fs;
  if (::fstatfs(dir, &fs) < 0 || static_cast<u64>(fs.f_type) != OVERLAYFS_SUPER_MAGIC) return {};
  auto info = sys::mount_info(dir);
  if (!info || !info->source.starts_with("composefs:")) return {};
  return refuse(Reason::kAlreadyAssembled, cat(path, " is already assembled from ", info->source));
}

}  // namespace

Assembly::Assembly(const sys::KernelCaps& caps, Measure measure, bool verbose)
    : measure_(measure), verbose_(verbose) {
  booted_.kernel = caps.release;
}

Outcome<> Assembly::run(const MountPlan& plan) {
  std::size_t image_step = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    Step step = plan.steps[i];
    if (auto* image = std::get_if<MountImage>(&step)) {
      image_step = i;
      if (loop_only_) image->backing = mount::Backing::kLoop;
    }
    if (verbose_) log(describe(step));
    auto done = std::visit([this](const auto& s) { return run(s); }, step);
    if (!done && is_too_deep(step, done.error())) {
      log("a file-backed image leaves no room for this overlay: once more with a loop device");
      loop_only_ = true;
      i = image_step - 1;
    } else if (!done) {
      done.error().text += kernel_log_.complaints();
      return done;
    }
  }
  return {};
}

// File systems may be stacked two deep. Some kernels of late 2025 count a file-backed EROFS as one
// level, so that an overlay over the root's directories is one too many.
bool Assembly::is_too_deep(const Step& step, const Refusal& refusal) const {
  return std::holds_alternative<MountState>(step) && refusal.code == EINVAL &&
         booted_.backing == mount::Backing::kFile && !loop_only_;
}

Outcome<> Assembly::run(const EnterPrivateNamespace&) {
  TRY_ASSIGN(auto outside, mount::PrivateNamespace::enter());
  namespace_.emplace(std::move(outside));
  return {};
}

Outcome<> Assembly::shelve(const Fd& mount) {
  if (namespace_) TRY(sys::attach(mount.get(), sysroot_.get()));
  return {};
}

Outcome<> Assembly::run(const OpenStore& step) {
  booted_.sysroot = step.sysroot;
  TRY_ASSIGN(sysroot_, open_file(step.sysroot, kDirectory));
  TRY(check_not_assembled(sysroot_.get(), step.sysroot));
  if (step.running) {
    // There the old root is mounted read-only, and stays so for everybody else.
    TRY_ASSIGN(Fd view, sys::clone_mount(sysroot_.get()));
    TRY(sys::remove_attributes(view.get(), MOUNT_ATTR_RDONLY));
    TRY(shelve(view));
    sysroot_ = std::move(view);
  }
  plain_store_ = step.store.plain;
  const std::string& path = step.store.path;
  TRY_ASSIGN(store_, open_store(step, path, "no store "));
  TRY_ASSIGN(objects_,
             open_store(step, plain_store_ ? path : path + "/objects", "no object directory "));
  return {};
}

Outcome<Fd> Assembly::open_store(const OpenStore& step, const std::string& path,
                                 std::string_view missing) const {
  auto dir = open_beneath(sysroot_.get(), path, kDirectory);
  if (dir) return std::move(*dir);
  return refuse(Reason::kStoreMissing, cat(missing, step.sysroot, "/", printable(path), ": ",
                                           Error::describe(dir.error().code)));
}

Outcome<> Assembly::run(const VerifyName& step) {
  TRY_ASSIGN(Digest digest, verify_name(store_.get(), step.name, step.keys));
  signed_digest_ = {digest};
  booted_.signed_name = step.name;
  log(cat("`", step.name, "` is signed and stands for ", digest.hex()));
  return {};
}

Outcome<> Assembly::run(const OpenImage& step) {
  Fd embedded;
  if (!step.embedded.empty()) {
    auto dir = open_file(step.embedded, kDirectory);
    if (dir) embedded = std::move(*dir);
  }
  TRY_ASSIGN(image_,
             open_image(store_.get(), embedded.get(),
                        step.candidates.empty() ? signed_digest_ : step.candidates, plain_store_));
  booted_.digest = image_.digest;
  return {};
}

Outcome<> Assembly::run(const VerifyImage& step) {
  TRY_ASSIGN(proof_, verify_image(image_, measure_, step));
  booted_.proof = proof_;
  if (proof_ == Proof::kCopy)
    warn("the image has no fs-verity: its digest was checked in user space, a copy is in memory");
  return {};
}

Outcome<> Assembly::run(const MountImage& step) {
  auto header = mount::read_header(image_.fd.get());
  if (!header && header.error().code != EINVAL)
    return refuse(Reason::kImageUnreadable, cat("image unreadable: ", header.error().text));
  if (!header) return refuse(Reason::kImageNotComposefs, "the file is no composefs image");
  mount::Backing backing = proof_ == Proof::kCopy ? mount::Backing::kLoop : step.backing;
  auto mounted = mount::mount_image(image_.fd.get(), *header, backing, image_.digest.object_path());
  if (!mounted && (mounted.error().code == ENOENT || mounted.error().code == ENODEV ||
                   mounted.error().code == ENXIO))
    return refuse(Reason::kModuleMissing,
                  cat(mounted.error().text, "; is the module loop in the initramfs?"));
  if (!mounted) return tl::make_unexpected(std::move(mounted).error());
  booted_.backing = mounted->backing;
  erofs_ = std::move(mounted->mount);
  return shelve(erofs_);
}

Outcome<mount::Objects> Assembly::settle_objects(const MountRoot& step) const {
  if (step.objects != mount::Objects::kVerified) return step.objects;
  if (proof_ == Proof::kKernel) return mount::Objects::kVerified;
  if (proof_ == Proof::kCopy) return mount::Objects::kUnverified;
  // The image came with the initramfs and says nothing about the file system of the objects.
  int why_not = 0;
  TRY_ASSIGN(bool supported, supports_verity(objects_.get(), measure_, &why_not));
  if (supported) return mount::Objects::kVerified;
  if (!step.lax) return refuse_without_verity(objects_.get(), why_not);
  return mount::Objects::kUnverified;
}

Outcome<> Assembly::run(const MountUpper& step) {
  int shelf = namespace_ ? sysroot_.get() : -1;
  TRY_ASSIGN(upper_, make_transient_upper("composefs-root", step.size, erofs_.get(), shelf));
  return {};
}

Outcome<> Assembly::run(const MountRoot& step) {
  std::string source = cat("composefs:", image_.digest.hex());
  TRY_ASSIGN(mount::Objects objects, settle_objects(step));
  booted_.verified = objects == mount::Objects::kVerified;
  if (!booted_.verified)
    warn("contents of files are NOT VERIFIED: whoever can write to the disk can change them");
  if (objects == mount::Objects::kPlain)
    warn("this kernel has no data-only layers: the object directory is an ordinary layer");
  std::optional<mount::Upper> upper;
  if (step.writable) upper = upper_->layers();
  TRY_ASSIGN(root_, mount::mount_root(source, erofs_.get(), objects_.get(), objects, step.layers,
                                      upper ? &*upper : nullptr));
  booted_.transient = step.writable;
  return shelve(root_);
}

Outcome<> Assembly::run(const MountState& step) {
  TRY_ASSIGN(bool mounted,
             mount_state(step, {sysroot_.get(), root_.get(), image_.digest, kernel_log_}));
  if (!mounted && step.state.mode != StateMode::kNone) {
    TRY_ASSIGN(auto mount_point, find_mount_point(root_.get(), step.directory));
    std::string text =
        cat("/", step.directory, ": nothing to mount from state/deploy/",
            image_.digest.hex().substr(0, 12), "…/", step.directory, ", the image's own is used");
    if (!mount_point)
      log(cat("/", step.directory, ": the image has no such directory to mount state on"));
    else if (others_have_state(sysroot_.get(), step.directory, image_.digest.hex()))
      warn(cat(text, "; other images have state there, `cfsroot import --state` makes it for one"));
    else
      log(text);
  }
  StateMode& done = step.directory == "etc" ? booted_.etc : booted_.var;
  if (mounted) done = step.state.mode;
  return {};
}

Outcome<> Assembly::run(const MountOldRoot&) {
  TRY_ASSIGN(auto mount_point, find_mount_point(root_.get(), "sysroot"));
  if (!mount_point) {
    log("the image has no /sysroot: the old root will not be reachable");
    return {};
  }
  TRY_ASSIGN(Fd old_root, sys::clone_mount(sysroot_.get()));
  TRY(sys::add_attributes(old_root.get(), MOUNT_ATTR_RDONLY));
  TRY(sys::attach(old_root.get(), mount_point->get()));
  return {};
}

Outcome<> Assembly::run(const ProbeRoot& step) {
  return probe_root(root_.get(), step.init, step.writable);
}

Outcome<> Assembly::run(const AttachRoot& step) {
  if (namespace_) {
    // A detached copy of the assembled tree survives the way back; everything else stays behind.
    TRY_ASSIGN(root_, sys::clone_mount(root_.get(), true));
    TRY(namespace_->leave());
  }
  TRY_ASSIGN(Fd target, open_file(step.target, kDirectory));
  TRY(check_not_assembled(target.get(), step.target));
  if (step.replace) {
    device_ = device_below(target.get());
    if (auto info = sys::mount_info(target.get())) old_root_ = std::move(*info);
    TRY(clear(target.get()));
    TRY_ASSIGN(target, open_file(step.target, kDirectory));
  }
  auto attached = sys::attach(root_.get(), target.get());
  if (!attached) {
    put_back(step.target);
    return refuse(Reason::kSystem, cat(step.target, ": ", attached.error().text));
  }
  target_ = step.target;
  return {};
}

Outcome<> Assembly::clear(int target) {
  TRY_ASSIGN(replaced_, sys::clone_mount(target, true));
  auto detached = sys::detach(target);
  if (detached) return {};
  replaced_.reset();
  // A directory that nothing is mounted on is EINVAL, and as good.
  if (detached.error().code == EINVAL) return {};
  return tl::make_unexpected(std::move(detached).error());
}

void Assembly::put_back(const std::string& target) {
  auto at = open_file(target, kDirectory);
  if (at && replaced_) (void)sys::attach(replaced_.get(), at->get());
}

Outcome<> Assembly::run(const RecordBoot&) {
  if (auto recorded = write_booted("/run", booted_); !recorded) {
    TRY(sys::detach(root_.get()));
    put_back(target_);
    return tl::make_unexpected(std::move(recorded).error());
  }
  // What systemd alone wants is no reason not to boot.
  if (auto linked = link_volatile_root("/run", device_); !linked)
    warn(cat(linked.error().text, ": systemd will not find the device of the root"));
  if (old_root_)
    if (auto kept = keep_sysroot("/run", *old_root_); !kept)
      warn(cat(kept.error().text, ": the next boot will replay the journal of the root"));
  return {};
}

}  // namespace cfs::boot
