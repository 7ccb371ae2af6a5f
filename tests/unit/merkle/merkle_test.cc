// SPDX-License-Identifier: LGPL-2.1-or-later

// The referees: values of other implementations, the fsverity program, libcrypto.

#include "merkle/merkle.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/fd.h"
#include "base/text.h"
#include "merkle/sha256_ni.h"

namespace cfs::merkle {
namespace {

std::string hex_of(HashAlg alg, std::string_view data) {
  return digest_of(alg, as_bytes(data)).hex();
}

std::string random_text(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(Digest, KnownValuesOfSha256) {
  std::string counted(2000000, '\0');
  for (std::size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<char>(i % 251);
  const std::pair<std::string, const char*> known[] = {
      {"", "3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95"},
      {"hello world", "1e2eaa4202d750a41174ee454970b92c1bc2f925b1e35076d8c7d5f56362ba64"},
      {std::string(1, '\0'), "b803429503d95915829b29fdbc8bbad142f3abfd11b1cadf5526582e685c0551"},
      {std::string(4096, '\0'), "babc284ee4ffe7f449377fbf6692715b43aec7bc39c094a95878904d34bac97e"},
      {std::string(4097, '\0'), "093756e4ea9683329106d4a16982682ed182c14bf076463a9e7f97305cbac743"},
      {std::string(524288, 'a'),
       "35ce0df2a57eb54aeba7969570bac9dfadfac295ec181a03f13ac7a7da54909e"},
      {std::string(524289, 'a'),
       "cc4f297494cf9e0b6f159db6d30a62d3fcc219fc9c0cbc2d8792bd264da4d9cb"},
      {counted, "09fa6b8a453b6d82d6d35f4a80ef0a95db557af2e13f1e1c7f6a1165b5768184"},
      {std::string(67108865, 'a'),
       "4941c3476d3858778456d8719299de3d84d4541237c259b3ed4bcc96ed0fd828"},
  };
  for (const auto& [data, digest] : known)
    EXPECT_EQ(hex_of(HashAlg::kSha256, data), digest) << data.size() << " bytes";
}

TEST(Digest, KnownValuesOfSha512) {
  EXPECT_EQ(hex_of(HashAlg::kSha512, ""),
            "ccf9e5aea1c2a64efa2f2354a6024b90dffde6bbc017825045dce374474e13d1"
            "0adb9dadcc6ca8e17a3c075fbd31336e8f266ae6fa93a6c3bed66f9e784e5abf");
  EXPECT_EQ(hex_of(HashAlg::kSha512, "hello world"),
            "18430270729d162d4e469daca123ae61893db4b0583d8f7081e3bf4f92b88ba5"
            "14e7982f10733fb6aa895195c5ae8fd2eb2c47a8be05513ce5a0c51a6f570409");
  EXPECT_EQ(hex_of(HashAlg::kSha512, std::string(262145, 'a')),
            "9ee7c2479abdcaa2149871324c5da9816c2ee097e9952967f92cbf0d2e2638b2"
            "74748a2fed14cc934d2143f16cb353b967c8e073d3a871a96154ce7b93c97c75");
}

// In pieces of any size the digest is that of the whole.
TEST(Digest, OfAStream) {
  const std::string data = random_text(600000);
  for (HashAlg alg : {HashAlg::kSha256, HashAlg::kSha512})
    for (std::size_t piece : {1u, 7u, 4095u, 4096u, 4097u, 70000u, 262144u}) {
      std::size_t size = std::min(data.size(), piece * 9000);
      Builder builder(alg);
      for (std::size_t at = 0; at < size; at += piece)
        builder.update(as_bytes(data).subspan(at, std::min(piece, size - at)));
      EXPECT_EQ(builder.finish().hex(), hex_of(alg, std::string_view(data).substr(0, size)))
          << piece;
      EXPECT_EQ(builder.size(), size);
    }
}

class Fsverity : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/cfs-merkle-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string path(std::string_view name) const { return cat(dir_, "/", name); }
  std::string fsverity(const std::string& arguments) {
    std::string command = cat("fsverity digest --compact ", arguments), output;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    for (char buffer[256]; std::fgets(buffer, sizeof buffer, pipe);) output += buffer;
    EXPECT_EQ(::pclose(pipe), 0) << command;
    return output.substr(0, output.find('\n'));
  }

 private:
  std::string dir_;
};

TEST_F(Fsverity, AgreesOnEverySizeAroundABoundary) {
  for (HashAlg alg : {HashAlg::kSha256, HashAlg::kSha512}) {
    const std::size_t level = 4096 * (4096 / digest_size(alg));
    for (std::size_t boundary : {std::size_t{4096}, 2 * level, level * 8 + 4096})
      for (std::size_t size : {boundary - 1, boundary, boundary + 1}) {
        std::ofstream(path("file"), std::ios::binary) << random_text(size);
        std::string expected =
            fsverity(cat("--hash-alg=", name(alg), " --out-merkle-tree=", path("tree"),
                         " --out-descriptor=", path("descriptor"), " ", path("file")));
        auto fd = open_file(path("file"), O_RDONLY);
        ASSERT_TRUE(fd);
        u64 seen = 0;
        EXPECT_EQ(digest_of_fd(alg, fd->get(), &seen)->hex(), expected) << size;
        EXPECT_EQ(seen, size);

        Builder builder(alg, Builder::Keep::kTree);
        builder.update(as_bytes(*read_file(path("file"))));
        EXPECT_EQ(builder.finish().hex(), expected) << size;
        EXPECT_TRUE(as_text(builder.tree()) == *read_file(path("tree"))) << size;
        EXPECT_TRUE(as_text(bytes_of(builder.descriptor())) == *read_file(path("descriptor")))
            << size;
      }
  }
}

Digest libcrypto_sha256(Bytes data) {
  std::byte hash[32];
  ::EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(hash), nullptr,
               ::EVP_sha256(), nullptr);
  return Digest::of(HashAlg::kSha256, hash);
}

TEST(HashBlocks, AnyNumberOfThem) {
  const std::string data = random_text(4096 * 9 + 13);
  for (std::size_t count = 0; count <= 9; ++count) {
    std::vector<const std::byte*> blocks;
    for (std::size_t i = 0; i < count; ++i) blocks.push_back(as_bytes(data).data() + i * 4096 + i);
    std::vector<std::byte> out(count * 32 + 1, std::byte{0x5a});
    hash_blocks(HashAlg::kSha256, blocks, out);
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_EQ(Digest::of(HashAlg::kSha256, Bytes(out).subspan(i * 32, 32)),
                libcrypto_sha256({blocks[i], 4096}));
    EXPECT_EQ(out.back(), std::byte{0x5a});
  }
}

TEST(Sha256Ni, AgreesWithLibcrypto) {
  if (!sha256_ni::available()) GTEST_SKIP() << "this CPU has no SHA extensions";
  const std::string data = random_text(20000);
  for (std::size_t lanes = 1; lanes <= sha256_ni::kLanes; ++lanes)
    for (std::size_t size = 0; size <= 4224; size += 64) {
      const std::byte* inputs[sha256_ni::kLanes];
      for (std::size_t i = 0; i < lanes; ++i) inputs[i] = as_bytes(data).data() + i * 4231;
      std::byte out[sha256_ni::kLanes * 32];
      sha256_ni::hash({inputs, lanes}, size, out);
      for (std::size_t i = 0; i < lanes; ++i)
        EXPECT_EQ(Digest::of(HashAlg::kSha256, Bytes(out).subspan(i * 32, 32)),
                  libcrypto_sha256({inputs[i], size}))
            << lanes << " lanes, " << size << " bytes";
    }
}

}  // namespace
}  // namespace cfs::merkle
