// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/verify.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cerrno>

#include "fsverity/kernel.h"
#include "merkle/merkle.h"

namespace cfs::boot {
namespace {

const std::string kContent(300'000, 'x');

// A file with that content in memory: it has no fs-verity on any kernel.
Image image_of(std::string_view content, const Digest& digest,
               Image::Origin origin = Image::Origin::kStore) {
  Fd file(memfd_create("image", MFD_CLOEXEC));
  EXPECT_TRUE(write_all(file.get(), as_bytes(content)));
  return Image{digest, std::move(file), origin};
}
Digest right(HashAlg alg = HashAlg::kSha256) { return merkle::digest_of(alg, as_bytes(kContent)); }
Digest digits(char digit, std::size_t count = 64) {
  return Digest::parse(std::string(count, digit)).value();
}

void expect_refused(const Outcome<Proof>& verified, Reason reason, std::string_view part) {
  ASSERT_FALSE(verified);
  EXPECT_EQ(id(verified.error().reason), id(reason)) << verified.error().text;
  EXPECT_NE(verified.error().text.find(part), std::string::npos) << verified.error().text;
}

// What the kernel would say of an image, since the build host's may not know fs-verity.
template <char kDigit, bool kSha512>
Result<std::optional<Digest>> measures(int, int*) {
  return Digest::parse(std::string(kSha512 ? 128 : 64, kDigit));
}
template <int kErrno>
Result<std::optional<Digest>> measures_nothing(int, int* why_not) {
  *why_not = kErrno;
  return std::nullopt;
}
template <int kErrno>
Result<std::optional<Digest>> fails(int, int*) {
  return fail(kErrno, "measure");
}

// T13 T18 T12 T37
TEST(Verify, ComparesDigests) {
  const struct {
    Measure measure;
    Reason reason;
    std::string_view part;
  } cases[] = {
      {measures<'b', false>, Reason::kDigestDiffers, "digest differs: wanted aaaa"},
      {measures<'a', true>, Reason::kAlgorithmDiffers, "wanted sha256, got sha512"},
      {measures_nothing<ENODATA>, Reason::kImageWithoutVerity, "image has no fs-verity"},
      {measures_nothing<ENOTTY>, Reason::kFileSystemWithoutVerity, "use ext4, btrfs or f2fs"},
      {measures_nothing<EOPNOTSUPP>, Reason::kFileSystemWithoutVerity, "tune2fs -O verity"},
      {fails<EIO>, Reason::kImageUnreadable, "Input/output error"},
      {fails<EILSEQ>, Reason::kAlgorithmDiffers, ""},
  };
  Image image = image_of("x", digits('a'));
  EXPECT_EQ(verify_image(image, measures<'a', false>, {}).value(), Proof::kKernel);
  for (const auto& c : cases) expect_refused(verify_image(image, c.measure, {}), c.reason, c.part);
}

// The kernel's own answer for a file that nobody sealed. T38: a kernel without CONFIG_FS_VERITY
// gives the same as a file system without the feature.
TEST(Verify, RefusesAnUnsealedFile) {
  Image image = image_of(kContent, right());
  auto verified = verify_image(image, fsverity::measure, {});
  expect_refused(verified, Reason::kFileSystemWithoutVerity, "has no fs-verity");
}

// Lax does not mean that any image will do.
// T05 T38
TEST(Verify, LaxComparesASealedCopy) {
  for (HashAlg alg : {HashAlg::kSha256, HashAlg::kSha512}) {
    Image image = image_of(kContent, right(alg));
    int file = image.fd.get();
    EXPECT_EQ(verify_image(image, fsverity::measure, {.lax = true}).value(), Proof::kCopy);
    EXPECT_NE(image.fd.get(), file);
    EXPECT_EQ(read_file("/proc/self/fd/" + std::to_string(image.fd.get())).value(), kContent);
    EXPECT_LT(pwrite(image.fd.get(), "y", 1, 0), 0);
    EXPECT_EQ(errno, EPERM);
    EXPECT_LT(ftruncate(image.fd.get(), 1), 0);
    EXPECT_LT(fcntl(image.fd.get(), F_ADD_SEALS, F_SEAL_WRITE), 0);
  }
  std::string other = kContent;
  other[other.size() / 2] ^= 1;
  Image image = image_of(other, right());
  expect_refused(verify_image(image, fsverity::measure, {.lax = true}), Reason::kDigestDiffers,
                 "digest differs: wanted " + right().hex());
}

// With fs-verity there lax changes nothing.
TEST(Verify, LaxBelievesTheKernel) {
  Image image = image_of(kContent, right());
  expect_refused(verify_image(image, measures<'b', false>, {.lax = true}), Reason::kDigestDiffers,
                 "got bbbb");
  expect_refused(verify_image(image, measures<'b', true>, {.lax = true}), Reason::kAlgorithmDiffers,
                 "got sha512");
  expect_refused(verify_image(image, fails<EIO>, {.lax = true}), Reason::kImageUnreadable, "");
}

TEST(Verify, HashesAnImageInTheInitramfs) {
  for (HashAlg alg : {HashAlg::kSha256, HashAlg::kSha512}) {
    Image image = image_of(kContent, right(alg), Image::Origin::kInitramfs);
    int file = image.fd.get();
    // Nobody asks the kernel.
    EXPECT_EQ(verify_image(image, fails<EIO>, {}).value(), Proof::kInitramfs);
    EXPECT_EQ(image.fd.get(), file);
    image = image_of(kContent + "y", right(alg), Image::Origin::kInitramfs);
    expect_refused(verify_image(image, fails<EIO>, {.lax = true}), Reason::kDigestDiffers, "");
  }
}

TEST(Verify, KnowsWhichFileSystemsSupportIt) {
  Fd dir = open_file("/", O_PATH | O_DIRECTORY).value();
  int why_not = 0;
  EXPECT_TRUE(supports_verity(dir.get(), measures_nothing<ENODATA>, &why_not).value());
  EXPECT_TRUE(supports_verity(dir.get(), measures<'a', false>, &why_not).value());
  EXPECT_FALSE(supports_verity(dir.get(), measures_nothing<EOPNOTSUPP>, &why_not).value());
  EXPECT_EQ(why_not, EOPNOTSUPP);
  Fd proc = open_file("/proc", O_PATH | O_DIRECTORY).value();
  EXPECT_FALSE(supports_verity(proc.get(), fsverity::measure, &why_not).value());
}

TEST(ReadThrough, ReadsFilesOfAnySize) {
  for (off_t size : {off_t{0}, off_t{1}, off_t{256 << 10}, off_t{(256 << 10) + 1}}) {
    Fd file(memfd_create("x", MFD_CLOEXEC));
    ASSERT_EQ(ftruncate(file.get(), size), 0);
    EXPECT_TRUE(read_through(file.get()));
  }
}

// Nothing is mapped at the bottom of an address space: the kernel says EIO there.
TEST(ReadThrough, SaysWhereReadingFails) {
  Fd file = open_file("/proc/self/mem", O_RDONLY).value();
  auto read = read_through(file.get());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, EIO);
  EXPECT_EQ(read.error().text, "at byte 0: Input/output error");
}

}  // namespace
}  // namespace cfs::boot
