// SPDX-License-Identifier: LGPL-2.1-or-later

#include "random_dump.h"

#include <algorithm>
#include <set>

#include "random_spelling.h"

namespace conformance {

namespace {

constexpr std::uint64_t k2to43 = std::uint64_t{1} << 43;

struct Node {
  std::string path;  // raw bytes; empty for the root
  std::size_t parent;
  bool directory;
  Line line;
};

// What the entries of one dump have in common.
struct Flavour {
  std::vector<std::string> times, owners;
  std::vector<Xattr> xattrs;
  unsigned xattr_chance, odd_chance, long_name_chance;
};

class Maker {
 public:
  explicit Maker(Random& random) : r_(random), spell_(random) {}

  Dump make();

 private:
  void choose_flavour();
  std::string name();
  // Adds a node of a random type, or a directory, below `parent`; false if its name is taken.
  bool add(std::size_t parent, const std::string& name, bool directory = false);
  void fill_directory(std::size_t directory, std::size_t bytes);
  void add_links();
  void add_many_xattrs();
  void add_shared_table();
  Dump in_some_order();

  Line line_of(const std::string& path, char type);
  void regular(Line& line);
  void symlink(Line& line);
  void special(Line& line);
  std::string xattrs_of_entry();
  std::string payload();

  Random& r_;
  Spelling spell_;
  Flavour flavour_;
  std::vector<Node> nodes_;
  std::set<std::string> taken_;
};

void Maker::choose_flavour() {
  flavour_.odd_chance = r_.pick({0u, 0u, 3u, 20u});
  flavour_.long_name_chance = r_.pick({0u, 2u, 40u});
  flavour_.xattr_chance = r_.pick({0u, 20u, 60u, 95u});
  spell_.set_odd_chance(flavour_.odd_chance);
  for (std::size_t n = r_.between(1, 4); n > 0; --n) flavour_.times.push_back(spell_.time());
  for (std::size_t n = r_.between(1, 4); n > 0; --n) flavour_.owners.push_back(spell_.number32());
  for (std::size_t n = r_.between(1, 12); n > 0; --n) flavour_.xattrs.push_back(random_xattr(r_));
}

std::string Maker::name() {
  static constexpr std::size_t kLengths[] = {100, 128, 200, 253, 254, 255};
  static const std::string kSpecial[] = {"...", "-",  "!",  "..a", "\xff", "00",  "ff",  "a0", "7f",
                                         "FF",  " ",  "@x", "=",   "a=b",  "a\nb", "\t", "\\", "0",
                                         "000", ".a", ",",  "/"};
  if (r_.percent(flavour_.long_name_chance)) {
    std::size_t length = r_.percent(50) ? r_.pick(kLengths) : r_.between(1, 255);
    return random_word(r_, length);
  }
  if (r_.percent(10)) {
    std::string special = r_.pick(kSpecial);
    if (special != "/") return special;
    std::string bytes = random_bytes(r_, r_.between(1, 20));
    std::replace(bytes.begin(), bytes.end(), '/', 's');
    std::replace(bytes.begin(), bytes.end(), '\0', 'n');
    return bytes;
  }
  return random_word(r_, r_.between(1, 12));
}

std::string Maker::payload() {
  static constexpr std::size_t kLengths[] = {1, 2, 64, 66, 100, 250, 4094, 4095};
  if (r_.percent(60)) {  // an object's name, as every real dump has
    std::string hex = random_hex(r_, 64);
    return hex.substr(0, 2) + "/" + hex.substr(2);
  }
  if (r_.percent(30)) return spell_.string(random_bytes(r_, r_.between(1, 80)));
  return (r_.percent(20) ? "/" : "") + random_word(r_, r_.pick(kLengths) - 1) + "p";
}

void Maker::regular(Line& line) {
  static constexpr std::size_t kInline[] = {1,    2,    63,   64,   65,   2047, 2048, 2049,
                                            3000, 4095, 4096, 4097, 4500, 4999, 5000};
  static constexpr std::uint64_t kChunks[] = {1016, 1017, 1018, 1019, 1022, 1023};
  std::uint64_t size;
  switch (r_.below(8)) {
    case 0:
      line.words[kPayload] = r_.percent(70) ? "-" : r_.percent(50) ? "" : payload();
      line.words[kDigest] = r_.percent(80) ? "-" : random_hex(r_, 64);
      if (r_.percent(10)) line.words[kContent] = "";
      return;
    case 1: case 2: {
      std::string content = random_bytes(r_, r_.percent(50) ? r_.pick(kInline) : r_.between(1, 300));
      line.words[kSize] = spell_.number(content.size());
      line.words[kContent] = spell_.string(content);
      if (r_.percent(10)) line.words[kDigest] = random_hex(r_, 64);
      return;
    }
    case 3: {  // around a power of two
      size = std::uint64_t{1} << r_.below(54);
      size = r_.percent(30) && size > 1 ? size - 1 : r_.percent(30) && size < 64 * k2to43 ? size + 1 : size;
      break;
    }
    case 4: size = r_.pick(kChunks) * k2to43 + r_.below(2); break;
    default: size = r_.percent(50) ? r_.between(1, 100000) : r_.next() % (1 << 30) + 1;
  }
  line.words[kSize] = spell_.number(size);
  line.words[kPayload] = r_.percent(85) ? payload() : r_.percent(50) ? "-" : "";
  if (r_.percent(75)) line.words[kDigest] = random_hex(r_, 64);
  if (r_.percent(flavour_.odd_chance))
    std::transform(line.words[kDigest].begin(), line.words[kDigest].end(), line.words[kDigest].begin(),
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'f' ? c - 32 : c); });
}

