// SPDX-License-Identifier: LGPL-2.1-or-later

// Sealing that ends too early: the process is killed, the power fails, the host has no space left.
// Every write to the image is recorded on its way through libext2fs; from the record come the
// images that could be there after any of them. e2fsck repairs each; then every file must have its
// size and content, those with the flag must have their tree, and a second run must seal the
// others.

#include <map>
#include <random>

#include "disk/libext2fs.h"
#include "disk/seal.h"
#include "ext4_case.h"

namespace cfs::disk {
namespace {

struct Write {
  u64 offset;
  std::string bytes;
};

// Stands between libext2fs and the image until it is stopped.
class Recorder {
 public:
  static constexpr std::size_t kNever = ~std::size_t{0};
  // From write `full_at` on there is no space on the host.
  explicit Recorder(std::size_t full_at = kNever) : inner_(unix_io_manager), full_at_(full_at) {
    static struct_io_manager manager;
    manager = *inner_;
    manager.open = [](const char* name, int flags, io_channel* channel) {
      errcode_t code = self_->inner_->open(name, flags, channel);
      if (!code) (*channel)->manager = &manager;
      return code;
    };
    manager.write_blk64 = [](io_channel to, unsigned long long block, int count, const void* data) {
      const u64 size = count < 0 ? u64(-count) : u64(count) * u64(to->block_size);
      if (errcode_t code = self_->record(block * u64(to->block_size), size, data)) return code;
      return self_->inner_->write_blk64(to, block, count, data);
    };
    manager.write_blk = [](io_channel to, unsigned long block, int count, const void* data) {
      return to->manager->write_blk64(to, block, count, data);
    };
    manager.write_byte = [](io_channel to, unsigned long offset, int count, const void* data) {
      if (errcode_t code = self_->record(offset, u64(count), data)) return code;
      return self_->inner_->write_byte(to, offset, count, data);
    };
    manager.flush = [](io_channel to) {
      self_->barriers_.push_back(self_->writes_.size());
      return self_->inner_->flush(to);
    };
    manager.zeroout = nullptr;  // becomes writes
    manager.discard = nullptr;
    self_ = this;
    unix_io_manager = &manager;
  }
  ~Recorder() { stop(); }
  void stop() { unix_io_manager = inner_; }

  std::size_t size() const { return writes_.size(); }
  // `image` after `count` writes, of which those since the last fsync reached the disk as `some`
  // says, sector by sector. The superblock, of two sectors, is written by any disk at once: ext4
  // itself relies on that.
  std::string replay(std::string image, std::size_t count, const std::function<bool()>& some) {
    std::size_t durable = 0;
    for (std::size_t barrier : barriers_)
      if (barrier <= count) durable = barrier;
    for (std::size_t i = 0; i < count; ++i) {
      const Write& write = writes_[i];
      const u64 step = write.offset == 1024 ? write.bytes.size() : 512;
      for (u64 at = 0; at < write.bytes.size(); at += step)
        if (i < durable || some())
          image.replace(write.offset + at, std::min(step, write.bytes.size() - at), write.bytes, at,
                        step);
    }
    return image;
  }

 private:
  errcode_t record(u64 offset, u64 size, const void* data) {
    if (writes_.size() >= full_at_) return ENOSPC;
    writes_.push_back({offset, std::string(static_cast<const char*>(data), size)});
    return 0;
  }

