// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot images: what is in a repository.

#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/text.h"
#include "store/repository.h"
#include "tools/command.h"
#include "tools/image_objects.h"
#include "tools/repository_option.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string repository = kSystemRepository;
  std::vector<std::string> names;
};

struct Row {
  u64 size = 0, objects = 0, missing = 0;
};

Result<Row> look(const store::Repository& repository, const Digest& image) {
  TRY_ASSIGN(Fd fd, repository.open_object(image));
  TRY_ASSIGN(ImageObjects found, read_image_objects(fd.get()));
  TRY_ASSIGN(Fd objects, open_beneath(repository.fd(), "objects", O_PATH | O_DIRECTORY));
  Row row{.size = found.size, .objects = found.objects.size()};
  for (const Digest& object : found.objects) {
    struct stat st;
    if (::fstatat(objects.get(), object.object_path().c_str(), &st, AT_SYMLINK_NOFOLLOW) < 0)
      ++row.missing;
  }
  return row;
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all += cat(all.empty() ? "" : " ", printable(name, 1024));
  return all;
}

// One image; an unreadable one is listed too, with the reason.
void show(const store::Repository& repository, const Digest& image,
          const std::vector<std::string>& names, Report& report) {
  Json entry = {{"digest", image.hex()}, {"refs", names}};
  std::string line = image.hex();
  if (auto row = look(repository, image)) {
    entry["size"] = row->size;
    entry["objects"] = row->objects;
    entry["missing"] = row->missing;
    line += cat("  ", row->size, " bytes, ", row->objects, " objects");
    if (row->missing > 0) line += cat(", ", row->missing, " MISSING");
  } else {
    entry["error"] = row.error().text;
    line += cat("  UNREADABLE: ", row.error().text);
  }
  if (!names.empty()) line += cat("  ", joined(names));
  report.data()["images"].push_back(std::move(entry));
  report.line(line);
}

Result<> run(const Options& options, Report& report) {
  TRY_ASSIGN(store::Repository repository, store::Repository::open(options.repository));
  TRY_ASSIGN(auto images, repository.images());
  TRY_ASSIGN(auto refs, repository.refs());
  std::vector<Digest> chosen;
  for (const std::string& name : options.names) {
    TRY_ASSIGN(Digest image, repository.find(name));
    chosen.push_back(image);
  }
  if (options.names.empty()) chosen = images;
  report.data()["algorithm"] = fsverity::name(repository.alg());
  report.data()["secure"] = repository.secure();
  report.data()["images"] = Json::array();
  for (const Digest& image : chosen) {
    std::vector<std::string> names;
    for (const store::Ref& ref : refs)
      if (ref.digest == image) names.push_back(ref.name);
    show(repository, image, names, report);
  }
  for (const store::Ref& ref : refs)
    if (ref.dangling)
      report.warn(
          cat("the image of `", printable(ref.name, 1024), "` is gone: ", ref.digest.hex()));
  return {};
}

}  // namespace

Run define_images(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_repository(app, options->repository);
  app.add_option("IMAGE", options->names,
                 "digest, beginning of one, or name; without, all images are listed")
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
