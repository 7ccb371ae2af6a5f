// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/boot_config.h"

#include <strings.h>

#include <algorithm>

#include "base/text.h"
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

// systemd.volatile=, kernel-command-line(7). A word that systemd would not know is refused: who
// asks for a system that forgets must not get one that remembers.
Outcome<> apply_volatile(const std::vector<kernel_cmdline::Parameter>& parameters, Config& config) {
  const kernel_cmdline::Parameter* word = nullptr;
  for (const auto& parameter : parameters)
    if (parameter.name == "systemd.volatile") word = &parameter;
  if (!word) return {};
  // As there, the case of a boolean does not matter, that of the other words does.
  const std::string value = word->value.value_or("yes");
  auto is_one_of = [&](std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](const char* name) { return ::strcasecmp(value.c_str(), name) == 0; });
  };
  constexpr StateMount kNone{StateMode::kNone, true};
  if (is_one_of({"no", "0", "n", "false", "f", "off"})) return {};
  if (value == "state") {  // systemd itself mounts a tmpfs there
    config.var = kNone;
  } else if (value == "overlay") {
    config.root_transient = true;
    config.etc = config.var = kNone;
  } else if (is_one_of({"yes", "1", "y", "true", "t", "on"})) {  // systemd keeps nothing but /usr
    config.etc = config.var = kNone;
  } else {
    return refuse(Reason::kBadConfiguration,
                  cat("`", word->word(), "`: yes, state, overlay or no expected"));
  }
  return {};
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
  TRY(apply_volatile(parameters, boot.config));
  return boot;
}

}  // namespace cfs::boot
