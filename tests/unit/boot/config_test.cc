// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/config.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace cfs::boot {
namespace {

// "etc MODE[!] var MODE[!] full-read|mount-only [transient[ SIZE]]"; ! for configured
std::string summary(std::string_view toml) {
  auto config = parse_config(toml, "f");
  if (!config) return config.error().text;
  EXPECT_EQ(exit_status(Reason::kBadConfiguration), 2);
  return cat("etc ", name(config->etc.mode), config->etc.configured ? "!" : "", " var ",
             name(config->var.mode), config->var.configured ? "!" : "", " ",
             config->full_read ? "full-read" : "mount-only", config->lax_allowed ? " lax" : "",
             config->root_transient ? " transient" : "", config->root_size.empty() ? "" : " ",
             config->root_size, config->store.plain ? " plain in " : "",
             config->store.plain ? config->store.path : "");
}

TEST(Config, Accepts) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "etc overlay var bind full-read"},
      {"# nothing\n\n  \t\n", "etc overlay var bind full-read"},
      {"[etc]\nmount = \"none\"\n", "etc none! var bind full-read"},
      {"[etc]\r\nmount = 'bind' # why\r\n", "etc bind! var bind full-read"},
      {"etc.mount=\"overlay\"\nvar.mount = \"overlay\"", "etc overlay! var overlay! full-read"},
      {"[etc]\ntransient = true\n[ var ]\ntransient = false\n",
       "etc transient! var bind full-read"},
      {"[etc]\ntransient = true\nmount = \"transient\"\n", "etc transient! var bind full-read"},
      {"[var]\nmount = \"volatile\"\n[etc]\nmount = \"root\"\n",
       "etc none! var transient! full-read"},
      {"image.full-read = false\nverity.policy = \"require\"\nroot.transient = false\n",
       "etc overlay var bind mount-only"},
      {"verity.policy = 'lax-allowed'", "etc overlay var bind full-read lax"},
      {"[store]\npath = \"srv/objects\"\nlayout = \"plain\"",
       "etc overlay var bind full-read plain in srv/objects"},
      {"store.layout = \"repository\"", "etc overlay var bind full-read"},
      {"root.transient = true", "etc overlay var bind full-read transient"},
      {"[root]\nsize = \"512M\"\ntransient = true",
       "etc overlay var bind full-read transient 512M"},
      {"root.transient = true\nroot.size = '25%'", "etc overlay var bind full-read transient 25%"},
  };
  for (const auto& [toml, expected] : cases) EXPECT_EQ(summary(toml), expected) << toml;
}

