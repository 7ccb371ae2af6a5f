// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot init: a repository.

#include <memory>
#include <string>

#include "base/text.h"
#include "store/repository.h"
#include "tools/command.h"

namespace cfs::tools {

namespace {

struct Options {
  store::Repository::Settings settings;
  std::string repository;
};

Result<> run(const Options& options, Report& report) {
  TRY(store::Repository::create(options.repository, options.settings));
  report.data()["repository"] = options.repository;
  report.data()["algorithm"] = cat("fsverity-", fsverity::name(options.settings.alg), "-12");
  report.data()["erofs_format"] = options.settings.erofs_format;
  report.data()["secure"] = !options.settings.insecure;
  return {};
}

}  // namespace

Run define_init(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_algorithm(app, options->settings.alg);
  add_choice(app, "--erofs-format", "of its images, as mkcomposefs --min-version (default: 0)",
             {"0", "1"}, [options = options.get()](const std::string& format) {
               options->settings.erofs_format = format == "1" ? 1 : 0;
             });
  app.add_flag("--insecure", options->settings.insecure, "objects need no fs-verity");
  app.add_option("REPO", options->repository, "directory, made if it is not there")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
