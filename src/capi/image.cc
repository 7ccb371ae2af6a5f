// SPDX-License-Identifier: LGPL-2.1-or-later

// Nodes from images.

#include <cerrno>
#include <climits>

#include "base/fd.h"
#include "capi/boundary.h"
#include "capi/convert.h"
#include "erofs/reader.h"

namespace cfs::capi {

namespace {

Result<NodePtr> load(Bytes image, const lcfs_read_options_s* options) {
  erofs::ReadOptions read;
  if (options && options->toplevel_entries) {
    for (const char* const* name = options->toplevel_entries; *name; ++name)
      read.filter.emplace_back(*name);
    // An empty list means none of them, an empty filter all.
    if (read.filter.empty()) read.filter.emplace_back();
  }
  TRY_ASSIGN(Tree tree, erofs::read_image(image, read));
  return from_tree(tree);
}

Result<NodePtr> load_fd(int fd, const lcfs_read_options_s* options) {
  TRY_ASSIGN(Mapping image, Mapping::of(fd));
  return load(image.bytes(), options);
}

Result<int> version(int fd) {
  TRY_ASSIGN(Mapping image, Mapping::of(fd));
  TRY_ASSIGN(u32 version, erofs::image_version(image.bytes()));
  if (version > INT_MAX) return fail_with(EINVAL, Error::describe(EINVAL));
  return static_cast<int>(version);
}

}  // namespace

}  // namespace cfs::capi

using namespace cfs::capi;

lcfs_node_s* lcfs_load_node_from_image_ext(const uint8_t* image_data, size_t image_data_size,
                                           const lcfs_read_options_s* opts) {
  cfs::Bytes image(reinterpret_cast<const std::byte*>(image_data), image_data_size);
  return guarded<Node*>(nullptr, [&] { return hand_over(load(image, opts)); });
}

lcfs_node_s* lcfs_load_node_from_image(const uint8_t* image_data, size_t image_data_size) {
  return lcfs_load_node_from_image_ext(image_data, image_data_size, nullptr);
}

lcfs_node_s* lcfs_load_node_from_fd_ext(int fd, const lcfs_read_options_s* opts) {
  return guarded<Node*>(nullptr, [&] { return hand_over(load_fd(fd, opts)); });
}

lcfs_node_s* lcfs_load_node_from_fd(int fd) { return lcfs_load_node_from_fd_ext(fd, nullptr); }

int lcfs_version_from_fd(int fd) {
  return guarded(-1, [&] {
    auto found = version(fd);
    return found ? *found : answer(found);
  });
}
