// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/setup_root.h"

int main(int argc, char** argv) { return cfs::setup_root(argc, argv); }
