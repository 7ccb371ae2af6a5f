// SPDX-License-Identifier: LGPL-2.1-or-later

#include "store/metadata.h"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace cfs::store {

namespace {

using Json = nlohmann::json;

// The EROFS format in the words of tools that do not know "erofs_formats": there, 1; absent, 2.
constexpr std::string_view kFormat1 = "v1_erofs";

tl::unexpected<Error> bad(std::string_view what) {
  return fail_with(EINVAL, cat("meta.json: ", what));
}

const Json* member(const Json& object, const char* name) {
  auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

Result<std::vector<std::string>> feature_list(const Json& features, const char* name) {
  std::vector<std::string> list;
  const Json* array = member(features, name);
  if (!array) return list;
  if (!array->is_array()) return bad(cat("`", name, "` is not a list"));
  for (const Json& each : *array) {
    if (!each.is_string()) return bad(cat("`", name, "` has something else than words in it"));
    list.push_back(each.get<std::string>());
  }
  return list;
}

// Returns whether the feature flag for format 1 is there.
Result<bool> read_features(const Json& features, Metadata& meta) {
  if (!features.is_object()) return bad("`features` is not an object");
  TRY(feature_list(features, "compatible"));
  TRY_ASSIGN(auto incompatible, feature_list(features, "incompatible"));
  if (!incompatible.empty())
    return fail_with(EOPNOTSUPP,
                     cat("meta.json: the repository has the incompatible feature `",
                         printable(incompatible.front()), "`, which is not known here"));
  TRY_ASSIGN(auto read_only, feature_list(features, "read-only-compatible"));
  bool format1 = false;
  for (std::string& name : read_only) {
    if (name == kFormat1)
      format1 = true;
    else
      meta.unknown_features.push_back(std::move(name));
  }
  return format1;
}

}  // namespace

std::string Metadata::json() const {
  nlohmann::ordered_json features = {{"compatible", Json::array()},
                                     {"read-only-compatible", Json::array()},
                                     {"incompatible", Json::array()}};
  if (erofs_format == 1) features["read-only-compatible"].push_back(kFormat1);
  nlohmann::ordered_json all = {{"version", 1},
                                {"algorithm", cat("fsverity-", fsverity::name(alg), "-12")},
                                {"features", std::move(features)},
                                {"erofs_formats", {{"default", erofs_format}}}};
  return all.dump(2) + "\n";
}

Result<Metadata> parse_metadata(std::string_view text) {
  // Nothing throws: parse() says "discarded", and only what has been found to be there is read.
  const Json all = Json::parse(text, nullptr, false);
  if (!all.is_object()) return bad("is not a JSON object");
  Metadata meta;
  const Json* version = member(all, "version");
  if (!version || !version->is_number_unsigned()) return bad("`version` is missing or no number");
  if (*version != 1)
    return fail_with(EOPNOTSUPP, cat("meta.json: version ", version->get<u64>(),
                                     " of the repository format is not known here"));
  const Json* algorithm = member(all, "algorithm");
  if (!algorithm || !algorithm->is_string()) return bad("`algorithm` is missing or no word");
  if (*algorithm == "fsverity-sha512-12")
    meta.alg = HashAlg::kSha512;
  else if (*algorithm != "fsverity-sha256-12")
    return fail_with(EOPNOTSUPP,
                     cat("meta.json: algorithm `", printable(algorithm->get<std::string>()),
                         "` is not known here"));
  bool format1 = false;
  if (const Json* features = member(all, "features")) {
    TRY_ASSIGN(format1, read_features(*features, meta));
  }
  meta.erofs_format = format1 ? 1 : 2;
  if (const Json* formats = member(all, "erofs_formats")) {
    const Json* chosen = formats->is_object() ? member(*formats, "default") : nullptr;
    if (!chosen || !chosen->is_number_unsigned() || *chosen > 255)
      return bad("`erofs_formats` has no number `default`");
    meta.erofs_format = chosen->get<u32>();
  }
  return meta;
}

}  // namespace cfs::store
