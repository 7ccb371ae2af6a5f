// SPDX-License-Identifier: LGPL-2.1-or-later

#include "disk/layout.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "base/text.h"
#include "store/repository.h"

namespace cfs::disk {

using tree::Inode;
using tree::InodeId;
using tree::kRoot;

namespace {

class LayoutBuilder {
 public:
  LayoutBuilder(const Plan& plan, const Objects& objects) : plan_(plan), objects_(objects) {
    builder_.add_inode(inode(S_IFDIR | 0755));
  }

  Result<Layout> run();

 private:
  Inode inode(u32 mode) const {
    Inode made;
    made.mode = static_cast<u16>(mode);
    made.mtime = plan_.time;
    return made;
  }
  InodeId add(InodeId directory, std::string_view name, const Inode& made) {
    InodeId id = builder_.add_inode(made);
    builder_.add_entry(directory, builder_.arena().copy(name), id);
    return id;
  }
  InodeId add_directory(InodeId in, std::string_view name, u32 mode = 0755) {
    return add(in, name, inode(S_IFDIR | mode));
  }
  void add_link(InodeId in, std::string_view name, std::string_view target) {
    Inode made = inode(S_IFLNK | 0777);
    made.set_data(builder_.arena().copy(target));
    made.size = target.size();
    add(in, name, made);
  }
  void set_object(InodeId id, u32 object, bool sealed) {
    contents_.resize(id + 1);
    contents_[id] = {object, sealed};
  }

  void add_objects(InodeId repository);
  void add_meta(InodeId repository);
  Result<> add_links(InodeId repository);
  Result<> add_state();
  Result<> copy(const Seed& seed, InodeId to);
  Result<> copy_children(const Tree& from, InodeId directory, InodeId to);
  Inode copy_inode(const Tree& from, const Inode& inode);

  const Plan& plan_;
  const Objects& objects_;
  tree::Builder builder_;
  std::vector<FileContent> contents_;
  std::unordered_map<InodeId, InodeId> copied_;  // of the seed at hand: files with several names
};

Result<Layout> LayoutBuilder::run() {
  InodeId repository = add_directory(kRoot, "composefs", 0700);
  add_objects(repository);
  add_meta(repository);
  TRY(add_links(repository));
  TRY(add_state());
  contents_.resize(builder_.inode_count());
  TRY_ASSIGN(Tree tree, builder_.finish());
  return Layout{std::move(tree), std::move(contents_)};
}

void LayoutBuilder::add_objects(InodeId repository) {
  InodeId all = add_directory(repository, "objects"), fan_out = kRoot;
  std::string current;
  for (u32 i = 0; i < objects_.size(); ++i) {
    if (!objects_[i].stored) continue;
    std::string path = objects_[i].digest.object_path();
    if (!path.starts_with(current) || current.empty()) {
      current = path.substr(0, 2);
      fan_out = add_directory(all, current);
    }
    Inode made = inode(S_IFREG | 0644);
    made.size = objects_[i].size;
    set_object(add(fan_out, path.substr(3), made), i, true);
  }
}

void LayoutBuilder::add_meta(InodeId repository) {
  const u32 object = objects_.find(plan_.metadata);
  Inode made = inode(S_IFREG | 0644);
  made.size = objects_[object].size;
  set_object(add(repository, "meta.json", made), object, true);
}

Result<> LayoutBuilder::add_links(InodeId repository) {
  std::map<std::string, std::string> links;
  for (const Digest& image : plan_.images)
    links[cat("images/", image.hex())] = store::image_target(image);
  for (const auto& [name, image] : plan_.refs)
    links[cat("images/refs/", name)] = store::ref_target(name, image);
  for (const auto& [path, target] : plan_.streams) links[cat("streams/", path)] = target;
  std::map<std::string, InodeId> directories;
  for (const auto& [path, target] : links) {
    std::size_t start = 0;
    InodeId in = repository;
    for (std::size_t slash; (slash = path.find('/', start)) != std::string::npos;) {
      if (links.contains(path.substr(0, slash)))
        return fail_with(EEXIST, cat("`", printable(path.substr(0, slash)),
                                     "` would be a name and hold names, as ", printable(path)));
      auto [at, made] = directories.try_emplace(path.substr(0, slash), 0);
      if (made) at->second = add_directory(in, path.substr(start, slash - start));
      in = at->second;
      start = slash + 1;
    }
    add_link(in, path.substr(start), target);
  }
  return {};
}

Result<> LayoutBuilder::add_state() {
  InodeId state = add_directory(kRoot, "state");
  InodeId deploy = add_directory(state, "deploy");
  std::vector<Digest> images = plan_.images;
  std::ranges::sort(images, {}, &Digest::hex);
  images.erase(std::unique(images.begin(), images.end()),
               images.end());  // two sources may be equal
  for (const Digest& image : images) {
    InodeId own = add_directory(deploy, image.hex());
    InodeId etc = add_directory(own, "etc");
    InodeId upper = add_directory(etc, "upper");
    add_directory(etc, "work");
    add_link(own, "var", "../../os/default/var");
    if (plan_.etc) TRY(copy(*plan_.etc, upper));
  }
  InodeId var = add_directory(add_directory(add_directory(state, "os"), "default"), "var");
  if (plan_.var) TRY(copy(*plan_.var, var));
  return {};
}

// The directory itself counts as well: its attributes go to `to`.
Result<> LayoutBuilder::copy(const Seed& seed, InodeId to) {
  copied_.clear();
  builder_.inode(to) = copy_inode(*seed.tree, (*seed.tree)[seed.directory]);
  return copy_children(*seed.tree, seed.directory, to);
}

Inode LayoutBuilder::copy_inode(const Tree& from, const Inode& inode) {
  Inode made = inode;
  made.digest = 0;
  made.set_data({});
  if (inode.inline_content || inode.is_symlink())
    made.set_data(builder_.arena().copy(inode.data()));
  std::vector<tree::Xattr> list;
  for (tree::XattrId id : from.xattrs().set(inode.xattrs)) list.push_back(from.xattrs().pair(id));
  made.xattrs = builder_.xattrs().intern(std::span<const tree::Xattr>(list));
  return made;
}

Result<> LayoutBuilder::copy_children(const Tree& from, InodeId directory, InodeId to) {
  std::vector<std::pair<InodeId, InodeId>> pending{{directory, to}};
  while (!pending.empty()) {
    auto [source, target] = pending.back();
    pending.pop_back();
    for (const tree::Entry& entry : from.entries(source)) {
      const Inode& inode = from[entry.inode];
      auto [at, fresh] = copied_.try_emplace(entry.inode, 0);
      if (!fresh) {
        builder_.add_entry(target, builder_.arena().copy(entry.name), at->second, true);
        continue;
      }
      at->second = add(target, entry.name, copy_inode(from, inode));
      if (inode.is_directory()) pending.emplace_back(entry.inode, at->second);
      if (!inode.is_external()) continue;
      u32 object = inode.digest ? objects_.find(from.digest(inode)) : Objects::kNone;
      if (object == Objects::kNone)
        return fail_with(ENOENT, cat("state file `", printable(entry.name), "` has no content"));
      set_object(at->second, object, false);
    }
  }
  return {};
}

}  // namespace

Result<Layout> make_layout(const Plan& plan, const Objects& objects) {
  return LayoutBuilder(plan, objects).run();
}

}  // namespace cfs::disk