// T09
TEST(Config, RefusesWithLineAndColumn) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"x", "f:1:2: `=` expected"},
      {"\n\n  y = true", "f:3:3: unknown key `y`"},
      {"[etc]\nmuont = \"bind\"", "f:2:1: unknown key `etc.muont`"},
      {"[etc]\nmount = \"bnid\"",
       "f:2:9: \"none\", \"bind\", \"overlay\" or \"transient\" expected"},
      {"[etc]\nmount = true", "f:2:9: \"none\", \"bind\", \"overlay\" or \"transient\" expected"},
      {"[etc]\ntransient = \"yes\"", "f:2:13: true or false expected"},
      {"[etc]\nmount = 1", "f:2:9: true, false or a string expected"},
      {"[etc]\nmount = [\"bind\"]", "f:2:9: true, false or a string expected"},
      {"[etc]\nmount = \"bind", "f:2:14: the string does not end on its line"},
      {"[etc]\nmount = \"b\\u0069nd\"",
       "f:2:11: escapes and control characters are not understood"},
      {"[etc]\nmount = \"bind\" \"x\"", "f:2:16: unexpected text behind the value"},
      {"[etc]\nmount = \"bind\"\nmount = \"bind\"", "f:3:1: `etc.mount` is set twice"},
      {"[etc]\n[var]\n[etc]\n", "f:3:6: table `etc` appears twice"},
      {"etc.mount = \"bind\"\n[etc]\n", "f:2:6: table `etc` appears twice"},
      {"# \x01", "f:1:3: a comment is UTF-8 without control characters"},
      {"[[etc]]\n", "f:1:2: a bare key expected"},
      {"[etc\n", "f:1:5: `]` expected; arrays of tables are not understood"},
      {"\"etc\".mount = \"bind\"", "f:1:1: a bare key expected"},
      {"[etc]\nmount = \"bind\"\ntransient = true",
       "f:3:13: `mount` and `transient` contradict each other"},
      {"[etc]\ntransient = false\nmount = \"transient\"",
       "f:3:9: `mount` and `transient` contradict each other"},
      {"verity.policy = \"lax\"", "f:1:17: \"require\" or \"lax-allowed\" expected"},
      {"verity.policy = true", "f:1:17: \"require\" or \"lax-allowed\" expected"},
      {"root.transient = \"yes\"", "f:1:18: true or false expected"},
      {"\nroot.size = \"1G\"\n", "f:2: root.size needs root.transient = true"},
      {"store.layout = \"flat\"", "f:1:16: \"repository\" or \"plain\" expected"},
      {"store.path = \"/srv\"", "f:1:14: a path below the root file system expected: `srv/store`"},
      {"store.path = \"a b\"", "f:1:14: a path below the root file system expected: `srv/store`"},
      {"store.path = \"\"", "f:1:14: a path below the root file system expected: `srv/store`"},
      {"root.size = true", "f:1:13: a size expected: \"512M\", \"2G\" or \"25%\" of the memory"},
      {"var . mount = \"overlay\"", "f:1:5: `=` expected"},
      {"image.full-read = truely", "f:1:23: unexpected text behind the value"},
  };
  for (const auto& [toml, expected] : cases) EXPECT_EQ(summary(toml), expected) << toml;
}

TEST(Config, KnowsSizes) {
  auto accepts = [](std::string_view size) {
    return bool(parse_config(cat("root.transient = true\nroot.size = \"", size, "\""), "f"));
  };
  for (auto good : {"1K", "512M", "1048575G", "1%", "100%"}) EXPECT_TRUE(accepts(good)) << good;
  // A bare number would be bytes, 0 no limit at all.
  for (auto bad : {"", "M", "12", "0M", "0%", "101%", "-1M", "1.5G", "1 G", "1m", "1MB", "1048576G",
                   "99999999999999999999M", "1M,mode=0777"})
    EXPECT_FALSE(accepts(bad)) << bad;
}

TEST(Config, DescribesItselfInItsOwnWords) {
  EXPECT_EQ(describe(Config()),
            "etc.mount = \"overlay\"  # default: without state the image's own\n"
            "var.mount = \"bind\"  # default: without state the image's own\n"
            "store.path = \"composefs\"\nstore.layout = \"repository\"\nroot.transient = "
            "false\nimage.full-read = true\nverity.policy = \"require\"\n");
  // Written down, a default is a setting; nothing else changes.
  auto plain = [](std::string text) {
    std::erase(text, '!');
    return text;
  };
  for (std::string_view toml :
       {"", "etc.mount = \"none\"\nvar.transient = true",
        "root.transient = true\nroot.size = \"5%\"\nimage.full-read = false",
        "verity.policy = \"lax-allowed\"\nstore.path = \"a/b\"\nstore.layout = \"plain\""}) {
    std::string described = describe(parse_config(toml, "f").value());
    EXPECT_EQ(plain(summary(described)), plain(summary(toml))) << described;
  }
}

TEST(Config, AMissingFileMeansTheDefaultsUnlessItWasNamed) {
  EXPECT_TRUE(read_config("/no/such/file", false));
  auto named = read_config("/no/such/file", true);
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().reason, Reason::kBadConfiguration);
  EXPECT_NE(named.error().text.find("/no/such/file"), std::string::npos);
  EXPECT_FALSE(read_config("/proc", false)) << "unreadable is not missing";
}

}  // namespace
}  // namespace cfs::boot