  static inline Recorder* self_ = nullptr;
  io_manager inner_;
  std::size_t full_at_;
  std::vector<Write> writes_;
  std::vector<std::size_t> barriers_;
};

class SealCrash : public Ext4Case {
 protected:
  // Files of every kind, some with nodes of extents, some with blocks behind their end.
  void make_image() {
    for (u64 size : std::vector<u64>{0, 1, 4096, 70'000, 600'000}) file(cat("f", size), size);
    for (u64 i = 0; i < 20; ++i) file(cat("g", i), 20'001 + i);
    for (u64 pieces : std::vector<u64>{3, 4, 5, 345}) sparse_file(cat("s", pieces), pieces);
    for (const char* name : {"g3", "f1", "s5"})
      fs::copy_file(source() + "/" + name, cat(source(), "/", name, "-long"));
    run(cat("truncate -s 12M ", image(), " && mke2fs -q -t ext4 -b 4096 -O verity -d ", source(),
            " ", image()));
    debugfs("fallocate g3-long 5 40");
    debugfs("fallocate f1-long 1 2");
    debugfs("fallocate s5-long 10 16");
    expect_clean();
    for (const auto& entry : fs::directory_iterator(source())) {
      const std::string name = entry.path().filename().string();
      wanted_[name] = {*read_file(entry.path().string()), metadata_for(entry.path().string())};
    }
    before_ = *read_file(image());
  }

  void repair(const char* how) { run(cat("e2fsck ", how, " ", image(), " 2>&1 || [ $? -eq 1 ]")); }
  // How many files have the flag. All have the content they had, and those their metadata.
  std::size_t count_sealed();
  void expect_completes() {
    auto sealed = seal_files(image(), {}, {"/"});
    ASSERT_TRUE(sealed) << sealed.error().text;
    EXPECT_EQ(count_sealed(), wanted_.size());
    expect_clean();
  }

  struct Wanted {
    std::string content, metadata;
  };
  std::map<std::string, Wanted> wanted_;
  std::string before_;
};

std::size_t SealCrash::count_sealed() {
  std::size_t sealed = 0;
  ext2_filsys fs;
  EXPECT_EQ(ext2fs_open(image().c_str(), EXT2_FLAG_64BITS, 0, 0, unix_io_manager, &fs), 0);
  for (const auto& [name, wanted] : wanted_) {
    SCOPED_TRACE(name);
    ext2_ino_t number;
    ext2_inode inode;
    EXPECT_EQ(ext2fs_namei(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, name.c_str(), &number), 0);
    EXPECT_EQ(ext2fs_read_inode(fs, number, &inode), 0);
    EXPECT_EQ(EXT2_I_SIZE(&inode), wanted.content.size());
    auto blocks = [&](u64 offset, u64 size) {
      std::string all;
      char block[4096];
      for (u64 at = offset; at < offset + size; at += sizeof block) {
        blk64_t place = 0;
        int flags = 0;
        EXPECT_EQ(ext2fs_bmap2(fs, number, &inode, nullptr, 0, at / 4096, &flags, &place), 0);
        std::memset(block, 0, sizeof block);
        if (place && !(flags & BMAP_RET_UNINIT)) {
          EXPECT_EQ(io_channel_read_blk64(fs->io, place, 1, block), 0);
        }
        all.append(block, sizeof block);
      }
      return all;
    };
    EXPECT_TRUE(blocks(0, wanted.content.size()).starts_with(wanted.content));
    if (!(inode.i_flags & EXT4_VERITY_FL)) continue;
    ++sealed;
    EXPECT_TRUE(blocks(format::ext4_verity_offset(wanted.content.size()), wanted.metadata.size()) ==
                wanted.metadata);
  }
  ext2fs_free(fs);
  return sealed;
}

TEST_F(SealCrash, LosesNothingWhereverItStops) {
  make_image();
  Recorder record;
  auto sealed = seal_files(image(), {}, {"/"});
  record.stop();
  ASSERT_TRUE(sealed) << sealed.error().text;
  EXPECT_EQ(sealed->size(), wanted_.size());
  std::mt19937 random(1);
  const std::size_t steps = 20;
  std::size_t none = 0, part = 0, all = 0;
  // The last writes are those that matter most.
  for (std::size_t i = 0; i <= 2 * steps; ++i) {
    const std::size_t count = i < steps ? record.size() * i / steps
                                        : record.size() - std::min(record.size(), 2 * steps - i);
    for (bool power : {false, true}) {
      SCOPED_TRACE(cat("write ", count, " of ", record.size(), power ? ", no power" : ""));
      auto some = [&] { return !power || random() % 2 == 0; };
      std::ofstream(image()) << record.replay(before_, count, some);
      repair(i % 2 ? "-fy" : "-fp");
      const std::size_t now = count_sealed();
      ++(now == 0 ? none : now < wanted_.size() ? part : all);
      expect_completes();
      if (HasFailure()) return;
    }
  }
  EXPECT_TRUE(none > 0 && part > 0 && all > 0) << none << " " << part << " " << all;
}

TEST_F(SealCrash, LosesNothingOnAFullHost) {
  make_image();
  Recorder whole;
  ASSERT_TRUE(seal_files(image(), {}, {"/"}));
  whole.stop();
  const std::size_t writes = whole.size();
  std::size_t unharmed = 0, halfway = 0;
  // The last ones are those of the second step.
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < 12; ++i)
    counts.push_back(i < 8 ? writes * i / 8 : writes - 1 - i % 4 * 12);
  for (std::size_t count : counts) {
    SCOPED_TRACE(cat("write ", count, " of ", writes));
    std::ofstream(image()) << before_;
    Recorder record(count);
    auto sealed = seal_files(image(), {}, {"/"});
    record.stop();
    ASSERT_FALSE(sealed);
    const std::string& text = sealed.error().text;
    EXPECT_NE(text.find("no space for the image"), std::string::npos) << text;
    if (text.find("then seal again") == std::string::npos) {
      ++unharmed;
      expect_clean();
    } else {
      ++halfway;
      repair("-fp");
    }
    count_sealed();
    expect_completes();
    if (HasFailure()) return;
  }
  EXPECT_TRUE(unharmed > 0 && halfway > 0) << unharmed << " " << halfway;
}

}  // namespace
}  // namespace cfs::disk