void Maker::symlink(Line& line) {
  static constexpr std::size_t kLengths[] = {1,    2,    2000, 2031, 2032, 4000, 4030, 4031,
                                             4032, 4062, 4063, 4064, 4065, 4094, 4095};
  std::size_t length = r_.percent(40) ? r_.pick(kLengths) : r_.between(1, 60);
  line.words[kPayload] = spell_.string(random_word(r_, length));
  line.words[kSize] = spell_.number(length);
  if (!r_.percent(flavour_.odd_chance)) return;
  std::size_t size = r_.below(40);  // content must have that length, and is then dropped
  line.words[kSize] = spell_.number(size);
  if (r_.percent(50)) line.words[kContent] = random_word(r_, size);
}

void Maker::special(Line& line) {
  if (!r_.percent(flavour_.odd_chance)) return;
  line.words[kSize] = spell_.number(r_.pick({std::uint64_t{1}, std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1}));
  line.words[kPayload] = r_.percent(50) ? payload() : "-";
  line.words[kDigest] = r_.percent(50) ? random_hex(r_, 64) : "-";
}

std::string Maker::xattrs_of_entry() {
  std::string text;
  if (!r_.percent(flavour_.xattr_chance)) return text;
  for (std::size_t n = r_.between(1, r_.percent(10) ? 14 : 3); n > 0; --n) {
    Xattr xattr = r_.percent(70) ? r_.pick(flavour_.xattrs) : random_xattr(r_);
    if (text.size() + 4 * (xattr.key.size() + xattr.value.size()) > 32000) break;
    text += " " + spell_.string(xattr.key, true) + "=" + spell_.string(xattr.value);
  }
  return text;
}

Line Maker::line_of(const std::string& path, char type) {
  static constexpr std::uint32_t kDevices[] = {1, 259, 2049, 0xfff00, 0xffffffff};
  static const std::string kLinks[] = {"1", "1", "1", "1", "2", "0", "65535", "65536", "4294967295"};
  Line line;
  line.words.assign(kFields, "-");
  line.words[kPath] = spell_.path(path);
  line.words[kSize] = "0";
  line.words[kMode] = spell_.mode(type);
  line.words[kNlink] = r_.pick(kLinks);
  line.words[kUid] = r_.pick(flavour_.owners);
  line.words[kGid] = r_.pick(flavour_.owners);
  line.words[kRdev] = r_.percent(flavour_.odd_chance) ? spell_.number32() : "0";
  line.words[kMtime] = r_.percent(90) ? r_.pick(flavour_.times) : spell_.time();
  switch (type) {
    case 'd': line.words[kSize] = spell_.number(r_.below(2) * 4096); break;
    case 'f': regular(line); break;
    case 'l': symlink(line); break;
    case 'b': case 'c':
      line.words[kRdev] = r_.percent(40) ? "0" : spell_.number(r_.pick(kDevices));
      special(line);
      break;
    default: special(line);
  }
  std::string xattrs = xattrs_of_entry();
  // Reads back as a whiteout, so it makes no sense on a file that has data.
  if (line.words[kSize] == "0" && r_.percent(flavour_.xattr_chance / 20))
    xattrs += " trusted.overlay.whiteout=" + random_word(r_, r_.below(4));
  if (!xattrs.empty()) line.words.push_back(xattrs.substr(1));
  else if (r_.percent(flavour_.odd_chance)) line.words.push_back("");  // one trailing space
  return line;
}

bool Maker::add(std::size_t parent, const std::string& name, bool directory) {
  static constexpr char kTypes[] = {'f', 'f', 'f', 'f', 'f', 'l', 'l', 'd', 'd', 'c', 'b', 'p', 's'};
  std::string path = nodes_[parent].path + "/" + name;
  if (name == "." || name == ".." || !taken_.insert(path).second) return false;
  char type = directory ? 'd' : r_.pick(kTypes);
  nodes_.push_back({path, parent, type == 'd', line_of(path, type)});
  return true;
}

// Names whose records, with `.` and `..`, come to exactly `bytes`.
void Maker::fill_directory(std::size_t directory, std::size_t bytes) {
  std::size_t used = 27;
  while (used + 12 + 1 <= bytes) {
    std::size_t left = bytes - used - 12;
    std::size_t length = left <= 200 ? left : r_.between(1, 180);
    std::string word = random_word(r_, length);
    if (add(directory, word)) used += 12 + length;
    else if (length < 3) return;
  }
}

