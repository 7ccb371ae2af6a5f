// SPDX-License-Identifier: LGPL-2.1-or-later

// Archives made by hand: what stands in for what, and everything that is refused.

#include <unistd.h>

#include <random>

#include "archive_dir.h"

namespace cfs::archive {
namespace {

class Tar : public ArchiveDir {
 protected:
  std::string tree_of(const std::string& bytes) {
    auto tree = read_bytes(bytes);
    return tree ? describe(*tree) : cat("error: ", tree.error().text);
  }
};

TEST_F(Tar, MissingParentsAndRoot) {
  EXPECT_EQ(tree_of(member("./a//b/f", '0', "x")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/a 40755 0:0 0.0 0 1 0 \n"
            "/a/b 40755 0:0 0.0 0 1 0 \n"
            "/a/b/f 100644 0:0 7.0 1 1 0 x\n");
  // A member for a directory that had to be made keeps what is in it.
  EXPECT_EQ(tree_of(member("a/f") + member("a/", '5') + member(".", '5')),
            "/ 40755 0:0 7.0 0 1 0 \n"
            "/a 40755 0:0 7.0 0 1 0 \n"
            "/a/f 100644 0:0 7.0 0 1 0 \n");
}

TEST_F(Tar, LaterMembersReplace) {
  EXPECT_EQ(tree_of(member("a", '0', "one") + member("a", '2', "", "there")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/a 120644 0:0 7.0 5 1 0 there\n");
  EXPECT_EQ(tree_of(member("a", '5') + member("a", '0', "one") + member("a", '5') + member("a/b")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/a 40755 0:0 7.0 0 1 0 \n"
            "/a/b 100644 0:0 7.0 0 1 0 \n");
  // A hard link keeps what it was linked to.
  EXPECT_EQ(
      tree_of(member("a", '0', "one") + member("b", '1', "", "./a") + member("a", '0', "two")),
      "/ 40755 0:0 0.0 0 1 0 \n"
      "/a 100644 0:0 7.0 3 1 0 two\n"
      "/b 100644 0:0 7.0 3 1 0 one\n");
}

TEST_F(Tar, WhiteoutsOfLayersAreFiles) {
  EXPECT_EQ(tree_of(member("a") + member(".wh.a") + member(".wh..wh..opq")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/.wh..wh..opq 100644 0:0 7.0 0 1 0 \n"
            "/.wh.a 100644 0:0 7.0 0 1 0 \n"
            "/a 100644 0:0 7.0 0 1 0 \n");
}

TEST_F(Tar, Attributes) {
  // LIBARCHIVE.xattr: name as in an URL, value in base64. The later of two counts.
  EXPECT_EQ(tree_of(pax("LIBARCHIVE.xattr.user.a%20b", "eHl6") + member("a")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/a 100644 0:0 7.0 0 1 0  user.a\\x20b=xyz\n");
  EXPECT_EQ(tree_of(pax("SCHILY.xattr.user.a", std::string("1\0=2", 4)) + member("a")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/a 100644 0:0 7.0 0 1 0  user.a=1\\x00=2\n");
  // Names of any bytes, and neither composed nor decomposed.
  EXPECT_EQ(tree_of(pax("path", "e\xcc\x81\xff\xed\xa0\x80") + member("a")),
            "/ 40755 0:0 0.0 0 1 0 \n"
            "/e\\xcc\\x81\\xff\\xed\\xa0\\x80 100644 0:0 7.0 0 1 0 \n");
}

TEST_F(Tar, RefusedNames) {
  EXPECT_EQ(error_of(member("/etc")),
            "member `/etc`: name is absolute; only relative names are taken");
  EXPECT_EQ(error_of(member("a/../b")), "member `a/../b`: name has `..` in it");
  EXPECT_EQ(error_of(member("..")), "member `..`: name has `..` in it");
  EXPECT_EQ(error_of(member("a", '2', "", "/tmp") + member("a/b")),
            "member `a/b`: `a` in its path is not a directory");
  EXPECT_EQ(error_of(member(".", '0', "x")), "member `.`: the root must be a directory");
  EXPECT_EQ(error_of(pax("path", std::string(256, 'n')) + member("a")),
            cat("member `", std::string(256, 'n'), "`: name is too long"));
  EXPECT_EQ(error_of(pax("path", std::string(256, 'n') + "/a") + member("a")).substr(0, 12),
            "member `nnnn");
  std::string deep;
  for (int i = 0; i < 9000; ++i) deep += "d/";
  EXPECT_NE(error_of(pax("path", deep) + member("a")).find("longer than 16384"), std::string::npos);
}

TEST_F(Tar, RefusedLinks) {
  EXPECT_EQ(error_of(member("a", '1', "", "b")),
            "member `a`: hard link to `b`, which is not in the archive before it");
  EXPECT_EQ(error_of(member("b", '5') + member("a", '1', "", "b")),
            "member `a`: hard link to `b`, which is a directory");
  EXPECT_EQ(error_of(member("a", '1', "", "/etc/passwd")),
            "member `a`: hard link's target is absolute; only relative names are taken");
  EXPECT_EQ(error_of(member("a", '2', "", "")), "member `a`: symlink target is empty");
  EXPECT_EQ(error_of(member("a/b") + member("a", '0')),
            "member `a`: takes the place of a directory that is not empty");
}

TEST_F(Tar, RefusedAttributes) {
  EXPECT_EQ(error_of(pax("uid", "4294967296") + member("a")),
            "member `a`: owner 4294967296:0 does not fit 32 bits");
  EXPECT_NE(error_of(pax("SCHILY.xattr.user.big", std::string(40000, 'v')) + member("a"))
                .find("member `a`: extended attribute `user.big`"),
            std::string::npos);
  EXPECT_NE(
      error_of(pax("SCHILY.acl.access", "user::rw-,user:7:r--,group::r--,mask::r--,other::r--") +
               member("a"))
          .find("member `a`: has an ACL as text only"),
      std::string::npos);
}

TEST_F(Tar, CutShortOrTooLong) {
  std::string good = member("a", '0', std::string(1000, 'x')) + member("b");
  EXPECT_EQ(error_of(good), "no error");
  EXPECT_EQ(error_of(good, false), "the archive has no end mark: it is cut short");
  EXPECT_EQ(error_of(good + std::string(512, '\0'), false), "no error");
  EXPECT_NE(error_of(good.substr(0, 700), false).find("member `a`"), std::string::npos);
  EXPECT_NE(error_of(good.substr(0, good.size() - 100), false), "no error");
  std::string ended = good + std::string(1024, '\0');
  EXPECT_EQ(error_of(ended + good), "there is more behind the archive's end mark");
  EXPECT_EQ(error_of(ended + std::string(1 << 20, '\0') + "x"),
            "there is more behind the archive's end mark");
  EXPECT_NE(error_of("", false), "no error");
  EXPECT_NE(error_of("/ 0 40755 1 0 0 0 0.0 - - -\n", false), "no error");
}

// One byte in the middle, one near the end, a piece cut off.
TEST_F(Tar, DamagedCompression) {
  std::string content(3000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>((i * 2654435761u) >> 13);
  for (const char* filter : {"gzip", "zstd", "xz", "bzip2", "lzma"}) {
    file("bytes", member("a", '0', content) + std::string(20480, '\0'));
    sh(cat(filter, " -c < bytes > whole"));
    EXPECT_TRUE(read("whole")) << filter;
    std::string whole = *read_file(path("whole"));
    for (std::size_t at : {whole.size() / 2, whole.size() - 6}) {
      std::string bad = whole;
      bad[at] ^= 1;
      file("bad", bad);
      EXPECT_FALSE(read("bad")) << filter << " " << at;
    }
    file("bad", whole.substr(0, whole.size() - 6));
    EXPECT_FALSE(read("bad")) << filter;
  }
}

TEST_F(Tar, GzipInMembersAndPadded) {
  std::string bytes = member("a", '0', std::string(1000, 'x')) + std::string(1024, '\0');
  file("one", bytes.substr(0, 700));
  file("two", bytes.substr(700));
  file("none", "");
  sh("for f in none one none two; do gzip -c $f; done > all && head -c 500000 /dev/zero >> all");
  auto tree = read("all");
  EXPECT_TRUE(tree) << tree.error().text;
  sh("echo junk >> all");
  EXPECT_EQ(read("all").error().text, "gzip: incorrect header check");
  sh("gzip -c one > cut");
  EXPECT_FALSE(read("cut"));
}

TEST_F(Tar, Bombs) {
  ReadOptions few{.alg = HashAlg::kSha256, .limits = {.inodes = 3, .content = 100, .text = 20}};
  EXPECT_EQ(error_of(member("a/b/c"), true, few),
            "member `a/b/c`: the archive has more than 3 files");
  EXPECT_EQ(error_of(member("a", '0', std::string(101, 'x')), true, few),
            "member `a`: the archive's files have more than 100 bytes");
  EXPECT_EQ(error_of(member("a", '2', "", std::string(21, 't')), true, few),
            "member `a`: the archive's names and attributes have more than 20 bytes");
  // A terabyte of hole in a few hundred bytes.
  sh("truncate -s 1T hole && tar --sparse -cf bomb.tar hole && rm hole");
  auto bomb = read("bomb.tar");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().text,
            "member `hole`: the archive's files have more than 274877906944 bytes");
}

// Whatever is in it, an archive is read or refused, and what is refused has a reason.
TEST_F(Tar, AnyBytes) {
  std::string good = pax("SCHILY.xattr.user.a", "1") + member("a", '0', std::string(600, 'x')) +
                     pax("GNU.sparse.map", "0,5,4096,5") + pax("GNU.sparse.size", "8192") +
                     member("b", '0', "0123456789") + member("d", '5') +
                     member("d/link", '1', "", "a") + member("d/soft", '2', "", "../a") +
                     member("././@LongLink", 'L', std::string(150, 'n') + '\0') + member("c");
  const ReadOptions options{.limits = {.inodes = 1000, .content = 1 << 20, .text = 1 << 20}};
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (u32 flips = random() % 4 + 1; flips > 0; --flips) {
      std::size_t at = random() % bad.size();
      bad[at] = random() % 3 ? static_cast<char>(random()) : static_cast<char>(bad[at] ^ 1);
      // Half of the headers get a checksum that fits again.
      std::size_t header = at / 512 * 512;
      if (random() % 2) continue;
      bad.replace(header + 148, 8, "        ");
      u32 sum = 0;
      for (char c : bad.substr(header, 512)) sum += static_cast<unsigned char>(c);
      char digits[8];
      std::snprintf(digits, sizeof digits, "%06o", sum);
      bad.replace(header + 148, 7, digits, 7);
    }
    auto tree = read_bytes(bad, random() % 2, options);
    ASSERT_TRUE(tree || !tree.error().text.empty()) << round;
  }
}

TEST_F(Tar, BeginsWithBytesTakenAlready) {
  file("t.tar", member("a", '0', std::string(100, 'x')) + std::string(1024, '\0'));
  auto fd = open_file(path("t.tar"), O_RDONLY);
  ASSERT_TRUE(fd);
  std::byte begun[300];
  ASSERT_EQ(::read(fd->get(), begun, sizeof begun), 300);
  EXPECT_TRUE(read_tar(fd->get(), begun, {}, nullptr));
  sh("gzip -k t.tar");
  for (std::size_t count : {0u, 1u, 2u, 20u}) {
    fd = open_file(path("t.tar.gz"), O_RDONLY);
    ASSERT_EQ(::read(fd->get(), begun, count), static_cast<ssize_t>(count));
    EXPECT_TRUE(read_tar(fd->get(), Bytes(begun).first(count), {}, nullptr)) << count;
  }
}

class FailingSink : public ContentSink {
  Result<> begin(u64) override { return {}; }
  Result<> write(Bytes) override { return fail_with(ENOSPC, "disk full"); }
  Result<> end(const Digest&) override { return {}; }
};

TEST_F(Tar, SinksFailureEndsIt) {
  file("t.tar", member("a", '0', std::string(100, 'x')) + std::string(1024, '\0'));
  FailingSink sink;
  auto tree = read("t.tar", &sink);
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().text, "member `a`: disk full");
  EXPECT_EQ(tree.error().code, ENOSPC);
}

}  // namespace
}  // namespace cfs::archive
