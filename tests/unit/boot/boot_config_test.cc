// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/boot_config.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cfs::boot {
namespace {

// "root/etc/var" of what the words on the command line make of a configuration.
std::string modes(std::string_view words, std::string_view toml = "") {
  auto config = parse_config(toml, "test");
  EXPECT_TRUE(config) << config.error().text;
  auto boot = make_boot_config(cat(words, " composefs=", std::string(64, 'a')), *config);
  if (!boot) return boot.error().text;
  const Config& made = boot->config;
  return cat(made.root_transient ? "transient" : "fixed", "/", name(made.etc.mode), "/",
             name(made.var.mode));
}

// T44
TEST(Volatile, OverridesTheConfiguration) {
  EXPECT_EQ(modes(""), "fixed/overlay/bind");
  EXPECT_EQ(modes("systemd.volatile=no"), "fixed/overlay/bind");
  EXPECT_EQ(modes("systemd.volatile=Off"), "fixed/overlay/bind");
  EXPECT_EQ(modes("systemd.volatile=state"), "fixed/overlay/none");
  EXPECT_EQ(modes("systemd.volatile=overlay"), "transient/none/none");
  for (std::string_view yes : {"systemd.volatile", "systemd.volatile=yes", "systemd.volatile=1",
                               "systemd.volatile=YES", "systemd.volatile=True"})
    EXPECT_EQ(modes(yes), "fixed/none/none") << yes;
  EXPECT_EQ(modes("systemd.volatile=state", "etc.mount = \"bind\"\nvar.transient = true"),
            "fixed/bind/none");
  EXPECT_EQ(modes("systemd.volatile=off", "root.transient = true"), "transient/overlay/bind");
}

TEST(Volatile, TheLastWordCounts) {
  EXPECT_EQ(modes("systemd.volatile=overlay systemd.volatile=no"), "fixed/overlay/bind");
  EXPECT_EQ(modes("systemd.volatile=no systemd.volatile"), "fixed/none/none");
}

TEST(Volatile, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(modes("systemd.volatile=sate"),
            "`systemd.volatile=sate`: yes, state, overlay or no expected");
  EXPECT_EQ(modes("systemd.volatile=State"),
            "`systemd.volatile=State`: yes, state, overlay or no expected");
  EXPECT_EQ(modes("systemd.volatile="), "`systemd.volatile=`: yes, state, overlay or no expected");
}

}  // namespace
}  // namespace cfs::boot
