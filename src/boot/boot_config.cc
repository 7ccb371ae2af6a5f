// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/boot_config.h"

#include "kernel-cmdline/digests.h"

namespace cfs::boot {

namespace {

Reason reason_of(kernel_cmdline::Complaint complaint) {
  using kernel_cmdline::Complaint;
  switch (complaint) {
    case Complaint::kNoDigest:
      return Reason::kNoDigest;
    case Complaint::kMalformed:
      return Reason::kMalformedDigest;
    case Complaint::kConflict:
      return Reason::kConflictingDigests;
  }
  return Reason::kSystem;
}

}  // namespace

Outcome<BootConfig> make_boot_config(std::string_view cmdline, const Config& config) {
  auto parameters = kernel_cmdline::split(cmdline);
  auto digests = kernel_cmdline::find_digests(parameters);
  if (!digests)
    return refuse(reason_of(digests.error().complaint), std::move(digests.error().text));
  if (digests->lax && !config.lax_allowed)
    return refuse(Reason::kLaxDigest,
                  "the digest is marked lax (`?`), the policy requires fs-verity; drop the mark");
  BootConfig boot;
  boot.lax = digests->lax;
  boot.signed_name = std::move(digests->signed_name);
  boot.digests = std::move(digests->list);
  boot.init = kernel_cmdline::last_value(parameters, "init").value_or("");
  boot.config = config;
  return boot;
}

}  // namespace cfs::boot
