// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/disk.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/directory.h"
#include "base/output_file.h"
#include "base/program.h"
#include "base/text.h"
#include "disk/ext4_format.h"
#include "disk/ext4_writer.h"
#include "disk/file_writer.h"
#include "disk/partitions.h"
#include "disk/sparse.h"
#include "disk/unnamed_file.h"
#include "merkle/merkle.h"
#include "tree/walk.h"

namespace cfs::disk {

namespace {

constexpr u64 kMiB = 1 << 20;
constexpr u64 kBlock = 4096;

// Identifiers follow from the set of images: equal disks have equal ones, others have others.
class Identifiers {
 public:
  explicit Identifiers(const Sources& sources) {
    std::set<std::string> images;
    for (const Sources::Image& image : sources.images()) images.insert(image.digest.hex());
    for (const std::string& image : images) seed_ += image;
  }
  std::array<std::byte, 16> bytes(std::string_view purpose) const {
    Digest hash = merkle::hash_of(HashAlg::kSha256, as_bytes(cat(purpose, ":", seed_)));
    std::array<std::byte, 16> id;
    std::copy_n(hash.storage.begin(), id.size(), id.begin());
    // Version 8, "custom", of the variant of RFC 9562.
    id[6] = (id[6] & std::byte{0x0f}) | std::byte{0x80};
    id[8] = (id[8] & std::byte{0x3f}) | std::byte{0x80};
    return id;
  }
  std::string uuid(std::string_view purpose) const {
    std::string hex = to_hex(bytes(purpose));
    for (std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, 1, '-');
    return hex;
  }

 private:
  std::string seed_;
};

// About what the file system needs, bytes; the truth is what Ext4Writer says.
u64 estimate(const Layout& layout, HashAlg alg) {
  u64 bytes = 0;
  const Tree& tree = layout.tree;
  for (tree::InodeId id = 0; id < tree.inode_count(); ++id) {
    bytes += 256 + (tree[id].is_directory() ? kBlock : 0) +
             (tree[id].is_regular() ? round_up<u64>(tree[id].size, kBlock) : 0);
    if (layout.contents[id].sealed) bytes += merkle::tree_size(alg, tree[id].size) + kBlock;
  }
  return bytes + bytes / 64;
}

struct Root {
  Ext4Writer writer;
  Ext4Format format;
};

class Disk {
 public:
  explicit Disk(const DiskOptions& options)
      : options_(options),
        directory_(split_path(options.output).folder),
        sources_(options.alg, options.threads, options.store, directory_) {}

  Result<DiskResult> make(OutputFile& output);

 private:
  Result<> read_sources();
  Result<> check_room(int fd) const;
  Result<Root> make_root(int fd);
  Result<Root> try_root(int fd, u64 size);
  Result<> write_around_root(int fd, const Root& root);
  u64 root_offset() const { return options_.bare ? 0 : kMiB + esp_size_; }
  u64 around_root() const { return options_.bare ? 0 : root_offset() + kMiB; }

