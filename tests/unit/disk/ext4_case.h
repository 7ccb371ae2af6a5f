// SPDX-License-Identifier: LGPL-2.1-or-later

// What tests of ext4 images have in common. The referees are programs we did not write: e2fsck
// looks at the image, debugfs takes files out of it, fsverity says what digest, tree and descriptor
// are.

#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "base/text.h"
#include "format/ext4_verity.h"
#include "fsverity/digest.h"

namespace cfs::disk {

namespace fs = std::filesystem;

inline std::string output_of(const std::string& command) {
  std::string output;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  for (char buffer[4096]; std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe);)
    output.append(buffer, got);
  EXPECT_EQ(::pclose(pipe), 0) << command << "\n" << output;
  return output;
}
inline void run(const std::string& command) { output_of("PATH=$PATH:/sbin:/usr/sbin; " + command); }

class Ext4Case : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = cat((fs::temp_directory_path() / "cfs-disk-XXXXXX").string());
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    dir_ = name;
    fs::create_directory(source());
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::string source() const { return dir_ + "/source"; }
  std::string image() const { return dir_ + "/disk.img"; }

  void file(const std::string& name, u64 size) {
    std::string data(size, '\0');
    for (u64 i = 0; i < size; ++i) data[i] = static_cast<char>((i * 2654435761u + size) >> 13);
    std::ofstream(source() + "/" + name) << data;
  }
  // Of `pieces` blocks with a hole before each: as many extents.
  void sparse_file(const std::string& name, u64 pieces) {
    std::string data;
    for (u64 i = 0; i < pieces; ++i) {
      data.append(4096, '\0');
      data += cat("piece ", i, std::string(4096, 'x')).substr(0, 4096);
    }
    std::ofstream(source() + "/" + name) << data;
    run(cat("fallocate -d ", source(), "/", name));
  }
  void debugfs(const std::string& request) {
    run(cat("debugfs -w -R '", request, "' ", image(), " 2>&1"));
  }
  void expect_clean() { run(cat("e2fsck -fn ", image(), " 2>&1")); }

  // What lies behind the end of a file: a copy of the image in which the file is longer and has no
  // verity shows it.
  std::string metadata_of(const std::string& name, u64 size) {
    const std::string copy = dir_ + "/copy.img", out = dir_ + "/behind";
    run(cat("cp --sparse=always ", image(), " ", copy, " && debugfs -w -R 'sif ", name,
            " flags 0x80000' ", copy, " 2>&1 && debugfs -w -R 'sif ", name, " size ",
            size + (1 << 20), "' ", copy, " 2>&1 && debugfs -R 'dump ", name, " ", out, "' ", copy,
            " 2>&1"));
    std::string all = *read_file(out);
    return all.substr(format::ext4_verity_offset(size));
  }

  // What has to lie behind the end of `data`, a file of this machine.
  std::string metadata_for(const std::string& data, HashAlg alg = HashAlg::kSha256) {
    const std::string tree = dir_ + "/tree", desc = dir_ + "/desc";
    run(cat("fsverity digest --hash-alg=", fsverity::name(alg), " --out-merkle-tree=", tree,
            " --out-descriptor=", desc, " ", data));
    std::string want = cat(*read_file(tree), *read_file(desc));
    want.resize(round_up<std::size_t>(want.size(), 4096), '\0');
    want.replace(want.size() - 4, 4, std::string("\0\1\0\0", 4));
    return want;
  }

  // The file at `path` of the image is sealed as `data` would be.
  void expect_sealed_as(const std::string& path, const std::string& data, const Digest& digest) {
    SCOPED_TRACE(path);
    EXPECT_EQ(output_of(cat("fsverity digest --compact --hash-alg=", fsverity::name(digest.alg),
                            " ", data)),
              cat(digest.hex(), "\n"));
    const std::string want = metadata_for(data, digest.alg);
    EXPECT_TRUE(metadata_of(path, fs::file_size(data)).starts_with(want));
    EXPECT_NE(output_of(cat("/sbin/debugfs -R 'stat ", path, "' ", image(), " 2>&1"))
                  .find("Flags: 0x180000"),
              std::string::npos);
  }

  std::string dir_;
};

}  // namespace cfs::disk
