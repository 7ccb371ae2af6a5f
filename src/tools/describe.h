// SPDX-License-Identifier: LGPL-2.1-or-later

// Texts that follow from the option tables of the subcommands: `cfsroot completion SHELL` and
// `cfsroot options COMMAND`, which prints the OPTIONS section of a manual page. A test compares the
// pages with it.

#pragma once

#include <CLI/App.hpp>
#include <string>

namespace cfs::tools {

// Adds the subcommands `completion` and `options`.
void add_descriptions(CLI::App& app);
// What the one of them that was chosen prints.
std::string description(const CLI::App& app, const CLI::App& chosen);

}  // namespace cfs::tools
