// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-dump SRC DEST: reads an image and writes it again, with the same format version.
// Reading and writing are inverse, so DEST equals SRC.

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/fd.h"
#include "base/output_file.h"
#include "base/text.h"
#include "erofs/reader.h"
#include "erofs/writer.h"
#include "tools/out_of_memory.h"

namespace cfs::tools {

namespace {

Result<> run(const std::string& source, const std::string& destination) {
  auto opened = open_file(source, O_RDONLY);
  if (!opened) return fail(opened.error().code, cat("Failed to open '", source, "'"));
  auto image = Mapping::of(opened->get());
  if (!image) return in_context(cat("Failed to load '", source, "'"), image.error());
  auto version = erofs::image_version(image->bytes());
  if (!version)
    return in_context(cat("Failed to get image version '", source, "'"), version.error());
  auto tree = erofs::read_image(image->bytes());
  if (!tree) return in_context(cat("Failed to load '", source, "'"), tree.error());

  auto output = OutputFile::create(destination);
  if (!output) return in_context(cat("failed to open '", destination, "'"), output.error());
  auto write = [&](Bytes bytes) { return write_all(output->fd(), bytes); };
  auto written = erofs::write_image(*tree, {*version, *version}, write);
  if (written) written = output->commit();
  if (!written) return in_context("cannot write file", written.error());
  return {};
}

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "No %s path specified\nusage: %s SRC DEST\n",
                 argc < 2 ? "source" : "destination", argv[0]);
    return EXIT_FAILURE;
  }
  if (auto result = run(argv[1], argv[2]); !result) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, result.error().text.c_str());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  cfs::tools::end_when_out_of_memory();
  return cfs::tools::main(argc, argv);
}
