// SPDX-License-Identifier: LGPL-2.1-or-later

#include "kernel-cmdline/cmdline.h"

#include <gtest/gtest.h>

namespace cfs::kernel_cmdline {

bool operator==(const Parameter& a, const Parameter& b) {
  return a.name == b.name && a.value == b.value;
}
void PrintTo(const Parameter& p, std::ostream* out) {
  *out << "{" << p.name << (p.value ? " = " + *p.value : "") << "}";
}

namespace {

constexpr std::nullopt_t kNone = std::nullopt;

struct Case {
  std::string_view line;
  std::vector<Parameter> parameters;
};

TEST(Split, AsTheKernelDoes) {
  const Case cases[] = {
      {"", {}},
      {"  \t\n", {}},
      {"a b=c", {{"a", kNone}, {"b", "c"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"a= b", {{"a", ""}, {"b", kNone}}},
      {"=a b", {{"=a", kNone}, {"b", kNone}}},
      {"=a=b", {{"=a", "b"}}},
      {"\"a=b c\" d", {{"a", "b c"}, {"d", kNone}}},
      {"a=\"b c\" d", {{"a", "b c"}, {"d", kNone}}},
      {"a=\"b c", {{"a", "b c"}}},
      {"\"a b\"", {{"a b", kNone}}},
      {"a\"b c\"=d", {{"a\"b c\"", "d"}}},
      {"a=b\"c d\"e", {{"a", "b\"c d\"e"}}},
      {"a=\"", {{"a", ""}}},
      // Of two closing quotes only one goes, as there.
      {"\"a=\"b\"\" c", {{"a", "b\""}, {"c", kNone}}},
      {"\"a=\"b\" c\" d", {{"a", "b\" c"}, {"d", kNone}}},
      {"\"\" a", {{"", kNone}, {"a", kNone}}},
      {"a=\"\" b", {{"a", ""}, {"b", kNone}}},
      {"a -- b", {{"a", kNone}}},
      {"a --b -- c", {{"a", kNone}, {"--b", kNone}}},
      {"--=x b", {{"--", "x"}, {"b", kNone}}},
      {"a\vb\fc\rd\ne\xa0"
       "f",
       {{"a", kNone}, {"b", kNone}, {"c", kNone}, {"d", kNone}, {"e", kNone}, {"f", kNone}}},
      {std::string_view("a\0b", 3), {{"a", kNone}}},
  };
  for (const Case& c : cases) EXPECT_EQ(split(c.line), c.parameters) << c.line;
}

TEST(LastValue, IsTheLastOne) {
  auto parameters = split("init=/a init=/b xinit=/c init");
  EXPECT_EQ(last_value(parameters, "init"), "/b");
  EXPECT_EQ(last_value(parameters, "none"), kNone);
}

TEST(Word, IsPrintableAndCapped) {
  EXPECT_EQ(split("a=\x01").front().word(), "a=\\x01");
  EXPECT_LT(split(std::string(9000, 'a')).front().word().size(), 200u);
}

}  // namespace
}  // namespace cfs::kernel_cmdline