// Links to nodes and to links made before, so that no cycle arises.
void Maker::add_links() {
  std::vector<std::string> targets;
  std::vector<std::size_t> directories;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].directory) directories.push_back(i);
    else targets.push_back(nodes_[i].path);
  }
  if (targets.empty()) return;
  for (std::size_t n = r_.between(1, 10); n > 0; --n) {
    std::size_t parent = r_.pick(directories);
    std::string path = nodes_[parent].path + "/" + name();
    if (path.ends_with("/.") || path.ends_with("/..") || !taken_.insert(path).second) continue;
    Line line;
    if (r_.percent(30)) line.words = {spell_.path(path), "0", "", "-", "-", "-", "-", "-", "", "-", "-"};
    else line.words = {spell_.path(path), "0", "", "1", "0", "0", "0", "0.0", "", "-", "-"};
    line.words[kMode] = "@" + spell_.mode(r_.pick({'f', 'f', 'l', 'c'}));
    line.words[kPayload] = spell_.path(r_.pick(targets));
    nodes_.push_back({path, parent, false, line});
    targets.push_back(path);
  }
}

// Two entries that share more attributes than an inode can refer to.
void Maker::add_many_xattrs() {
  std::string text;
  std::size_t count = r_.between(126, 140);
  for (std::size_t i = 0; i < count; ++i) text += " user.k" + std::to_string(i) + "=v";
  for (int i = 0; i < 2; ++i) {
    Line& line = nodes_[r_.below(nodes_.size())].line;
    line.words.resize(kFields);
    line.words.push_back(text.substr(1));
  }
}

// Pairs of files with equal contents and equal attributes, of which no other pair has the same: their
// table of shared attributes is up to some times as large as the pieces in which images are written.
void Maker::add_shared_table() {
  static constexpr std::size_t kValues[] = {1000, 4000, 20000, 32000};
  if (!add(0, "table", true)) return;
  const std::size_t directory = nodes_.size() - 1, value = r_.pick(kValues);
  for (std::size_t left = r_.between(900, 3300) << 10; left > value; left -= value) {
    Line line = line_of("", 'c');
    line.words.resize(kFields);
    line.words[kSize] = "1000";
    line.words[kMode] = spell_.mode('f');
    line.words[kRdev] = "0";
    line.words[kDigest] = random_hex(r_, 64);
    line.words[kPayload] = random_word(r_, 2) + "/" + line.words[kDigest];
    line.words.push_back("user.table=" + random_word(r_, value));
    for (const char* twin : {"a", "b"}) {
      std::string path = "/table/" + std::to_string(left) + twin;
      line.words[kPath] = path;
      nodes_.push_back({path, directory, false, line});
    }
  }
}

// Parents first; otherwise as added, depth first, or shuffled.
Dump Maker::in_some_order() {
  std::size_t order = r_.below(3);
  std::vector<std::vector<std::size_t>> children(nodes_.size());
  for (std::size_t i = 1; i < nodes_.size(); ++i) children[nodes_[i].parent].push_back(i);
  Dump dump;
  std::vector<std::size_t> ready = {0};
  while (!ready.empty()) {
    if (order == 2) std::swap(ready.back(), ready[r_.below(ready.size())]);
    std::size_t next = order == 0 ? ready.front() : ready.back();
    if (order == 0) ready.erase(ready.begin());
    else ready.pop_back();
    dump.push_back(nodes_[next].line);
    ready.insert(ready.end(), children[next].begin(), children[next].end());
  }
  return dump;
}

Dump Maker::make() {
  static constexpr std::size_t kFills[] = {2047, 2048, 2049, 4095, 4096, 4097, 6143, 6144, 6145, 8192};
  choose_flavour();
  Line root = line_of("", 'd');
  root.words[kPath] = r_.percent(flavour_.odd_chance) ? "\\x2f" : "/";
  nodes_.push_back({"", 0, true, root});
  std::size_t count = r_.below(10) == 0 ? r_.below(4) : r_.between(4, r_.percent(20) ? 150 : 40);
  for (std::size_t tries = 0; nodes_.size() <= count && tries < 3 * count; ++tries) {
    std::size_t parent = r_.percent(30) ? 0 : r_.below(nodes_.size());
    while (!nodes_[parent].directory) parent = nodes_[parent].parent;
    add(parent, name());
  }
  if (r_.percent(15) && add(0, "filled", true)) fill_directory(nodes_.size() - 1, r_.pick(kFills));
  if (r_.percent(10)) add_many_xattrs();
  if (r_.percent(40)) add_links();
  if (r_.percent(2)) add_shared_table();
  return in_some_order();
}

}  // namespace

RandomDump random_dump(Random& random) {
  static const std::vector<std::string> kVersions[] = {
      {}, {}, {"--min-version=1"}, {"--min-version=0"}, {"--max-version=1"},
      {"--min-version=0", "--max-version=1"}, {"--min-version=1", "--max-version=0"}, {"--max-version=0"}};
  Dump dump = Maker(random).make();
  return {std::move(dump), random.pick(kVersions)};
}

}  // namespace conformance
