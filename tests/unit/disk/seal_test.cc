// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/seal.h"

#include "base/fd.h"
#include "base/text.h"
#include "ext4_case.h"

namespace cfs::disk {
namespace {

class Seal : public Ext4Case {
 protected:
  void make_image(const std::string& options, const std::string& size = "64M") {
    run(cat("truncate -s ", size, " ", image(), " && mke2fs -q -t ext4 -b 4096 -d ", source(), " ",
            options, " ", image()));
  }
  std::string error_of_sealing(const std::string& path = "/") {
    auto sealed = seal_files(image(), {}, {path});
    return sealed ? "" : sealed.error().text;
  }

  void expect_sealed(HashAlg alg, const std::vector<u64>& sizes);
};

void Seal::expect_sealed(HashAlg alg, const std::vector<u64>& sizes) {
  for (u64 size : sizes) file(cat("f", size), size);
  make_image("-O verity");
  auto sealed = seal_files(image(), {.alg = alg}, {"/"});
  ASSERT_TRUE(sealed) << sealed.error().text;
  expect_clean();
  ASSERT_EQ(sealed->size(), sizes.size());
  for (const Sealed& file : *sealed) expect_sealed_as(file.path, source() + file.path, file.digest);
}

TEST_F(Seal, WritesWhatFsverityComputes) {
  expect_sealed(HashAlg::kSha256, {0, 1, 4095, 4096, 4097, 65535, 65536, 65537, 128 * 4096 - 1,
                                   128 * 4096, 128 * 4096 + 1, 5'000'000});
}

TEST_F(Seal, WritesWhatFsverityComputesForSha512) {
  expect_sealed(HashAlg::kSha512, {0, 1, 4096, 4097, 64 * 4096, 64 * 4096 + 1, 5'000'000});
}

TEST_F(Seal, KeepsContentInManyPieces) {
  sparse_file("f", 1500);  // nodes of extents in two levels
  make_image("-O verity");
  auto sealed = seal_files(image(), {}, {"/f"});
  ASSERT_TRUE(sealed) << sealed.error().text;
  expect_clean();
  expect_sealed_as("/f", source() + "/f", (*sealed)[0].digest);
  debugfs("dump f " + dir_ + "/out");
  run(cat("cmp ", source(), "/f ", dir_, "/out"));
}

TEST_F(Seal, SealsOnceEveryRegularFileBelow) {
  fs::create_directories(source() + "/a/b");
  file("a/b/one", 5000);
  file("two", 10);
  fs::create_hard_link(source() + "/two", source() + "/a/hard");
  fs::create_symlink("b/one", source() + "/a/link");
  run(cat("mkfifo ", source(), "/a/pipe"));
  make_image("-O verity");
  auto paths = [&](const std::vector<std::string>& of) {
    auto sealed = seal_files(image(), {}, of);
    EXPECT_TRUE(sealed) << sealed.error().text;
    std::string all;
    for (const Sealed& file : *sealed) all += file.path + "\n";
    return all;
  };
  EXPECT_EQ(paths({"a/link", "/a/b/"}), "/a/link\n");  // one file, asked for twice
  EXPECT_EQ(paths({"/a"}), "/a/hard\n");
  std::string before = *read_file(image());
  EXPECT_EQ(paths({"/"}), "");  // nothing left to seal
  EXPECT_EQ(*read_file(image()), before);
  expect_clean();
}

TEST_F(Seal, ClearsTheRestOfTheLastBlock) {
  file("f", 4096);
  make_image("-O verity");
  debugfs("sif f size 5");  // the block keeps bytes that a reader of 5 bytes never sees
  auto sealed = seal_files(image(), {}, {"f"});
  ASSERT_TRUE(sealed) << sealed.error().text;
  fs::resize_file(source() + "/f", 5);
  EXPECT_EQ(output_of(cat("fsverity digest --compact ", source(), "/f")),
            cat((*sealed)[0].digest.hex(), "\n"));
  EXPECT_EQ(output_of(cat(
                "cd ", dir_, " && block=$(/sbin/debugfs -R 'bmap f 0' disk.img 2>/dev/null) && ",
                "dd if=disk.img bs=4096 skip=$block count=1 status=none | tail -c 4091 | ",
                "tr -d '\\0' | wc -c")),
            "0\n");
}

TEST_F(Seal, DoesNothingWhenTheDiskIsFull) {
  file("small", 100);
  file("large", 6'000'000);
  make_image("-O verity,^has_journal -m 0 -N 16", "5948K");
  auto state = [&] {
    return output_of(cat("/sbin/dumpe2fs ", image(),
                         " 2>&1 | grep -v '^dumpe2fs\\|^Lifetime writes\\|^Checksum:'"));
  };
  std::string before = state();
  EXPECT_EQ(error_of_sealing(),
            cat(image(), ": /large: no space left in the image; make it larger (resize2fs)"));
  EXPECT_EQ(state(), before);
  expect_clean();
  EXPECT_EQ(error_of_sealing("small"), "");  // it was not sealed, and still can be
}

TEST_F(Seal, RefusesWhatCannotHaveVerity) {
  struct Case {
    const char* options;  // of mke2fs
    const char* request;  // to debugfs afterwards
    const char* error;
  };
  file("f", 10);
  for (const Case& c : {
           Case{"-O ^verity", "", "has no `verity` feature; --add-feature adds it"},
           Case{"-O verity -b 1024", "", "has a block size of 1024"},
           Case{"-O ^extents,^64bit", "feature verity", "is not ext4 (no extents)"},
           Case{"-O verity", "feature needs_recovery", "has a journal to replay; run e2fsck -f"},
           Case{"-O verity", "ssv state 0", "was not cleanly closed; run e2fsck -f"},
           Case{"-O verity", "ssv state 3", "was not cleanly closed; run e2fsck -f"},
           Case{"-O verity", "ssv last_orphan 12", "was not cleanly closed; run e2fsck -f"},
           Case{"-O verity,quota", "",
                "keeps quotas, which would be wrong afterwards; run tune2fs"},
           Case{"-O verity,mmp", "", "has multiple mount protection; run tune2fs -O ^mmp"},
           Case{"-O verity", "feature shared_blocks",
                "has files that share blocks; run e2fsck -f -E unshare_blocks"},
           Case{"-O verity,bigalloc", "",
                "has clusters of blocks; make it with mke2fs -O ^bigalloc"},
           Case{"-O verity,inline_data -I 256", "",
                "/f: cannot have fs-verity: its data is in the inode"},
           Case{"-O verity", "sif f flags 0", "/f: cannot have fs-verity: it does not use extents"},
           Case{"-O verity", "sif f flags 0x80800", "/f: cannot have fs-verity: it is encrypted"},
       }) {
    SCOPED_TRACE(c.error);
    make_image(c.options, "16M");
    if (*c.request) debugfs(c.request);
    std::string before = *read_file(image());
    EXPECT_TRUE(error_of_sealing().starts_with(cat(image(), ": ", c.error))) << error_of_sealing();
    EXPECT_EQ(*read_file(image()), before);
    fs::remove(image());
  }
}

// Nothing is written to, or freed, that is not the file's alone.
TEST_F(Seal, RefusesBlocksThatAreNotTheFiles) {
  struct Case {
    const char* requests;  // to debugfs; words of block[]: header 0-2, then 3 for each extent
    const char* error;
  };
  file("f", 10);
  file("g", 10);
  sparse_file("two", 2);   // extents in the inode
  sparse_file("five", 5);  // in a node
  make_image("-O verity,^has_journal", "16M");
  const std::string sound = *read_file(image());
  for (const Case& c : {
           Case{"sif f block[5] 5000", "/f: "},  // behind the file system
           Case{"sif f block[4] 0x10001", "/f: "},
           Case{"sif f block[5] 4095\nsif f block[4] 2\nsetb 4095", "/f: "},
           Case{"sif f block[4] 0", "/f: "},
           Case{"sif five block[4] 5000", "/five: "},
           Case{"sif f block[5] 0", "/f: "},  // the superblock
           Case{"sif f block[5] 1", "/f: "},  // the group descriptors
           Case{"sif f block[5] 3", "/f: "},  // a bitmap
           Case{"sif f block[5] 19", "/f: "},
           Case{"sif f block[5] 290", "/f: "},  // the end of the table of inodes
           Case{"sif five block[4] 290", "/five: "},
           Case{"sif f block[5] 4000", "/f: "},  // free
           Case{"sif five block[4] 4000", "/five: "},
           Case{"sif two block[6] 1", "/two: "},  // the second extent begins where the first does
           Case{"sif two block[6] 0", "/two: "},
           Case{"copy_inode f g", "/g: "},  // both have one block
           Case{"freeb 1", ""},             // the group descriptors are free
           Case{"freeb 3", ""},
           Case{"freeb 290", ""},
       }) {
    SCOPED_TRACE(c.requests);
    std::ofstream(image()) << sound;
    run(cat("printf '", c.requests, "' | debugfs -w -f - ", image(), " 2>&1"));
    run(cat("! e2fsck -fn ", image(), " 2>&1"));
    const std::string before = *read_file(image());
    EXPECT_EQ(error_of_sealing(), cat(image(), ": ", c.error, "damaged; run e2fsck -f ", image()));
    EXPECT_TRUE(*read_file(image()) == before);
    run(cat("e2fsck -fy ", image(), " 2>&1 || [ $? -eq 1 ]"));
    EXPECT_EQ(error_of_sealing(), "");
    expect_clean();
  }
}

TEST_F(Seal, AddsTheFeatureWithTheLastFile) {
  file("f", 10);
  make_image("-O ^verity");
  const std::string before = *read_file(image());
  EXPECT_FALSE(seal_files(image(), {.add_feature = true}, {"/f", "/none"}));
  EXPECT_EQ(*read_file(image()), before);
  auto sealed = seal_files(image(), {.add_feature = true}, {"/f"});
  ASSERT_TRUE(sealed) << sealed.error().text;
  expect_clean();
  run(cat("dumpe2fs -h ", image(), " 2>&1 | grep -q '^Filesystem features:.* verity'"));
}

TEST_F(Seal, FindsTheRootPartition) {
  file("f", 5000);
  make_image("-O verity", "16M");
  const std::string disk = dir_ + "/gpt.img", part = dir_ + "/part.img";
  auto partitions = [&](const std::string& types) {
    run(cat("rm -f ", disk, " && truncate -s 64M ", disk, " && printf 'label: gpt\n", types,
            "' | sfdisk -q ", disk, " && dd if=", image(), " of=", disk,
            " bs=1M seek=10 conv=notrunc,sparse status=none"));
  };
  const std::string esp = "start=2048,size=4096,type=U\n", at = "start=20480,size=32768,type=";
  const std::string root = "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n";
  for (const std::string& table :
       {cat(esp, at, root), cat(esp, at, "L\n"), cat("start=2048,size=4096,type=L\n", at, root)}) {
    partitions(table);
    auto sealed = seal_files(disk, {}, {"/f"});
    ASSERT_TRUE(sealed) << sealed.error().text;
    ASSERT_EQ(sealed->size(), 1u);
    run(cat("dd if=", disk, " of=", part, " bs=1M skip=10 count=16 status=none && e2fsck -fn ",
            part, " 2>&1 && sfdisk -q -V ", disk));
  }
  partitions("start=20480,size=32760,type=L\n");  // the file system goes on behind it
  auto cut = seal_files(disk, {}, {"/f"});
  ASSERT_FALSE(cut);
  EXPECT_TRUE(cut.error().text.starts_with(cat(disk, ": has 4096 blocks, and space for 4095;")))
      << cut.error().text;
  partitions(cat("start=2048,size=4096,type=L\n", at, "L\n"));
  auto refused = seal_files(disk, {}, {"/f"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text,
            cat(disk,
                ": has 2 partitions that may hold the root; name its device, or a file with "
                "that partition alone"));
}

TEST_F(Seal, RefusesOtherFiles) {
  EXPECT_EQ(error_of_sealing(), cat(image(), ": open: No such file or directory"));
  run(cat("truncate -s 1M ", image()));
  EXPECT_EQ(error_of_sealing(), cat(image(), ": is not an ext4 file system"));
  make_image("-O verity");
  EXPECT_EQ(error_of_sealing("/no/such"), cat(image(), ": /no/such: not in the image"));
  file("f", 10);
  make_image("-O verity");
  EXPECT_EQ(error_of_sealing("/f/x"), cat(image(), ": /f/x: not in the image"));
  fs::resize_file(image(), (64 << 20) - 4096);
  EXPECT_EQ(error_of_sealing(),
            cat(image(),
                ": has 16384 blocks, and space for 16383; make that larger, or the file system "
                "smaller (resize2fs)"));
  EXPECT_EQ(fs::file_size(image()), (64 << 20) - 4096u);
}

TEST_F(Seal, RefusesAMountedImage) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
  file("f", 10);
  make_image("-O verity");
  fs::create_directory(dir_ + "/mnt");
  run(cat("mount -o loop,ro ", image(), " ", dir_, "/mnt"));
  EXPECT_EQ(error_of_sealing(), cat(image(), ": is mounted or in use; unmount it first"));
  run(cat("umount ", dir_, "/mnt"));
  // A partition of it is mounted.
  run(cat("cp ", image(), " ", dir_, "/part && truncate -s 0 ", image(), " && truncate -s 80M ",
          image(), " && printf 'label: gpt\nstart=2048,size=131072\n' | sfdisk -q ", image(),
          " && dd if=", dir_, "/part of=", image(),
          " bs=1M seek=1 conv=notrunc,sparse status=none"));
  run(cat("mount -o loop,ro,offset=1048576 ", image(), " ", dir_, "/mnt"));
  EXPECT_EQ(error_of_sealing(), cat(image(), ": is mounted or in use; unmount it first"));
  run(cat("umount ", dir_, "/mnt"));
  EXPECT_EQ(error_of_sealing(), "");
}

}  // namespace
}  // namespace cfs::disk
