// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <sys/file.h>
#include <unistd.h>

#include <string>

#include "base/fd.h"
#include "base/output_file.h"
#include "base/result.h"
#include "base/text.h"

namespace cfs::disk {

// An empty file in `directory` that has no name, so that nothing is left of it, however we end.
inline Result<Fd> unnamed_file(const std::string& directory) {
  TRY_ASSIGN(Fd dir, open_file(directory, O_RDONLY | O_DIRECTORY));
  auto made = create_temporary(dir.get(), cat(kTemporaryPrefix, "disk."), false, 0600);
  if (!made) return in_context(directory, std::move(made).error());
  ::unlinkat(dir.get(), made->name.c_str(), 0);
  // Not locked any more: programs that we hand it to may want to.
  ::flock(made->fd.get(), LOCK_UN);
  return std::move(made->fd);
}

}  // namespace cfs::disk
