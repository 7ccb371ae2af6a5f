// SPDX-License-Identifier: LGPL-2.1-or-later

// A tar stream as a tree: ustar, pax and GNU tar, under any compression that libarchive knows.
// Names are bytes. What is not what a user would expect:
//
//   hard links     become files of their own with equal attributes and a link count of 1, as a scan
//                  of the extracted directory would record them
//   whiteouts      of OCI layers (".wh.NAME") are files like any other: layers are not applied
//   missing        parent directories, and a root without a member of its own, are root's, 0755, at
//                  the epoch
//   owners         are the numbers; names of users and groups are not looked up
//   times          are as fine as the format: seconds in ustar and GNU tar, nanoseconds in pax
//   refused        absolute names, `..`, parents that are symlinks, archives without an end mark or
//                  with something behind it
//
// So the tree of `tar --format=pax --xattrs --numeric-owner -C DIR .` gives the image of DIR, but
// for sockets, which tar leaves out.

#pragma once

#include "base/result.h"
#include "fsverity/digest.h"
#include "tree/tree.h"

namespace cfs::archive {

// Receives contents while the archive is read, one after the other: begin(), write() until `size`
// bytes are through, end(). All from one thread. A content that is not ended (the archive was bad)
// counts for nothing. The first failure ends the reading.
class ContentSink {
 public:
  virtual ~ContentSink() = default;
  virtual Result<> begin(u64 size) = 0;
  virtual Result<> write(Bytes data) = 0;
  // The digest of the bytes since begin().
  virtual Result<> end(const Digest& digest) = 0;
};

// A hostile archive is small and says that it is large.
struct Limits {
  u64 inodes = u64{1} << 24;
  u64 content = u64{256} << 30;  // bytes of all files, holes counted
  u64 text = u64{4} << 30;       // names, symlink targets, attributes, inline contents
};

struct ReadOptions {
  HashAlg alg = HashAlg::kSha256;
  Limits limits = {};
};

// Reads `begun` (bytes that have been taken off the stream to find out what it is), then `fd` to
// its end. The tree is complete: contents of up to 64 bytes are in it, of all others the digest and
// the name of the object. With a sink, the latter are passed to it; contents that a later member
// replaces have been passed as well. Errors: "member `NAME`: WHAT", or what is wrong with the
// stream.
Result<Tree> read_tar(int fd, Bytes begun, const ReadOptions& options, ContentSink* sink);

}  // namespace cfs::archive
