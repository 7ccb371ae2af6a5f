// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-verify-signature: is what stands on standard input signed by one of these keys? Run by
// composefs-setup-root for composefs.signed=, static because an initramfs may hold nothing else.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/directory.h"
#include "base/fd.h"
#include "base/text.h"
#include "tools/print.h"

namespace {

constexpr std::string_view kUsage =
    "Usage: composefs-verify-signature KEYS < INPUT\n"
    "INPUT is an Ed25519 signature, 64 bytes, and behind it the message that is signed.\n"
    "KEYS is a directory with public keys, *.pem.\n"
    "\n"
    "  --help     print this\n"
    "  --version  print the version\n"
    "\n"
    "Exit status: 0 signed by one of the keys, 1 other error, 2 usage, 3 not signed.\n";

constexpr std::size_t kSignatureSize = 64, kMostInput = 16 << 10, kMostKey = 64 << 10;

template <auto kFree>
struct Free {
  void operator()(auto* object) const { kFree(object); }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;

constexpr std::string_view kName = "composefs-verify-signature";

void complain(std::string_view text) { cfs::tools::print_error(cfs::cat(kName, ": ", text, "\n")); }

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// In order, so that messages do not depend on the file system.
cfs::Result<std::vector<std::string>> list_keys(const std::string& path) {
  TRY_ASSIGN(cfs::Fd dir, cfs::open_file(path, O_RDONLY | O_DIRECTORY));
  auto entries = cfs::list_directory(dir.get());
  if (!entries) return cfs::in_context(cfs::printable(path), std::move(entries).error());
  std::vector<std::string> names;
  for (cfs::DirectoryEntry& entry : *entries)
    if (entry.name.ends_with(".pem")) names.push_back(std::move(entry.name));
  return names;
}

cfs::Result<Key> read_key(const std::string& path) {
  TRY_ASSIGN(std::string text, cfs::read_file(path, kMostKey));
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519)
    return cfs::fail_with(EINVAL,
                          cfs::cat("`", cfs::printable(path), "` is no Ed25519 public key"));
  return key;
}

bool verify(EVP_PKEY* key, std::string_view signature, std::string_view message) {
  Context context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

// A key that cannot be used is reported and takes nothing from the others.
cfs::Result<bool> verify_with_any(const std::string& keys, std::string_view signature,
                                  std::string_view message) {
  TRY_ASSIGN(auto names, list_keys(keys));
  std::size_t good = 0;
  for (const std::string& name : names) {
    auto key = read_key(cfs::cat(keys, "/", name));
    if (!key) complain(key.error().text);
    if (key && verify(key->get(), signature, message)) return true;
    if (key) ++good;
  }
  const std::string place = cfs::cat("`", cfs::printable(keys), "`");
  if (names.empty())
    complain(cfs::cat("no *.pem in ", place));
  else
    complain(cfs::cat("signed by none of the ", good, " keys in ", place));
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  std::string_view first = argc == 2 ? argv[1] : "--";
  if (first == "--help") return cfs::tools::print_and_end(kName, kUsage);
  if (first == "--version")
    return cfs::tools::print_and_end(kName, "composefs-verify-signature " CFS_VERSION "\n");
  if (first.starts_with("-")) return cfs::tools::print_error(kUsage), 2;
  // Neither its configuration file nor its environment.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);

  auto input = cfs::read_to_end(STDIN_FILENO, kMostInput);
  if (!input) return complain(cfs::cat("standard input: ", input.error().text)), 1;
  if (input->size() < kSignatureSize) return complain("the input is shorter than a signature"), 3;
  std::string_view all = *input;
  auto good = verify_with_any(argv[1], all.substr(0, kSignatureSize), all.substr(kSignatureSize));
  if (!good) return complain(good.error().text), 1;
  return *good ? 0 : 3;
}
