// SPDX-License-Identifier: LGPL-2.1-or-later

// synthetic_dump KIND ENTRIES: prints a dump as large systems have them.
//
//   tree    8.5 % directories, 8 % symlinks, 5 % small inline files, the rest files with digests of
//           their own; one of 30 SELinux labels on each; about ten levels deep
//   links   half of the entries are hard links to files of the other half
//   flat    one directory, names in random order
//   reverse one directory, names in reverse order

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

// Buffered by hand: at five million lines stdio would be a good part of the time.
class Output {
 public:
  ~Output() { flush(); }
  Output& operator<<(const std::string& text) {
    buffer_ += text;
    if (buffer_.size() > (1 << 20)) flush();
    return *this;
  }

 private:
  void flush() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), stdout) != buffer_.size()) std::exit(1);
    buffer_.clear();
  }
  std::string buffer_;
};

std::uint64_t state = 42;
std::uint64_t next() {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string hex(std::size_t digits) {
  std::string text;
  while (text.size() < digits)
    for (std::uint64_t bits = next(), i = 0; i < 16; ++i, bits >>= 4) text += "0123456789abcdef"[bits & 15];
  text.resize(digits);
  return text;
}

std::string label() {
  return " security.selinux=system_u:object_r:type_" + std::to_string(next() % 30) + "_t:s0\\x00\n";
}

std::string file(const std::string& path) {
  std::string digest = hex(64), time = std::to_string(1700000000 + next() % 10000000);
  return path + " " + std::to_string(65 + next() % 200000) + " 100644 1 0 0 0 " + time + ".0 " +
         digest.substr(0, 2) + "/" + digest.substr(2) + " - " + digest + label();
}

std::string directory(const std::string& path) {
  return path + " 4096 40755 2 0 0 0 1700000000.0 - - -" + label();
}

void tree(std::size_t entries, Output& out) {
  // A window of the latest directories keeps paths about ten levels deep and memory small.
  std::vector<std::string> directories = {""};
  for (std::size_t i = 1; i < entries; ++i) {
    const std::string& parent = directories[next() % directories.size()];
    std::string path = parent + "/component-" + std::to_string(i);
    std::uint64_t kind = next() % 1000;
    if (kind < 85) {
      out << directory(path);
      if (directories.size() < 4096) directories.push_back(path);
      else directories[next() % directories.size()] = path;
    } else if (kind < 165) {
      out << path + " 12 120777 1 0 0 0 1700000000.0 ../target-12 - -" + label();
    } else if (kind < 215) {
      out << path + " 40 100644 1 0 0 0 1700000000.0 - " + hex(40) + " -" + label();
    } else {
      out << file(path);
    }
  }
}

void links(std::size_t entries, Output& out) {
  std::vector<std::string> files;
  out << directory("/files") << directory("/links");
  for (std::size_t i = 0; i < entries / 2; ++i) {
    files.push_back("/files/" + std::to_string(i));
    out << file(files.back());
  }
  for (std::size_t i = 0; i < entries / 2; ++i)
    out << "/links/" + std::to_string(i) + " 0 @100644 - - - - - " + files[next() % files.size()] + " - -\n";
}

void flat(std::size_t entries, bool reverse, Output& out) {
  out << directory("/flat");
  std::vector<std::size_t> order(entries);
  for (std::size_t i = 0; i < entries; ++i) order[i] = entries - 1 - i;
  for (std::size_t i = entries; !reverse && i > 1; --i) std::swap(order[i - 1], order[next() % i]);
  for (std::size_t number : order) {
    std::string digits = std::to_string(10000000 + number);
    out << file("/flat/name-" + digits);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string kind = argc == 3 ? argv[1] : "";
  std::size_t entries = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (entries == 0 || (kind != "tree" && kind != "links" && kind != "flat" && kind != "reverse")) {
    std::fprintf(stderr, "usage: synthetic_dump tree|links|flat|reverse ENTRIES\n");
    return 2;
  }
  Output out;
  out << "/ 4096 40755 2 0 0 0 1700000000.0 - - -" + label();
  if (kind == "tree") tree(entries, out);
  else if (kind == "links") links(entries, out);
  else flat(entries, kind == "reverse", out);
}
