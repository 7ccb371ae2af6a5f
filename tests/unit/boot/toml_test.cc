// SPDX-License-Identifier: LGPL-2.1-or-later

// Our reader of a few keys against a whole TOML parser that somebody else wrote: what ours accepts
// is TOML and means the same there.

#include <gtest/gtest.h>

#define TOML_EXCEPTIONS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma GCC diagnostic pop

#include <random>

#include "boot/config.h"

namespace cfs::boot {
namespace {

using namespace std::string_view_literals;

// What the document says of a directory by the other parser's reading.
StateMount state_of(const toml::table& document, std::string_view directory, StateMode usual) {
  auto mount = document[directory]["mount"].value<std::string>();
  if (document[directory]["transient"].value_or(false)) mount = "transient";
  if (!mount) return {usual, false};
  for (StateMode mode :
       {StateMode::kNone, StateMode::kBind, StateMode::kOverlay, StateMode::kTransient})
    if (*mount == name(mode)) return {mode, true};
  return {*mount == "root" ? StateMode::kNone : StateMode::kTransient, true};
}

bool same(StateMount a, StateMount b) { return a.mode == b.mode && a.configured == b.configured; }

// Whether ours accepts it; if so, the other one has to agree.
bool check(const std::string& text) {
  auto ours = parse_config(text, "test");
  if (!ours) return false;
  auto theirs = toml::parse(text);
  EXPECT_TRUE(theirs) << text;
  if (!theirs) return true;
  const toml::table& document = theirs.table();
  EXPECT_TRUE(same(ours->etc, state_of(document, "etc", StateMode::kOverlay))) << text;
  EXPECT_TRUE(same(ours->var, state_of(document, "var", StateMode::kBind))) << text;
  EXPECT_EQ(ours->lax_allowed, document["verity"]["policy"].value_or("") == "lax-allowed"sv)
      << text;
  EXPECT_EQ(ours->root_transient, document["root"]["transient"].value_or(false)) << text;
  EXPECT_EQ(ours->root_size, document["root"]["size"].value_or(std::string())) << text;
  EXPECT_EQ(ours->store.path, document["store"]["path"].value_or(std::string("composefs"))) << text;
  EXPECT_EQ(ours->store.plain, document["store"]["layout"].value_or("") == "plain"sv) << text;
  EXPECT_EQ(ours->full_read, document["image"]["full-read"].value_or(true)) << text;
  return true;
}

const std::string kDocument =
    "# settings \xe2\x80\x94 \xf0\x9f\x90\xa7\n[etc]\nmount = \"bind\" # why\n\n[var]\ntransient = "
    "true\nmount = 'transient'\n"
    "[image]\nfull-read = false\n[verity]\npolicy = \"require\"\n[root]\ntransient = true\nsize = "
    "\"1G\"\n";
const std::string kDotted =
    "etc.mount=\"none\"\nstore.path = 'a/b'\nstore.layout = \"plain\"\nverity.policy = "
    "'lax-allowed'\nvar.mount = \"overlay\"\nimage.full-read = "
    "true\r\n\t[root]\n";

TEST(Toml, MeansTheSame) {
  EXPECT_TRUE(check(kDocument));
  EXPECT_TRUE(check(kDotted));
  EXPECT_TRUE(check(""));
}

TEST(Toml, EverythingAcceptedIsToml) {
  const std::string_view pieces[] = {
      "\n",    "[",     "]",         "=",     ".",
      "\"",    "'",     " ",         "#",     "true",
      "false", "etc",   "var",       "mount", "bind",
      "none",  "image", "transient", "\t",    "[etc]",
      "\r\n",  "\xff",  "\\",        "root",  "etc.mount = \"bind\"\n"};
  std::mt19937 random(1);
  auto below = [&](std::size_t n) { return random() % n; };
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = i % 2 ? kDocument : kDotted;
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
      std::size_t at = below(text.size());
      if (below(2)) text.erase(at, 1 + below(8));
      if (below(2) && at <= text.size()) text.insert(at, pieces[below(std::size(pieces))]);
      if (text.empty()) break;
    }
    accepted += check(text);
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_LT(accepted, 19000);
}

}  // namespace
}  // namespace cfs::boot
