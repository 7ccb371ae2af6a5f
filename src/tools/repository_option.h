// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <CLI/App.hpp>
#include <string>

namespace cfs::tools {

// --repo REPO; `repository` keeps its value, the default, without it.
inline void add_repository(CLI::App& app, std::string& repository) {
  app.add_option("--repo", repository, "repository (default: " + repository + ")")
      ->type_name("REPO");
}

// Where a booted system has its own, and where composefs-rs looks for it.
inline constexpr const char* kSystemRepository = "/sysroot/composefs";

}  // namespace cfs::tools
