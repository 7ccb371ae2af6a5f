// SPDX-License-Identifier: LGPL-2.1-or-later

// One input, both tools: what must be the same.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "random.h"
#include "tools.h"

namespace conformance {

struct Contestants {
  Tools ours, reference;
};

struct DumpCase {
  std::string text;
  std::vector<std::string> options;
  bool strict = false;
};

// What a run of mkcomposefs on a dump came to, on both sides.
struct Outcome {
  Run ours, reference;
  std::string our_image, reference_image;  // paths
  bool both_accept() const { return ours.ok() && reference.ok(); }
};
Outcome make_images(const Contestants& tools, const DumpCase& dump, const Scratch& scratch);

// Both accept and image and digest are the same, or both refuse in the same words (ours may name
// the place after them), or the difference is in the table of deviations.
std::optional<Failure> compare_outcome(const DumpCase& dump, const Outcome& outcome);

// What the reference's composefs-info prints about its image, ours prints about ours. Options are
// drawn from `random`; `objects` is a folder for --basedir.
std::optional<Failure> compare_info(const Contestants& tools, const std::string& our_image,
                                    const std::string& reference_image, Random& random,
                                    const Scratch& scratch);

// fsck.erofs finds no fault, and our reader and writer are inverse: what composefs-dump writes is
// what the reference makes of our dump of the image, and, unless `lossy`, it is the image itself.
std::optional<Failure> check_image(const Contestants& tools, const std::string& image, bool lossy,
                                   const Scratch& scratch);

// True for valid dumps that may not survive being read back: the names of one inode can change places,
// and some attributes mean something else when read (image-format.md 17).
bool lossy(const std::string& dump);

}  // namespace conformance
