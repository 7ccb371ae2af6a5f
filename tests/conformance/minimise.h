// SPDX-License-Identifier: LGPL-2.1-or-later

// Makes a failing dump small: as few lines as possible, as plain as possible.

#pragma once

#include <functional>
#include <string>

namespace conformance {

// `fails` says whether a dump still shows the failure. Gives up making it smaller after about
// `tries` questions.
std::string minimise(std::string dump, const std::function<bool(const std::string&)>& fails,
                     int tries = 2000);

}  // namespace conformance
