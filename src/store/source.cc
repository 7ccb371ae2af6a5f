// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

#include "base/text.h"

namespace cfs::store {

namespace {

constexpr std::string_view kDumpBegins = "/ ";

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<Source> open_stream(SourceKind kind, const std::string& path) {
  Source source{.kind = kind, .path = path};
  if (path == "-") {
    source.path = "standard input";
    source.stream = Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!source.stream) return fail(errno, source.path);
  } else {
    TRY_ASSIGN(source.stream, open_file(path, O_RDONLY));
  }
  return source;
}

Result<Source> find_out(const std::string& path) {
  struct stat st;
  if (path != "-") {
    if (::stat(path.c_str(), &st) < 0) return fail(errno, path);
    if (S_ISDIR(st.st_mode)) {
      bool repository =
          exists(path + "/meta.json") && exists(path + "/objects") && exists(path + "/images");
      return Source{.kind = repository ? SourceKind::kRepository : SourceKind::kDirectory,
                    .path = path};
    }
  }
  TRY_ASSIGN(Source source, open_stream(SourceKind::kTar, path));
  source.begun.resize(kDumpBegins.size());
  auto got = read_full(source.stream.get(), std::as_writable_bytes(std::span(source.begun)));
  if (!got) return in_context(source.path, std::move(got).error());
  source.begun.resize(*got);
  if (source.begun == kDumpBegins) source.kind = SourceKind::kDump;
  return source;
}

}  // namespace

Result<Source> open_source(const std::string& text) {
  constexpr std::pair<std::string_view, SourceKind> kKinds[] = {{"dir:", SourceKind::kDirectory},
                                                                {"dump:", SourceKind::kDump},
                                                                {"tar:", SourceKind::kTar},
                                                                {"repo:", SourceKind::kRepository}};
  for (auto [prefix, kind] : kKinds) {
    if (!text.starts_with(prefix)) continue;
    std::string path = text.substr(prefix.size());
    if (kind == SourceKind::kDump || kind == SourceKind::kTar) return open_stream(kind, path);
    return Source{.kind = kind, .path = std::move(path)};
  }
  return find_out(text);
}

}  // namespace cfs::store
