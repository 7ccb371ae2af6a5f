// SPDX-License-Identifier: LGPL-2.1-or-later

// A scratch directory with a store in it, and the fsverity program to judge what the store holds.

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/text.h"
#include "store/object_store.h"

namespace cfs::store {

class StoreDir : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfs-store-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string path(std::string_view name) const { return cat(dir_, "/", name); }
  std::string object(const Digest& digest) const {
    return path(cat("store/", digest.object_path()));
  }

  void file(const std::string& name, std::string_view content) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
  }
  static std::string content_of(const std::string& file) { return read_file(file).value_or("?"); }

  std::unique_ptr<ObjectStore> open_store() {
    auto store = ObjectStore::open(
        path("store"), [this](const std::string& text) { warnings_.push_back(text); }, alg_);
    EXPECT_TRUE(store) << store.error().text;
    return store ? std::move(*store) : nullptr;
  }

  // Paths of everything in the store that is not a directory.
  std::vector<std::string> files_in_store() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path("store")))
      if (!entry.is_directory() || entry.is_symlink()) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }

  std::string fsverity_digest(const std::string& file) const {
    std::string command =
        cat("fsverity digest --compact --hash-alg=", fsverity::name(alg_), " ", file);
    char digits[256] = {};
    std::FILE* pipe = ::popen(command.c_str(), "r");
    EXPECT_NE(std::fgets(digits, sizeof digits, pipe), nullptr);
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return std::string(digits, 2 * fsverity::digest_size(alg_));
  }

  std::string dir_;
  HashAlg alg_ = HashAlg::kSha256;
  std::vector<std::string> warnings_;
};

}  // namespace cfs::store
