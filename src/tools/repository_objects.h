// SPDX-License-Identifier: LGPL-2.1-or-later

// What lies in objects/ of a repository.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/repository.h"

namespace cfs::tools {

// Receives what is no object: its path below the repository, and what is the matter with it.
using Find = std::function<void(std::string path, std::string problem)>;

// All objects, sorted by digest, by their names alone. Fails when a directory cannot be read.
Result<std::vector<Digest>> list_objects(const store::Repository& repository, const Find& find);

// A name that runs in progress have, too: one of a run that was killed is found.
void check_temporary(int dir, const std::string& path, const std::string& name, const Find& find);

// What to say where a link below images/refs is not understood.
std::string strange_ref(const store::Repository& repository, const std::string& ref);

inline constexpr std::string_view kStranger = "does not belong here";

}  // namespace cfs::tools
