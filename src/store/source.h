// SPDX-License-Identifier: LGPL-2.1-or-later

// Where trees come from, as a user names it: SOURCE on the command lines of cfsroot.

#pragma once

#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace cfs::store {

enum class SourceKind { kDirectory, kDump, kTar, kRepository };

struct Source {
  SourceKind kind = SourceKind::kDirectory;
  std::string path;  // of a stream that is standard input: those words, for messages
  // Of dumps and tar streams alone: the stream, and what has been read of it to tell which it is.
  Fd stream = {};
  std::string begun = {};
};

// KIND:PATH, KIND being dir, dump, tar or repo, or PATH alone: a directory with meta.json, objects
// and images is a repository, any other a directory; what begins with "/ " is a dump, all else a
// tar stream. "-" is standard input, which is read from.
Result<Source> open_source(const std::string& text);

}  // namespace cfs::store
