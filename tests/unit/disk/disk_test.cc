// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/disk.h"

#include "ext4_case.h"

namespace cfs::disk {
namespace {

class Disk : public Ext4Case {
 protected:
  static std::vector<Source> from(const std::string& text) {
    std::vector<Source> sources;
    sources.push_back(*store::open_source(text));
    return sources;
  }
  DiskOptions options() const {
    DiskOptions made;
    made.output = image();
    made.sources = from("dir:" + source());
    made.bare = true;
    made.time = 1'700'000'000;
    made.threads = 3;
    return made;
  }
  DiskResult make(const DiskOptions& options) {
    auto made = make_disk(options);
    EXPECT_TRUE(made) << made.error().text;
    return made ? *made : DiskResult{};
  }
  std::string error_of(const DiskOptions& options) {
    auto made = make_disk(options);
    return made ? "" : made.error().text;
  }
  void expect_sealed(HashAlg alg, const std::vector<u64>& sizes);
};

void Disk::expect_sealed(HashAlg alg, const std::vector<u64>& sizes) {
  for (u64 size : sizes) file(cat("f", size), size);
  DiskOptions options = this->options();
  options.alg = alg;
  make(options);
  expect_clean();
  for (u64 size : sizes) {
    const std::string data = cat(source(), "/f", size), copy = dir_ + "/out";
    std::string hex =
        output_of(cat("fsverity digest --compact --hash-alg=", fsverity::name(alg), " ", data));
    hex.pop_back();
    Digest digest = *Digest::parse(hex);
    std::string object = "/composefs/objects/" + digest.object_path();
    expect_sealed_as(object, data, digest);
    run(cat("debugfs -R 'dump ", object, " ", copy, "' ", image(), " 2>&1 && cmp ", copy, " ",
            data));
  }
}

TEST_F(Disk, WritesWhatFsverityComputes) {
  expect_sealed(HashAlg::kSha256, {65, 4095, 4096, 4097, 65535, 65536, 65537, 128 * 4096 - 1,
                                   128 * 4096, 128 * 4096 + 1, 5'000'000});
}

TEST_F(Disk, WritesWhatFsverityComputesForSha512) {
  expect_sealed(HashAlg::kSha512, {65, 4096, 4097, 64 * 4096, 64 * 4096 + 1, 5'000'000});
}

TEST_F(Disk, HoldsLargeDirectories) {
  for (int i = 0; i < 400; ++i) std::ofstream(cat(source(), "/", std::string(200, 'n'), i)) << i;
  DiskOptions options = this->options();
  options.var = *store::open_source("dir:" + source());
  make(options);
  expect_clean();
  EXPECT_EQ(output_of(cat("/sbin/debugfs -R 'ls -p /state/os/default/var' ", image(),
                          " 2>/dev/null | grep -c nnnn")),
            "400\n");
}

TEST_F(Disk, DependsOnTheTreeAlone) {
  for (u64 size : {u64{70}, u64{5000}, u64{70'000}, u64{3'000'000}}) file(cat("f", size), size);
  fs::create_directories(source() + "/var/lib/deep");
  file("var/lib/deep/file", 9000);
  DiskOptions options = this->options();
  make(options);
  const std::string first = dir_ + "/first.img", other = dir_ + "/other";
  fs::rename(image(), first);

  fs::create_directory(other);
  run(cat("cd ", source(), " && ls -r | while read -r f; do cp -a $f ", other,
          "; done && touch -r . ", other));
  options.sources = from("dir:" + other);
  options.threads = 1;
  make(options);
  run(cat("cmp ", first, " ", image()));

  run(cat("tar --format=pax --xattrs --numeric-owner --sort=name -C ", other, " -cf ", dir_,
          "/t.tar . && gzip ", dir_, "/t.tar"));
  options.sources = from("tar:" + dir_ + "/t.tar.gz");
  make(options);
  run(cat("cmp ", first, " ", image()));
}

TEST_F(Disk, RefusesWhatDoesNotFitAndSaysWhatWould) {
  file("f", 20'000'000);
  std::ofstream(image()) << "old";
  DiskOptions options = this->options();
  options.size = 20 << 20;
  std::string error = error_of(options);
  auto at = error.find("--size=");
  ASSERT_NE(at, std::string::npos) << error;
  EXPECT_EQ(*read_file(image()), "old");
  options.size = std::stoull(error.substr(at + 7)) << 20;
  EXPECT_EQ(error_of(options), "");
  expect_clean();
  EXPECT_EQ(fs::file_size(image()), options.size);
}

TEST_F(Disk, RefusesContentThatIsNotWhatItsDigestSays) {
  file("f", 300'000);
  make(options());
  fs::create_directories(dir_ + "/repo");
  run(cat("debugfs -R 'rdump /composefs ", dir_, "/repo' ", image(), " 2>&1"));
  const std::string repository = dir_ + "/repo/composefs";
  const std::string before = *read_file(image());
  DiskOptions options = this->options();
  options.sources = from("repo:" + repository);
  options.empty_var = true;
  make(options);
  EXPECT_EQ(*read_file(image()), before);  // a repository of a disk gives the same disk

  std::string hex = output_of(cat("fsverity digest --compact ", source(), "/f"));
  hex.pop_back();
  const std::string object = cat(repository, "/objects/", Digest::parse(hex)->object_path());
  run(cat("printf x | dd of=", object, " bs=1 seek=299999 conv=notrunc status=none"));
  EXPECT_EQ(error_of(options), cat(image(), ": ", object, ": is not what its digest ", hex,
                                   " says; it is damaged, or was changed meanwhile"));
  EXPECT_EQ(*read_file(image()), before);
  fs::resize_file(object, 5);
  EXPECT_NE(error_of(options).find("has another size than it says"), std::string::npos);
  fs::remove(object);
  EXPECT_NE(error_of(options).find(cat("its object ", hex, " is missing")), std::string::npos);
}

}  // namespace
}  // namespace cfs::disk
