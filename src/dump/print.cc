// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dump/print.h"

#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "dump/escape.h"
#include "tree/walk.h"

namespace cfs::dump {

namespace {

using tree::Entry;
using tree::Inode;
using tree::InodeId;

// Lines are gathered and passed on in large pieces.
class Output {
 public:
  explicit Output(const Write& write) : write_(write) {}
  std::string& text() { return text_; }
  bool end_line() {
    text_ += '\n';
    if (text_.size() >= kPiece) flush();
    return result_.has_value();
  }
  Result<> finish() {
    if (result_) flush();
    return std::move(result_);
  }

 private:
  static constexpr std::size_t kPiece = 256 << 10;
  void flush() {
    result_ = write_(text_);
    text_.clear();
  }
  const Write& write_;
  std::string text_;
  Result<> result_;
};

// The paths under which hard-linked inodes have their own entries. Each is put together when a line
// needs it: all of them at once may be far more than the image, in deep directories.
class LinkTargets {
 public:
  explicit LinkTargets(const Tree& tree) {
    for (InodeId id = 0; id < tree.inode_count(); ++id)
      for (const Entry& entry : tree.entries(id))
        if (entry.link) places_.try_emplace(entry.inode);
    if (places_.empty()) return;
    for (InodeId id = 0; id < tree.inode_count(); ++id)
      for (const Entry& entry : tree.entries(id))
        if (!entry.link && (tree[entry.inode].is_directory() || places_.contains(entry.inode)))
          places_[entry.inode] = {id, entry.name};
  }
  std::string path_of(InodeId id) const {
    std::vector<std::string_view> names;
    for (; id != tree::kRoot; id = places_.at(id).directory) names.push_back(places_.at(id).name);
    std::string path;
    for (; !names.empty(); names.pop_back()) path += '/', path += names.back();
    return path;
  }

 private:
  struct Place {
    InodeId directory = tree::kRoot;
    std::string_view name;
  };
  std::unordered_map<InodeId, Place> places_;  // of what is linked, and of all directories
};

// "-" alone means "not set" in these fields, so a real dash is escaped.
void append_field(std::string& out, std::string_view value) {
  if (value.empty())
    out += '-';
  else if (value == "-")
    out += "\\x2d";
  else
    append_escaped(out, value, Escape::kField);
}

void append_line(std::string& out, const Tree& tree, std::string_view path, InodeId id,
                 const LinkTargets* targets) {
  const Inode& inode = tree[id];
  append_escaped(out, path, Escape::kField);
  append_to(out, ' ');
  append_to(out, inode.size);
  out += targets ? " @" : " ";
  out += octal(inode.mode);
  for (u32 number : {inode.nlink, inode.uid, inode.gid, inode.is_device() ? inode.rdev : 0}) {
    append_to(out, ' ');
    append_to(out, number);
  }
  append_to(out, ' ');
  append_to(out, inode.mtime);
  append_to(out, '.');
  append_to(out, inode.mtime_nsec);
  append_to(out, ' ');
  append_field(out, targets ? targets->path_of(id) : inode.inline_content ? "" : inode.data());
  append_to(out, ' ');
  append_field(out, inode.inline_content ? inode.data() : "");
  append_to(out, ' ');
  if (inode.digest)
    append_hex(out, tree.digest_bytes(inode));
  else
    append_to(out, '-');
  for (tree::XattrId attribute : tree.xattrs().set(inode.xattrs)) {
    const tree::Xattr& xattr = tree.xattrs().pair(attribute);
    append_to(out, ' ');
    append_escaped(out, xattr.key, Escape::kXattr);
    append_to(out, '=');
    append_escaped(out, xattr.value, Escape::kXattr);
  }
}

}  // namespace

Result<> print(const Tree& tree, const Write& write) {
  const LinkTargets targets(tree);
  Output out(write);
  append_line(out.text(), tree, "/", tree::kRoot, nullptr);
  out.end_line();
  tree::walk(tree, [&](std::string_view path, const Entry& entry) {
    append_line(out.text(), tree, path, entry.inode, entry.link ? &targets : nullptr);
    return out.end_line();
  });
  return out.finish();
}

Result<> print_ls(const Tree& tree, const Write& write) {
  Output out(write);
  tree::walk(tree, [&](std::string_view path, const Entry& entry) {
    const Inode& inode = tree[entry.inode];
    std::string& text = out.text();
    append_escaped(text, path, Escape::kPath);
    if (!entry.link && inode.is_directory()) text += "/\t";
    bool names_object = inode.is_regular() && !inode.inline_content && inode.text_size > 0;
    if (!entry.link && (inode.is_symlink() || names_object)) {
      text += inode.is_symlink() ? "\t-> " : "\t@ ";
      append_escaped(text, inode.data(), Escape::kField);
    }
    return out.end_line();
  });
  return out.finish();
}

}  // namespace cfs::dump
