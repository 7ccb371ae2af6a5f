// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

namespace cfs::tools {

// cfsroot seal: exit status 0, 1 when something could not be sealed, 2 on a usage error.
int seal_main(int argc, char** argv);

}  // namespace cfs::tools
