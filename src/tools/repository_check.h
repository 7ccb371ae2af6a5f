// SPDX-License-Identifier: LGPL-2.1-or-later

// Everything that is wrong with a repository, an image, an object store.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "store/repository.h"
#include "tools/repository_objects.h"

namespace cfs::tools {

struct Finding {
  std::string path;     // below what is checked
  std::string problem;  // "has other content: its digest is …"
};

// Reads an object's content and compares it with its name, and with what the kernel measures.
// Nothing when it is as it should be. `verity`: it must have fs-verity. `size` receives how many
// bytes a good one has.
std::optional<std::string> object_problem(int objects, const Digest& digest, bool verity,
                                          u64* size = nullptr);

class RepositoryCheck {
 public:
  using Progress = std::function<void(u64 done, u64 total)>;
  RepositoryCheck(const store::Repository& repository, unsigned threads, Progress progress)
      : repository_(repository), threads_(threads), progress_(std::move(progress)) {}

  // The whole repository: names, links, contents of objects, images and what they need.
  Result<> check_all();
  // Only these images and their objects.
  Result<> check_images(const std::vector<Digest>& images);

  // Sorted by path.
  std::vector<Finding> findings();
  u64 image_count() const { return images_; }
  u64 object_count() const { return objects_.size(); }

 private:
  void find(std::string path, std::string problem);
  Find finder() {
    return [this](std::string path, std::string problem) {
      find(std::move(path), std::move(problem));
    };
  }
  // Fails only for what is not to be had at all; what is amiss becomes findings.
  void check_top();
  Result<> read_objects();
  void check_image(const Digest& image);
  void read_links(const std::string& category, bool images);
  void check_refs(const std::string& category, bool images);
  void check_links();
  // Its place in objects_ or, if it is not there, their number.
  std::size_t find_object(const Digest& digest) const;

  const store::Repository& repository_;
  unsigned threads_;
  Progress progress_;
  struct Link {
    std::string path;
    Digest digest;
    bool image;
  };
  std::vector<Link> links_;                // that lead to objects
  std::vector<Digest> objects_;            // sorted; those that are to be read, or have been
  std::vector<std::optional<u64>> sizes_;  // theirs, in bytes, where they are good
  std::vector<Finding> findings_;
  u64 images_ = 0;
};

}  // namespace cfs::tools
