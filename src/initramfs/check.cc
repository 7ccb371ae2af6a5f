// SPDX-License-Identifier: LGPL-2.1-or-later

#include "initramfs/check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "base/text.h"
#include "boot/boot_config.h"
#include "initramfs/modules.h"
#include "initramfs/wiring.h"
#include "kernel-cmdline/digests.h"
#include "merkle/merkle.h"

namespace cfs::initramfs {

namespace {

// The helper's own reader, and its own judgement of the command line.
boot::Config check_config(const Files& files, Findings& findings) {
  const Node* file = files.find(boot::kConfigPath);
  if (!file) {
    findings.add(Verdict::kOk, "configuration", "none, the defaults hold");
    return {};
  }
  if (!file->is_file() || file->content.size() > boot::kMostConfig) {
    findings.add(Verdict::kBad, "configuration",
                 file->is_file()
                     ? cat(boot::kConfigPath, " has more than ", boot::kMostConfig, " bytes")
                     : cat(boot::kConfigPath, " is no file"));
    return {};
  }
  auto config = boot::parse_config(file->content, boot::kConfigPath);
  if (!config) {
    findings.add(Verdict::kBad, "configuration", config.error().text);
    return {};
  }
  findings.add(Verdict::kOk, "configuration", boot::kConfigPath);
  return *config;
}

bool is_ed25519(const std::string& pem) {
  std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                          BIO_free);
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr, EVP_PKEY_free);
  return key && EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519;
}

// `wanted`: the command line has a signed name.
void check_keys(const Files& files, bool wanted, Findings& findings) {
  constexpr std::string_view kVerifier = "/usr/lib/composefs/composefs-verify-signature";
  const std::string folder = boot::BootConfig().keys;
  std::size_t good = 0;
  for (const std::string& name : files.list(folder)) {
    if (!name.ends_with(".pem")) continue;
    const std::string path = cat(folder, "/", name);
    const Node* key = files.find(path);
    if (key && key->is_file() && is_ed25519(key->content)) {
      ++good;
    } else {
      findings.add(Verdict::kBad, "keys", cat(path, " is no Ed25519 public key"));
    }
  }
  const Node* verifier = files.find(kVerifier);
  if (good > 0) {
    const bool there = verifier && verifier->is_program();
    findings.add(there ? Verdict::kOk : Verdict::kBad, "keys",
                 there
                     ? cat(good, " in ", folder)
                     : cat(folder, " has keys, but ", kVerifier, " is missing or not executable"));
  } else if (wanted) {
    findings.add(Verdict::kBad, "keys", cat("composefs.signed= needs a key in ", folder));
  } else if (verifier) {
    findings.add(Verdict::kNote, "keys", cat(kVerifier, " is there, but no key in ", folder));
  }
}

// Returns whether there are any.
bool check_images(const Files& files, Findings& findings) {
  const std::string folder = boot::BootConfig().embedded;
  bool any = false;
  for (const std::string& name : files.list(folder)) {
    if (!name.ends_with(".cfs")) continue;
    any = true;
    const std::string path = cat(folder, "/", name);
    const std::string_view hex = std::string_view(name).substr(0, name.size() - 4);
    const auto wanted = Digest::parse(hex);
    const Node* image = files.find_no_follow(path);
    if (!wanted || wanted->hex() != hex || !image) {
      findings.add(Verdict::kNote, "image",
                   cat(path, " is not named DIGEST.cfs: it is never looked at"));
      continue;
    }
    if (!image->is_file()) {
      findings.add(Verdict::kBad, "image", cat(path, " is no regular file"));
      continue;
    }
    Digest digest = merkle::digest_of(wanted->alg, as_bytes(image->content));
    if (digest == *wanted) {
      findings.add(Verdict::kOk, "image", path);
    } else {
      findings.add(Verdict::kBad, "image", cat(path, " has the digest ", digest.hex()));
    }
  }
  return any;
}

}  // namespace

std::string_view name(Verdict verdict) {
  constexpr std::string_view names[] = {"ok", "note", "bad"};
  return names[static_cast<std::size_t>(verdict)];
}

Findings check(const Unpacked& initramfs, const Around& around) {
  const Files& files = initramfs.files;
  Findings findings;
  for (const std::string& path : initramfs.left_out)
    findings.add(
        Verdict::kBad, "archive",
        cat(printable(path), " is left out by the kernel: no directory for it is in front of it"));
  const Builder builder = find_builder(files);
  findings.builder = name(builder);
  check_wiring(files, builder, findings);

  boot::Config config = check_config(files, findings);
  Needs needs{.lax = config.lax_allowed};
  bool signed_name = false;
  if (around.cmdline) {
    auto boot = boot::make_boot_config(*around.cmdline, config);
    if (boot) {
      signed_name = !boot->signed_name.empty();
      // Without fs-verity a copy in memory is mounted.
      needs.lax = needs.memory = boot->lax;
      for (const Digest& digest : boot->digests) needs.sha512 |= digest.alg == HashAlg::kSha512;
      findings.add(Verdict::kOk, "command line",
                   signed_name ? boot->signed_name : boot->digests.front().hex());
    } else {
      findings.add(Verdict::kBad, "command line", boot.error().text);
    }
  }
  check_keys(files, signed_name, findings);
  needs.memory |= check_images(files, findings);
  check_modules(files, builder, around, needs, findings);
  return findings;
}

}  // namespace cfs::initramfs
