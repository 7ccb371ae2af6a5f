// SPDX-License-Identifier: LGPL-2.1-or-later

// composefs-fuse: shows an image's files without privileges and without the kernel's EROFS. Inode
// numbers are those of the tree, plus one. Nothing ever changes, so the kernel may keep all it
// sees.

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "tools/composefs_fuse_files.h"
#include "tools/out_of_memory.h"

namespace cfs::tools {

namespace {

using tree::Entry;
using tree::InodeId;

constexpr double kForever = 3600;  // seconds

FuseFiles& files_of(fuse_req_t request) {
  return *static_cast<FuseFiles*>(fuse_req_userdata(request));
}
InodeId id_of(fuse_ino_t number) { return static_cast<InodeId>(number - FUSE_ROOT_ID); }

fuse_entry_param entry_of(const FuseFiles& files, InodeId id) {
  fuse_entry_param entry{};
  entry.attr = files.attributes(id);
  entry.ino = entry.attr.st_ino;
  entry.attr_timeout = entry.entry_timeout = kForever;
  return entry;
}

void init(void* data, fuse_conn_info* connection) {
  if (static_cast<FuseFiles*>(data)->has_acl())
    connection->want |= connection->capable & FUSE_CAP_POSIX_ACL;
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  const FuseFiles& files = files_of(request);
  auto id = files.find(id_of(parent), name);
  fuse_entry_param entry{};  // number 0: there is none, and never will be
  entry.entry_timeout = kForever;
  if (id) entry = entry_of(files, *id);
  fuse_reply_entry(request, &entry);
}

void getattr(fuse_req_t request, fuse_ino_t number, fuse_file_info*) {
  struct stat st = files_of(request).attributes(id_of(number));
  fuse_reply_attr(request, &st, kForever);
}

void readlink(fuse_req_t request, fuse_ino_t number) {
  fuse_reply_readlink(request, std::string(files_of(request).tree()[id_of(number)].data()).c_str());
}

void open(fuse_req_t request, fuse_ino_t number, fuse_file_info* info) {
  FuseFiles& files = files_of(request);
  if ((info->flags & O_ACCMODE) != O_RDONLY) {
    fuse_reply_err(request, EROFS);
    return;
  }
  info->keep_cache = 1;
  info->fh = ~u64{0};
  if (files.tree()[id_of(number)].is_external()) {
    auto object = files.open_object(id_of(number));
    if (!object) {
      std::fprintf(stderr, "composefs-fuse: %s\n", object.error().text.c_str());
      fuse_reply_err(request, object.error().code);
      return;
    }
    info->fh = static_cast<u64>(object->release());
  }
  if (fuse_reply_open(request, info) != 0) Fd(static_cast<int>(info->fh));
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
  Fd(static_cast<int>(info->fh));
  fuse_reply_err(request, 0);
}

void read(fuse_req_t request, fuse_ino_t number, std::size_t size, off_t offset,
          fuse_file_info* info) {
  int object = static_cast<int>(info->fh);
  if (object >= 0) {
    fuse_bufvec buffer = FUSE_BUFVEC_INIT(size);
    buffer.buf[0].flags =
        static_cast<fuse_buf_flags>(FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK | FUSE_BUF_FD_RETRY);
    buffer.buf[0].fd = object;
    buffer.buf[0].pos = offset;
    fuse_reply_data(request, &buffer, FUSE_BUF_SPLICE_MOVE);
    return;
  }
  const tree::Inode& inode = files_of(request).tree()[id_of(number)];
  std::string_view content = inode.inline_content ? inode.data() : "";
  content.remove_prefix(std::min(static_cast<std::size_t>(offset), content.size()));
  content = content.substr(0, size);
  fuse_reply_buf(request, content.data(), content.size());
}

// "." and "..", then the entries; an offset is the number of the next one.
template <class Add>
void list(fuse_req_t request, fuse_ino_t number, std::size_t size, off_t offset, Add add) {
  const FuseFiles& files = files_of(request);
  const InodeId directory = id_of(number);
  auto entries = files.tree().entries(directory);
  std::vector<char> buffer(size);
  std::size_t used = 0;
  for (auto at = static_cast<std::size_t>(offset); at < entries.size() + 2; ++at) {
    const Entry entry = at == 0   ? Entry{".", directory}
                        : at == 1 ? Entry{"..", files.parent(directory)}
                                  : entries[at - 2];
    std::size_t needs =
        add(files, buffer.data() + used, size - used, std::string(entry.name).c_str(), entry.inode,
            static_cast<off_t>(at + 1));
    if (needs > size - used) break;
    used += needs;
  }
  fuse_reply_buf(request, buffer.data(), used);
}

void readdir(fuse_req_t request, fuse_ino_t number, std::size_t size, off_t offset,
             fuse_file_info*) {
  list(request, number, size, offset,
       [&](const FuseFiles& files, char* to, std::size_t room, const char* name, InodeId id,
           off_t next) {
         struct stat st = files.attributes(id);
         return fuse_add_direntry(request, to, room, name, &st, next);
       });
}

void readdirplus(fuse_req_t request, fuse_ino_t number, std::size_t size, off_t offset,
                 fuse_file_info*) {
  list(request, number, size, offset,
       [&](const FuseFiles& files, char* to, std::size_t room, const char* name, InodeId id,
           off_t next) {
         fuse_entry_param entry = entry_of(files, id);
         return fuse_add_direntry_plus(request, to, room, name, &entry, next);
       });
}

// What was asked for, or its length when no room was given.
void reply_text(fuse_req_t request, std::string_view text, std::size_t room) {
  if (room == 0)
    fuse_reply_xattr(request, text.size());
  else if (text.size() > room)
    fuse_reply_err(request, ERANGE);
  else
    fuse_reply_buf(request, text.data(), text.size());
}

void getxattr(fuse_req_t request, fuse_ino_t number, const char* name, std::size_t room) {
  const FuseFiles& files = files_of(request);
  if (std::string_view(name).starts_with("system.posix_acl_") && !files.has_acl()) {
    fuse_reply_err(request, EOPNOTSUPP);
    return;
  }
  for (const tree::Xattr& xattr : files.xattrs(id_of(number)))
    if (xattr.key == name) return reply_text(request, xattr.value, room);
  fuse_reply_err(request, ENODATA);
}

void listxattr(fuse_req_t request, fuse_ino_t number, std::size_t room) {
  std::string names;
  for (const tree::Xattr& xattr : files_of(request).xattrs(id_of(number)))
    names += cat(xattr.key, '\0');
  reply_text(request, names, room);
}

void statfs(fuse_req_t request, fuse_ino_t) {
  struct statvfs st {};
  st.f_bsize = st.f_frsize = 4096;
  st.f_files = files_of(request).tree().inode_count();
  st.f_namemax = 255;
  fuse_reply_statfs(request, &st);
}

constexpr fuse_lowlevel_ops kOperations = [] {
  fuse_lowlevel_ops operations{};
  operations.init = init;
  operations.lookup = lookup;
  operations.getattr = getattr;
  operations.readlink = readlink;
  operations.open = open;
  operations.read = read;
  operations.release = release;
  operations.readdir = readdir;
  operations.readdirplus = readdirplus;
  operations.getxattr = getxattr;
  operations.listxattr = listxattr;
  operations.statfs = statfs;
  return operations;
}();

struct Options {
  char* source = nullptr;
  char* basedir = nullptr;
  int noacl = 0, verity = 0, noverity = 0;
  ~Options() {  // libfuse made them
    std::free(source);
    std::free(basedir);
  }
};

void print_usage(const char* program) {
  std::printf(
      "usage: %s [options] -o source=IMAGE,basedir=DIR MOUNTPOINT\n\n"
      "    -o source=IMAGE        the image\n"
      "    -o basedir=DIR         the directory of its objects\n"
      "    -o noacl               without ACLs\n"
      "    -o verity              objects must have fs-verity, and the image's digests\n"
      "    -o noverity            contents are not compared with the image's digests\n\n",
      program);
}

// Owns what libfuse hands out.
struct Session {
  fuse_args args;
  fuse_cmdline_opts line{};
  fuse_session* session = nullptr;
  fuse_loop_config* loop = nullptr;
  ~Session() {
    if (session) fuse_session_destroy(session);
    if (loop) fuse_loop_cfg_destroy(loop);
    std::free(line.mountpoint);
    fuse_opt_free_args(&args);
  }
};

int refuse(std::string_view text) {
  std::fprintf(stderr, "composefs-fuse: %.*s\n", static_cast<int>(text.size()), text.data());
  return EXIT_FAILURE;
}

int serve(Session& s, FuseFiles& files) {
  s.session = fuse_session_new(&s.args, &kOperations, sizeof kOperations, &files);
  if (!s.session || fuse_set_signal_handlers(s.session) != 0) return EXIT_FAILURE;
  int status = -1;
  if (fuse_session_mount(s.session, s.line.mountpoint) == 0) {
    fuse_daemonize(s.line.foreground);
    s.loop = fuse_loop_cfg_create();
    fuse_loop_cfg_set_clone_fd(s.loop, static_cast<unsigned>(s.line.clone_fd));
    status = s.line.singlethread ? fuse_session_loop(s.session)
                                 : fuse_session_loop_mt(s.session, s.loop);
    fuse_session_unmount(s.session);
  }
  fuse_remove_signal_handlers(s.session);
  return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(int argc, char** argv) {
  static constexpr fuse_opt kOptions[] = {
      {"source=%s", offsetof(Options, source), 0},  {"basedir=%s", offsetof(Options, basedir), 0},
      {"noacl", offsetof(Options, noacl), 1},       {"verity", offsetof(Options, verity), 1},
      {"noverity", offsetof(Options, noverity), 1}, FUSE_OPT_END};
  Session s{.args = FUSE_ARGS_INIT(argc, argv)};
  Options options;
  if (fuse_opt_parse(&s.args, &options, kOptions, nullptr) != 0) return EXIT_FAILURE;
  if (fuse_parse_cmdline(&s.args, &s.line) != 0) return EXIT_FAILURE;
  if (s.line.show_help) {
    print_usage(argv[0]);
    fuse_cmdline_help();
    fuse_lowlevel_help();
    return EXIT_SUCCESS;
  }
  if (s.line.show_version) {
    std::printf("FUSE library version %s\n", fuse_pkgversion());
    fuse_lowlevel_version();
    return EXIT_SUCCESS;
  }
  if (!s.line.mountpoint) {
    print_usage(argv[0]);
    return EXIT_FAILURE;
  }
  if (!options.source) return refuse("No image specified: -o source=IMAGE");
  if (!options.basedir) return refuse("No object directory specified: -o basedir=DIR");
  if (options.verity && options.noverity) return refuse("verity and noverity exclude each other");
  Contents contents = options.verity     ? Contents::kFsVerity
                      : options.noverity ? Contents::kUnchecked
                                         : Contents::kChecked;
  // Everything of the image is checked before anything is shown.
  auto files = FuseFiles::open(options.source, options.basedir, contents, !options.noacl);
  if (!files) return refuse(files.error().text);
  fuse_opt_add_arg(&s.args, "-oro,default_permissions,fsname=composefs,subtype=composefs");
  return serve(s, **files);
}

}  // namespace

}  // namespace cfs::tools

int main(int argc, char** argv) {
  cfs::tools::end_when_out_of_memory();
  return cfs::tools::run(argc, argv);
}
