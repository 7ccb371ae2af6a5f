// SPDX-License-Identifier: LGPL-2.1-or-later

#include "init/root_options.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cfs::init {
namespace {

// "DEVICE TYPES FLAGS ro|rw delay N wait N|forever"
std::string summary(std::string_view line) {
  auto root = parse_root_options(kernel_cmdline::split(line));
  if (!root) return root.error().text;
  std::string types;
  for (const std::string& type : root->types) types += cat(types.empty() ? "" : "+", type);
  return cat(root->device, " [", types, "] [", root->flags, "] ", root->writable ? "rw" : "ro",
             " delay ", root->delay, " wait ", root->wait ? cat(*root->wait) : "forever");
}

// T44
TEST(RootOptions, AreTheKernels) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"root=LABEL=sysroot", "LABEL=sysroot [] [] ro delay 0 wait 10"},
      {"root=UUID=1-2 rw rootwait", "UUID=1-2 [] [] rw delay 0 wait forever"},
      {"root=/dev/vda1 rw ro rootwait=3", "/dev/vda1 [] [] ro delay 0 wait 3"},
      {"root=PARTUUID=x rootfstype=ext4,btrfs rootflags=subvol=a,ro rootdelay=2",
       "PARTUUID=x [ext4+btrfs] [subvol=a,ro] ro delay 2 wait 10"},
      {"root=/dev/a root=\"LABEL=my root\" xroot=/dev/b -- root=/dev/c rw",
       "LABEL=my root [] [] ro delay 0 wait 10"},
      {"root=PARTLABEL=x rootfstype=,,", "PARTLABEL=x [] [] ro delay 0 wait 10"},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(summary(line), expected) << line;
}

TEST(RootOptions, RefuseWhatIsNotUnderstood) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"quiet", "no root= on the command line: where is the store?"},
      {"root=", "no root= on the command line: where is the store?"},
      {"root=UUID=", "`root=UUID=`: UUID=, LABEL=, PARTUUID=, PARTLABEL= or /dev/ expected"},
      {"root=nfs", "`root=nfs`: UUID=, LABEL=, PARTUUID=, PARTLABEL= or /dev/ expected"},
      {"root=/dev/a rootwait=long", "`rootwait=long`: a number of seconds expected"},
      {"root=/dev/a rootdelay=-1", "`rootdelay=-1`: a number of seconds expected"},
      {"root=/dev/a rootdelay", "`rootdelay`: a number of seconds expected"},
      {"root=/dev/a rootwait=99999999999999999999",
       "`rootwait=99999999999999999999`: a number of seconds expected"},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(summary(line), expected) << line;
}

}  // namespace
}  // namespace cfs::init