  const DiskOptions& options_;
  std::string directory_;
  Sources sources_;
  i64 time_ = 0;
  u64 esp_size_ = 0;
  std::optional<Layout> layout_;
};

Result<> Disk::read_sources() {
  for (const Source& source : options_.sources) TRY(sources_.add(source));
  if (sources_.images().empty()) return fail_with(ENOENT, "no source has an image");
  Plan plan;
  if (options_.etc) {
    TRY_ASSIGN(plan.etc, sources_.add_seed(*options_.etc));
  }
  if (options_.var) {
    TRY_ASSIGN(plan.var, sources_.add_seed(*options_.var));
  } else if (!options_.empty_var) {
    const Tree& tree = *sources_.images()[0].tree;
    for (const tree::Entry& entry : tree.entries(tree::kRoot))
      if (entry.name == "var" && tree[entry.inode].is_directory())
        plan.var = Seed{&tree, entry.inode};
  }
  TRY(sources_.finish());
  // libext2fs takes 0 for "now".
  const i64 own_time = (*sources_.images()[0].tree)[tree::kRoot].mtime;
  plan.time = time_ = std::clamp<i64>(options_.time.value_or(own_time), 1, ~u32{0});
  plan.metadata = sources_.metadata_digest();
  plan.refs = sources_.refs();
  plan.streams = sources_.streams();
  for (const Sources::Image& image : sources_.images()) plan.images.push_back(image.digest);
  TRY(check_refs(options_.refs.size(), plan.images.size()));
  for (std::size_t i = 0; i < options_.refs.size(); ++i) {
    plan.refs.insert_or_assign(options_.refs[i], plan.images[i]);
  }
  TRY_ASSIGN(layout_, make_layout(plan, sources_.objects()));
  return {};
}

// An empty file system with all names in it, and room for the contents.
Result<Root> Disk::try_root(int fd, u64 size) {
  Identifiers ids(sources_);
  const u64 inodes = layout_->tree.inode_count();
  Ext4Format format{.offset = root_offset(),
                    .size = size,
                    .inodes = std::max(inodes + inodes / 8 + 1024, size / 16384),
                    .time = time_,
                    .label = options_.label,
                    .uuid = options_.uuid.empty() ? ids.uuid("root file system") : options_.uuid};
  if (::ftruncate(fd, 0) < 0 || ::ftruncate(fd, static_cast<off_t>(around_root() + size)) < 0)
    return fail(errno, cat("a disk of ", around_root() + size, " bytes"));
  TRY(format_ext4(fd, format));
  TRY_ASSIGN(auto writer, Ext4Writer::open(fd, format.offset, time_));
  TRY(writer.add(*layout_, options_.alg, sources_.objects()));
  return Root{std::move(writer), std::move(format)};
}

Result<Root> Disk::make_root(int fd) {
  u64 wanted_free = options_.size ? 0 : options_.free;
  if (options_.size) {
    if (options_.size > around_root() + 4 * kMiB) {
      auto root = try_root(fd, options_.size - around_root());
      if (root || root.error().code != ENOSPC) return root;
    }
  }
  u64 size = round_up<u64>(estimate(*layout_, options_.alg) + wanted_free + 8 * kMiB, kMiB);
  for (int tries = 0; tries < 20; ++tries) {
    auto root = try_root(fd, size);
    if (!root && root.error().code != ENOSPC) return root;
    u64 free = root ? root->writer.free_blocks() * kBlock : 0;
    if (root && free >= wanted_free) {
      if (!options_.size) return root;
      return fail_with(
          ENOSPC,
          cat("the content does not fit; --size=", (around_root() + size) >> 20, "M is enough"));
    }
    // Inode tables and journal grow with the size.
    u64 missing = root ? wanted_free - free : size / 16;
    size = round_up<u64>(size + missing + missing / 8, kMiB);
  }
  return fail_with(ENOSPC, "no size of the file system is enough");
}

// Better now than after minutes. Holes are not known yet: what the sources take is a lower bound.
Result<> Disk::check_room(int fd) const {
  struct statvfs fs;
  if (::fstatvfs(fd, &fs) < 0) return {};
  u64 need = 0, room = u64{fs.f_bavail} * fs.f_frsize;
  const Objects& objects = sources_.objects();
  for (const FileContent& content : layout_->contents)
    if (content.object != Objects::kNone) need += objects[content.object].allocated();
  for (const EspFile& file : options_.esp) need += file.size;
  if (options_.qcow2) need *= 2;  // the raw disk is there until the end
  if (need > room)
    return fail_with(ENOSPC, cat("needs ", round_up(need, kMiB) / kMiB, " MiB, there are ",
                                 room / kMiB, " in ", directory_));
  return {};
}

Result<> Disk::write_around_root(int fd, const Root& root) {
  Identifiers ids(sources_);
  std::vector<Partition> partitions;
  if (esp_size_ > 0) {
    u32 volume_id;
    std::memcpy(&volume_id, ids.bytes("EFI file system").data(), sizeof volume_id);
    TRY_ASSIGN(Fd esp, make_esp(directory_, {esp_size_, kMiB, time_, volume_id}, options_.esp));
    TRY(copy_sparse(esp.get(), fd, kMiB));
    partitions.push_back({kEspType, "esp", ids.uuid("EFI partition"), kMiB, esp_size_});
  }
  const char* type =
      root_type(options_.architecture.empty() ? native_architecture() : options_.architecture);
  partitions.push_back(
      {type, "root", ids.uuid("root partition"), root.format.offset, root.format.size, true});
  return write_partitions(fd, ids.uuid("disk"), partitions);
}

Result<DiskResult> Disk::make(OutputFile& output) {
  // Sources → trees, objects by digest, and where their bytes can be read.
  TRY(read_sources());
  esp_size_ = options_.bare || options_.esp.empty() ? 0 : round_up<u64>(options_.esp_size, kMiB);
  Fd raw;  // qcow2 is made of a raw disk
  if (options_.qcow2) {
    TRY_ASSIGN(raw, unnamed_file(directory_));
  }
  const int fd = options_.qcow2 ? raw.get() : output.fd();
  TRY(check_room(output.fd()));
  // Every name and every place of the file system, or a refusal before any content is written.
  TRY_ASSIGN(Root root, make_root(fd));
  if (!options_.bare) TRY(write_around_root(fd, root));
  // Contents and hash trees, each checked on its way.
  TRY(write_files(fd, root.format.offset, *layout_, options_.alg, sources_.objects(), root.writer,
                  options_.threads, options_.progress));
  DiskResult result{.images = {},
                    .objects = sources_.objects().size(),
                    .size = around_root() + root.format.size,
                    .root_offset = root.format.offset,
                    .root_size = root.format.size,
                    .free = root.writer.free_blocks() * kBlock,
                    .root_uuid = root.format.uuid};
  for (const Sources::Image& image : sources_.images()) result.images.push_back(image.digest);
  TRY(root.writer.close());
  if (options_.qcow2)
    TRY(run_program({"qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", "-m", "1",
                     kHandedFile, kSecondHandedFile},
                    {.environment = {{"LC_ALL=C"}},
                     .files = {fd, output.fd()},
                     .advice = "install the package qemu-utils"}));
  // Durable, and in place.
  TRY(output.commit());
  return result;
}

}  // namespace

Result<> check_options(const DiskOptions& options) {
  // mke2fs cuts a longer one without a word of error.
  if (options.label.size() > 16)
    return fail_with(EINVAL, cat("--label=", printable(options.label),
                                 ": longer than 16 bytes, which is all that ext4 has"));
  std::string_view uuid = options.uuid;
  bool good = uuid.empty() || uuid.size() == 36;
  for (std::size_t i = 0; good && i < uuid.size(); ++i)
    good = i == 8 || i == 13 || i == 18 || i == 23 ? uuid[i] == '-' : hex_digit(uuid[i]) >= 0;
  if (!good) return fail_with(EINVAL, cat("--uuid=", printable(uuid), ": not a UUID"));
  if (options.size % kBlock != 0)
    return fail_with(EINVAL, "--size must be a multiple of 4096 bytes");
  if (!options.bare &&
      !root_type(options.architecture.empty() ? native_architecture() : options.architecture))
    return fail_with(EINVAL, cat("--architecture=", printable(options.architecture),
                                 ": not one of ", root_architectures()));
  return {};
}

Result<> check_refs(std::size_t refs, std::size_t images) {
  if (refs > images)
    return fail_with(EINVAL, cat("--ref is there ", refs, " times for ", images,
                                 images == 1 ? " image" : " images"));
  return {};
}

Result<DiskResult> make_disk(const DiskOptions& options) {
  struct stat st;
  if (::stat(options.output.c_str(), &st) == 0 && !S_ISREG(st.st_mode))
    return fail_with(EINVAL, cat(options.output, ": not a file; write to a file, then copy it"));
  for (const Source& source : options.sources) TRY(check_outside(options.output, source));
  if (options.etc) TRY(check_outside(options.output, *options.etc));
  if (options.var) TRY(check_outside(options.output, *options.var));
  auto output = OutputFile::create(options.output);
  if (!output) return in_context(options.output, std::move(output).error());
  auto made = Disk(options).make(*output);
  if (!made) return in_context(options.output, std::move(made).error());
  return made;
}

}  // namespace cfs::disk
