// SPDX-License-Identifier: LGPL-2.1-or-later

// A file that is replaced only by success. Bytes go to a temporary beside the target, which is
// synced, renamed over the target, and the directory synced. A failing or killed run leaves the old
// file as it was. Targets that cannot be renamed over (pipes, devices, /proc/self/fd/N) are written
// in place.
//
// A temporary is called `.cfsroot-tmp.NAME.XXXXXX` and is locked (flock) while in use. Opening an
// output removes what killed runs left in its directory, whatever their NAME: temporaries that
// nobody locks.

#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"

namespace cfs {

inline constexpr std::string_view kTemporaryPrefix = ".cfsroot-tmp.";

class OutputFile {
 public:
  // Follows symlinks: the file they lead to is the target.
  static Result<OutputFile> create(const std::string& path);
  // Writes to a descriptor that the caller keeps (standard output); commit() only syncs it if it is
  // a regular file.
  static OutputFile over(int fd);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();  // without commit(): removes the temporary

  int fd() const { return fd_.get() >= 0 ? fd_.get() : borrowed_; }
  // Makes the content durable and puts it in place. On failure the old file is still there.
  Result<> commit();

  // The directory and name of a target that will be renamed over; an invalid descriptor when the
  // output is written in place. A directory scan uses them to leave target and temporaries out.
  int directory() const { return dir_.get(); }
  const std::string& name() const { return name_; }

 private:
  OutputFile() = default;

  Fd fd_;
  int borrowed_ = -1;
  Fd dir_;
  std::string name_;
  std::string temporary_;  // empty when there is nothing to rename or remove
};

// Creates `PREFIX XXXXXX` below `dir` with open(O_EXCL) or mkdir until a free name is found.
// Locked on return. `directory` selects which.
struct Temporary {
  std::string name;
  Fd fd;
};
Result<Temporary> create_temporary(int dir, std::string_view stem, bool directory, unsigned mode);

// Removes the temporaries in `dir` that begin with `stem` and that nobody has locked, directories
// with what is in them.
void sweep_temporaries(int dir, std::string_view stem);

}  // namespace cfs
