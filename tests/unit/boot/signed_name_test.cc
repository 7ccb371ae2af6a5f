// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/signed_name.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "base/text.h"
#include "tests/unit/unreadable_directory.h"

namespace cfs::boot {
namespace {

namespace fs = std::filesystem;

// A store with one signed name, the key made and the signature written by openssl(1).
class SignedName : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfsroot-signed.XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    path_ = name;
    fs::create_directories(path_ / "signed");
    fs::create_directories(path_ / "keys");
    store_ = open_file(path_.string(), O_PATH | O_DIRECTORY).value();
    run("openssl genpkey -algorithm ed25519 -out private.pem");
    run("openssl pkey -in private.pem -pubout -out keys/test.pem");
    sign("stable", line_);
  }
  void TearDown() override { fs::remove_all(path_); }

  void run(const std::string& command) const {
    ASSERT_EQ(std::system(cat("cd ", path_.string(), " && ", command).c_str()), 0) << command;
  }
  void sign(const std::string& name, const std::string& line) const {
    put("signed/" + name, line);
    put("message", cat("composefs-signed-v1\n", name, "\n", line));
    run(cat("openssl pkeyutl -sign -rawin -inkey private.pem -in message -out signed/", name,
            ".sig"));
  }
  void put(const fs::path& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
  }

  Outcome<Digest> verify(const std::string& name = "stable") const {
    return verify_name(store_.get(), name, (path_ / "keys").string());
  }
  void expect_refused(Reason reason, std::string_view part, const std::string& name = "stable") {
    auto digest = verify(name);
    ASSERT_FALSE(digest);
    EXPECT_EQ(id(digest.error().reason), id(reason)) << digest.error().text;
    EXPECT_EQ(exit_status(digest.error().reason), 3);
    EXPECT_NE(digest.error().text.find(part), std::string::npos) << digest.error().text;
  }

  const std::string line_ = cat("v1-sha256-12:", std::string(64, 'a'), "\n");
  fs::path path_;
  Fd store_;
};

TEST_F(SignedName, StandsForItsDigest) {
  EXPECT_EQ(verify().value().hex(), std::string(64, 'a'));
  sign("sha512", cat("v1-sha512-12:", std::string(128, 'B'), "\n"));
  EXPECT_EQ(verify("sha512").value().hex(), std::string(128, 'b'));
}

// T53
TEST_F(SignedName, DoesNotCareWhatItsCallerDoesWithChildren) {
  signal(SIGCHLD, SIG_IGN);
  auto digest = verify();
  signal(SIGCHLD, SIG_DFL);
  ASSERT_TRUE(digest) << digest.error().text;
}

TEST_F(SignedName, NeedsAKey) {
  fs::rename(path_ / "keys/test.pem", path_ / "keys/test.txt");
  expect_refused(Reason::kSignedName, "of the initramfs, there is none");
  fs::remove_all(path_ / "keys");
  expect_refused(Reason::kSignedName, "of the initramfs, there is none");
  put("keys", "");
  expect_refused(Reason::kSignedName, "Not a directory");
}

TEST_F(SignedName, NeedsKeysThatCanBeRead) {
  UnreadableDirectory broken("/keys");
  expect_refused(Reason::kSignedName, "of the initramfs, read directory: Input/output error");
}

TEST_F(SignedName, RefusesWhatIsNotSigned) {
  put("signed/stable", cat("v1-sha256-12:", std::string(64, 'b'), "\n"));
  expect_refused(Reason::kSignatureInvalid, "`signed/stable` is not signed by a key in");
  put("signed/stable", line_);
  EXPECT_TRUE(verify());
  // The good files of one name under another.
  for (const char* end : {"", ".sig"})
    fs::copy_file(path_ / cat("signed/stable", end), path_ / cat("signed/other", end));
  expect_refused(Reason::kSignatureInvalid, "is not signed", "other");
}

TEST_F(SignedName, RefusesFilesOfOtherKinds) {
  expect_refused(Reason::kSignatureInvalid, "open `signed/none`: No such file", "none");
  put("signed/stable.sig", "short");
  expect_refused(Reason::kSignatureInvalid, "has 5 bytes, a signature has 64");
  fs::remove(path_ / "signed/stable.sig");
  expect_refused(Reason::kSignatureInvalid, "open `signed/stable.sig`: No such file");
  put("signed/stable", std::string(5000, 'x'));
  expect_refused(Reason::kSignatureInvalid, "`signed/stable`: ");
  fs::remove(path_ / "signed/stable");
  ASSERT_EQ(mkfifo((path_ / "signed/stable").c_str(), 0644), 0);
  expect_refused(Reason::kSignatureInvalid, "is not a regular file");
  fs::rename(path_ / "signed", path_ / "elsewhere");
  fs::create_directory_symlink("elsewhere", path_ / "signed");
  expect_refused(Reason::kSignatureInvalid, "Too many levels of symbolic links");
}

// Signed, but not what a name stands for.
TEST_F(SignedName, RefusesOtherLines) {
  for (std::string line : {std::string(), std::string("\n"), line_ + line_, " " + line_,
                           line_.substr(0, line_.size() - 1), "?" + line_,
                           cat("v2-sha256-12:", std::string(64, 'a'), "\n"),
                           cat("v1-sha512-12:", std::string(64, 'a'), "\n")}) {
    sign("odd", line);
    expect_refused(Reason::kSignatureInvalid, "`signed/odd`", "odd");
  }
}

}  // namespace
}  // namespace cfs::boot
