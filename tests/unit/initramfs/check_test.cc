// SPDX-License-Identifier: LGPL-2.1-or-later

// Initramfs of each kind that are good, and what is said when one thing is not.

#include "initramfs/check.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cpio.h"
#include "merkle/merkle.h"

namespace cfs::initramfs {
namespace {

constexpr char kModules[] = "usr/lib/modules/6.12.1";

Cpio base() {
  Cpio cpio;
  for (auto name : {"usr", "usr/lib", "usr/lib/composefs", "usr/lib/modules", kModules, "etc",
                    "etc/composefs", "etc/composefs/keys", "composefs"})
    cpio.directory(name);
  cpio.program("usr/lib/composefs/composefs-setup-root").link("lib", "usr/lib");
  for (auto name : {"erofs.ko.xz", "overlay.ko.xz", "loop.ko.xz", "sha512-generic.ko.xz"})
    cpio.file(cat(kModules, "/", name), "ELF");
  return cpio.file(cat(kModules, "/modules.builtin"), "kernel/lib/crc.ko\n")
      .file(cat(kModules, "/modules.dep"), "erofs.ko.xz: crc.ko.xz\nloop.ko.xz:\n");
}

Cpio systemd() {
  Cpio cpio = base();
  for (auto name : {"usr/lib/systemd", "usr/lib/systemd/system",
                    "usr/lib/systemd/system/initrd-root-fs.target.wants"})
    cpio.directory(name);
  return cpio.program("usr/lib/systemd/systemd")
      .link("init", "usr/lib/systemd/systemd")
      .file("etc/initrd-release", "ID=x")
      .file("usr/lib/systemd/system/composefs-setup-root.service",
            "[Service]\nExecStart=/usr/lib/composefs/composefs-setup-root\n")
      .link("usr/lib/systemd/system/initrd-root-fs.target.wants/composefs-setup-root.service",
            "../composefs-setup-root.service");
}

// All that is bad, a line each.
std::string bad(Cpio cpio, const Around& around = {}) {
  std::string bytes = cpio.end(), lines;
  auto initramfs = unpack(as_bytes(bytes));
  if (!initramfs) return initramfs.error().text;
  for (const Finding& finding : check(*initramfs, around).list)
    if (finding.verdict == Verdict::kBad) lines += cat(finding.subject, ": ", finding.text, "\n");
  return lines;
}

TEST(Check, GoodOnesOfEachKind) {
  EXPECT_EQ(bad(systemd()), "");
  Cpio dracut = base();
  for (auto name : {"var", "var/lib", "var/lib/dracut", "var/lib/dracut/hooks",
                    "var/lib/dracut/hooks/mount", "var/lib/dracut/hooks/pre-pivot"})
    dracut.directory(name);
  dracut.program("init").file("usr/lib/dracut-lib.sh", "#");
  EXPECT_EQ(bad(dracut), "wiring: there is no mount hook NN-composefs-root.sh\n");
  dracut.program("var/lib/dracut/hooks/mount/98-composefs-root.sh");
  EXPECT_EQ(bad(dracut), "wiring: there is no pre-pivot hook NN-composefs-root.sh\n");
  EXPECT_EQ(bad(dracut.program("var/lib/dracut/hooks/pre-pivot/50-composefs-root.sh")), "");

  Cpio tools = base();
  for (auto name : {"conf", "scripts", "scripts/local-bottom"}) tools.directory(name);
  tools.program("init").file("scripts/functions", "#").file("conf/initramfs.conf", "#");
  EXPECT_EQ(bad(tools), "wiring: /scripts/local-bottom/composefs is missing\n");
  tools.program("scripts/local-bottom/composefs");
  EXPECT_NE(bad(tools).find("ORDER does not name"), std::string::npos);
  EXPECT_EQ(
      bad(tools.file("scripts/local-bottom/ORDER", "/scripts/local-bottom/composefs \"$@\"\n")),
      "");

  Cpio arch = base();
  arch.directory("hooks")
      .program("init")
      .file("init_functions", "#")
      .file("config", "LATEHOOKS=\"\"\n");
  EXPECT_EQ(bad(arch), "wiring: /hooks/composefs is missing\n");
  arch.program("hooks/composefs");
  EXPECT_EQ(bad(arch), "wiring: LATEHOOKS in /config does not name composefs\n");
  EXPECT_EQ(bad(arch.file("config", "HOOKS=\"udev\"\nLATEHOOKS=\"composefs\"\n")), "");
}

TEST(Check, WiringOfSystemd) {
  const std::string unit = "usr/lib/systemd/system/composefs-setup-root.service";
  EXPECT_EQ(bad(base()), "wiring: there is no /init\n");
  EXPECT_NE(bad(base().program("init")).find("wiring: /init is none of"), std::string::npos);
  EXPECT_EQ(bad(systemd().link(unit, "/dev/null")), cat("wiring: /", unit, " is masked\n"));
  EXPECT_EQ(bad(systemd().file(unit, "[Service]\nExecStart=/bin/helper -v\n")),
            "wiring: /bin/helper is missing\n");
  EXPECT_EQ(bad(systemd().file("usr/lib/composefs/composefs-setup-root", "ELF")),
            "helper: /usr/lib/composefs/composefs-setup-root is not executable\n");
}

TEST(Check, Modules) {
  EXPECT_EQ(bad(systemd().file(cat(kModules, "/modules.builtin"), "")),
            "erofs: module erofs of 6.12.1 needs crc, which is missing\n");
  EXPECT_EQ(bad(systemd(), {.kernel = "6.12.1"}), "");
  // A kernel may have them all built in: what is not known is not wrong.
  EXPECT_EQ(bad(systemd(), {.kernel = "6.13.2"}), "");
  EXPECT_EQ(bad(systemd(), {.kernel = "6.13.2", .builtin = "kernel/overlay.ko\nkernel/loop.ko\n"}),
            "erofs: no module erofs of 6.13.2\n");
  EXPECT_EQ(bad(systemd(), {.kernel = "6.13.2", .builtin = "kernel/erofs.ko\nkernel/overlay.ko\n"}),
            "");
  std::string old = bad(systemd(), {.kernel = "6.1.9", .builtin = "erofs.ko\noverlay.ko\n"});
  EXPECT_NE(old.find("kernel: 6.1.9 cannot enforce"), std::string::npos);
  EXPECT_NE(old.find("loop: no module loop of 6.1.9"), std::string::npos);
}

// With a command line it is the word that counts, not what the configuration would allow.
TEST(Check, WhatALaxWordNeeds) {
  const std::string hex(64, 'a'), builtin = "erofs.ko\noverlay.ko\n";
  const Cpio lax =
      systemd().file("usr/lib/composefs/setup-root-conf.toml", "verity.policy = \"lax-allowed\"\n");
  const std::string old = "kernel: 6.5.9 cannot enforce";
  EXPECT_EQ(bad(lax, {.kernel = "6.5.9", .builtin = builtin + "loop.ko\n"}), "");
  EXPECT_EQ(
      bad(lax,
          {.cmdline = "composefs=?" + hex, .kernel = "6.5.9", .builtin = builtin + "loop.ko\n"}),
      "");
  EXPECT_EQ(
      bad(lax, {.cmdline = "composefs=" + hex, .kernel = "6.5.9", .builtin = builtin + "loop.ko\n"})
          .find(old),
      0u);
  EXPECT_EQ(bad(lax, {.cmdline = "composefs=" + hex, .kernel = "6.13.2", .builtin = builtin}), "");
  EXPECT_EQ(bad(lax, {.cmdline = "composefs=?" + hex, .kernel = "6.13.2", .builtin = builtin}),
            "loop: no module loop of 6.13.2\n");
}

TEST(Check, ConfigurationAndCommandLine) {
  const std::string config = "usr/lib/composefs/setup-root-conf.toml";
  const std::string hex(64, 'a');
  EXPECT_NE(bad(systemd().file(config, "[etc]\nmuont = 1\n")).find("setup-root-conf.toml:2:"),
            std::string::npos);
  // What the helper would not read either.
  EXPECT_EQ(bad(systemd().directory(config)), cat("configuration: /", config, " is no file\n"));
  EXPECT_EQ(bad(systemd().file(config, std::string(65'000, '#') + "\n")), "");
  EXPECT_EQ(bad(systemd().file(config, std::string(66'000, '#') + "\n")),
            cat("configuration: /", config, " has more than 65536 bytes\n"));
  EXPECT_EQ(bad(systemd(), {.cmdline = "composefs=" + hex}), "");
  EXPECT_NE(bad(systemd(), {.cmdline = "quiet"}).find("command line: "), std::string::npos);
  EXPECT_NE(bad(systemd(), {.cmdline = "composefs=?" + hex}).find("command line: "),
            std::string::npos);
  EXPECT_EQ(bad(systemd().file(config, "verity.policy = \"lax-allowed\"\n"),
                {.cmdline = "composefs=?" + hex}),
            "");
  const std::string sha512 = "composefs=" + hex + hex;
  EXPECT_EQ(bad(systemd(), {.cmdline = sha512}), "");
  EXPECT_NE(
      bad(systemd(), {.cmdline = sha512, .kernel = "6.13.2", .builtin = "erofs.ko\noverlay.ko\n"})
          .find("sha512: no module sha512 of 6.13.2"),
      std::string::npos);
}

TEST(Check, Keys) {
  // The public half of RFC 8410, section 10.
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\n"
      "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
      "-----END PUBLIC KEY-----\n";
  EXPECT_NE(bad(systemd(), {.cmdline = "composefs.signed=a"}).find("needs a key"),
            std::string::npos);
  Cpio keys = systemd().file("etc/composefs/keys/a.pem", pem);
  EXPECT_NE(bad(keys).find("composefs-verify-signature is missing"), std::string::npos);
  keys.program("usr/lib/composefs/composefs-verify-signature");
  EXPECT_EQ(bad(keys, {.cmdline = "composefs.signed=a"}), "");
  EXPECT_EQ(bad(keys.file("etc/composefs/keys/b.pem", "x")),
            "keys: /etc/composefs/keys/b.pem is no Ed25519 public key\n");
}

TEST(Check, Images) {
  const std::string digest = merkle::digest_of(HashAlg::kSha256, as_bytes("image")).hex();
  const std::string path = cat("composefs/", digest, ".cfs");
  EXPECT_EQ(bad(systemd().file(path, "image")), "");
  EXPECT_NE(bad(systemd().file(path, "imagE")).find(cat("image: /", path, " has the digest ")),
            std::string::npos);
  const std::string refused = cat("image: /", path, " is no regular file\n");
  EXPECT_EQ(bad(systemd().file("composefs/x", "image").link(path, "x")), refused);
  EXPECT_EQ(bad(systemd().directory(path)), refused);
  // Nobody asks for names like these.
  EXPECT_EQ(bad(systemd().file(cat("composefs/", std::string(64, 'z'), ".cfs"), "")), "");
}

TEST(Check, OwnInit) {
  Cpio own;
  for (auto name : {"usr", "usr/lib", "usr/lib/composefs"}) own.directory(name);
  own.program("usr/lib/composefs/composefs-init").link("init", "usr/lib/composefs/composefs-init");
  for (auto name : {"erofs", "overlay", "loop"})
    own.file(cat("usr/lib/composefs/", name, ".ko"), "ELF");
  const std::string list = "usr/lib/composefs/modules", at = "/usr/lib/composefs/";
  own.file(list, cat("# all\n", at, "erofs.ko\n", at, "overlay.ko\n", at, "loop.ko\n"));
  EXPECT_EQ(bad(own), "");
  EXPECT_NE(bad(own.file(list, "/usr/lib/composefs/ext4.ko\n")).find("ext4.ko, which is missing"),
            std::string::npos);
  EXPECT_EQ(
      bad(own.file(list, cat(at, "erofs.ko\t# why\n", at, "overlay.ko \n \n", at, "loop.ko"))), "");
  // Where process 1 would end.
  EXPECT_EQ(bad(own.file(list, "usr/lib/composefs/erofs.ko\n")),
            "modules: /usr/lib/composefs/modules:1: `usr/lib/composefs/erofs.ko` is not an"
            " absolute path\n");
  const std::string good = cat(at, "erofs.ko\n", at, "overlay.ko\n", at, "loop.ko\n#");
  EXPECT_EQ(bad(own.file(list, good + std::string((1 << 20) - good.size(), 'x'))), "");
  EXPECT_EQ(bad(own.file(list, good + std::string((1 << 20) - good.size() + 1, 'x'))),
            "modules: /usr/lib/composefs/modules is larger than 1048576 bytes\n");
  EXPECT_EQ(bad(own.directory(list)), "modules: /usr/lib/composefs/modules is no file\n");
}

}  // namespace
}  // namespace cfs::initramfs
