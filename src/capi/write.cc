// SPDX-License-Identifier: LGPL-2.1-or-later

#include <optional>

#include "capi/boundary.h"
#include "capi/convert.h"
#include "erofs/writer.h"
#include "merkle/merkle.h"

namespace cfs::capi {

namespace {

// Hands everything to the callback, which may take less at a time.
Result<> write_through(const lcfs_write_options_s& options, Bytes bytes) {
  while (!bytes.empty()) {
    errno = EIO;
    ssize_t n = options.file_write_cb(
        options.file, const_cast<void*>(static_cast<const void*>(bytes.data())), bytes.size());
    if (n <= 0 || static_cast<std::size_t>(n) > bytes.size())
      return fail_with(errno, Error::describe(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Result<> write(const Node& root, lcfs_write_options_s& options) {
  if (options.format != LCFS_FORMAT_EROFS || (options.flags & ~unsigned{LCFS_FLAGS_MASK}) != 0)
    return fail_with(EINVAL, Error::describe(EINVAL));
  TRY_ASSIGN(Tree tree, to_tree(root));
  erofs::WriteOptions versions{options.version, options.max_version};
  TRY_ASSIGN(u32 version, erofs::choose_version(tree, versions));
  std::optional<merkle::Builder> digest;
  if (options.digest_out) digest.emplace(HashAlg::kSha256);
  TRY(erofs::write_image(tree, versions, [&](Bytes bytes) -> Result<> {
    if (digest) digest->update(bytes);
    return options.file_write_cb ? write_through(options, bytes) : Result<>();
  }));
  if (digest) std::memcpy(options.digest_out, digest->finish().bytes().data(), LCFS_DIGEST_SIZE);
  options.version = version;
  return {};
}

}  // namespace

}  // namespace cfs::capi

int lcfs_write_to(lcfs_node_s* root, lcfs_write_options_s* options) {
  using namespace cfs::capi;
  return guarded(-1, [&] { return answer(write(*root, *options)); });
}
