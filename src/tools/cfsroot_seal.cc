// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot seal: fs-verity for files of an ext4 image that is not mounted.

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "disk/seal.h"
#include "tools/command.h"

namespace cfs::tools {

namespace {

struct Options {
  disk::SealOptions seal;
  bool verbose = false;
  std::string disk;
  std::vector<std::string> paths;
};

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(auto sealed, disk::seal_files(options.disk, options.seal, options.paths));
  Json& files = report.data()["sealed"] = Json::array();
  for (const disk::Sealed& file : sealed) {
    files.push_back({{"path", file.path}, {"digest", file.digest.hex()}});
    if (options.verbose)
      report.line(cat(fsverity::name(file.digest.alg), ":", file.digest.hex(), " ", file.path));
  }
  return {};
}

}  // namespace

Run define_seal(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_algorithm(app, options->seal.alg);
  app.add_flag("--add-feature", options->seal.add_feature,
               "switch on the verity feature of the file system, too, if it is off");
  app.add_flag("-v,--verbose", options->verbose, "print ALG:DIGEST PATH for every file sealed");
  app.add_option("DISK", options->disk,
                 "unmounted ext4, or disk with a GPT and one root partition: image or block device")
      ->required()
      ->type_name("");
  app.add_option("PATH", options->paths, "file or directory inside it")->required()->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
