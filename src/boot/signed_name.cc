// SPDX-License-Identifier: LGPL-2.1-or-later

#include "boot/signed_name.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/directory.h"
#include "base/text.h"
#include "kernel-cmdline/digests.h"
#include "sys/resolve.h"

namespace cfs::boot {

namespace {

constexpr std::size_t kMostBytes = 4096, kSignatureSize = 64;
constexpr std::string_view kVerifier = "composefs-verify-signature";

tl::unexpected<Refusal> invalid(std::string text) {
  return refuse(Reason::kSignatureInvalid, std::move(text));
}

Outcome<> check_keys(const std::string& keys, const std::string& name) {
  auto needs = [&](std::string_view but) {
    return refuse(Reason::kSignedName, cat("`composefs.signed=", name, "` needs a key in ", keys,
                                           " of the initramfs, ", but));
  };
  auto dir = open_file(keys, O_RDONLY | O_DIRECTORY);
  if (!dir && dir.error().code == ENOENT) return needs("there is none");
  auto files = dir ? list_directory(dir->get()) : tl::make_unexpected(dir.error());
  if (!files) return needs(files.error().text);
  for (const DirectoryEntry& file : *files)
    if (file.name.ends_with(".pem")) return {};
  return needs("there is none");
}

Outcome<std::string> read_small(int store, const std::string& path) {
  auto file = sys::open_regular_beneath(store, path);
  if (!file) return invalid(cat("signed name: ", file.error().text));
  auto text = read_to_end(file->get(), kMostBytes);
  if (!text) return invalid(cat("`", path, "`: ", text.error().text));
  return std::move(*text);
}

// The program beside this one.
Result<std::string> find_verifier() {
  char self[4096];
  ssize_t size = ::readlink("/proc/self/exe", self, sizeof self);
  if (size < 0) return fail(errno, "/proc/self/exe");
  std::string_view path(self, static_cast<std::size_t>(size));
  return cat(path.substr(0, path.rfind('/') + 1), kVerifier);
}

// Runs the verifier with `input` as standard input. Returns its exit status, -1 if it was killed.
Result<int> run_verifier(const std::string& path, const std::string& keys,
                         const std::string& input) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return fail(errno, "pipe");
  Fd out(ends[0]), in(ends[1]);
  // A pipe holds it all: nobody waits, and nobody can go away meanwhile.
  TRY(write_all(in.get(), as_bytes(input)));
  in.reset();
  std::string name(kVerifier), place = keys;
  char* argv[] = {name.data(), place.data(), nullptr};
  char* environment[] = {nullptr};
  // If our caller had it ignored, there would be nothing to wait for.
  ::signal(SIGCHLD, SIG_DFL);
  pid_t child = ::vfork();
  if (child == 0) {
    if (::dup2(out.get(), STDIN_FILENO) == STDIN_FILENO) ::execve(path.c_str(), argv, environment);
    ::_exit(127);
  }
  if (child < 0) return fail(errno, "fork");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return fail(errno, "wait");
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Outcome<Digest> verify_name(int store, const std::string& name, const std::string& keys) {
  TRY(check_keys(keys, name));
  std::string path = cat("signed/", name);
  TRY_ASSIGN(std::string line, read_small(store, path));
  TRY_ASSIGN(std::string signature, read_small(store, cat(path, ".sig")));
  if (signature.size() != kSignatureSize)
    return invalid(cat("`", path, ".sig` has ", signature.size(), " bytes, a signature has 64"));

  auto verifier = find_verifier();
  if (!verifier) return invalid(verifier.error().text);
  auto status =
      run_verifier(*verifier, keys, cat(signature, "composefs-signed-v1\n", name, "\n", line));
  if (!status) return invalid(cat("run ", *verifier, ": ", status.error().text));
  if (*status == 127) return invalid(cat("cannot run ", *verifier, "; is it in the initramfs?"));
  if (*status != 0)
    return invalid(cat("`", path, "` is not signed by a key in ", keys, " (status ", *status, ")"));

  // Nothing of the line is looked at before.
  std::string_view text = line;
  if (!text.starts_with("v1-") || !text.ends_with('\n'))
    return invalid(cat("`", path, "` is not one line v1-ALG-12:HEX"));
  text.remove_suffix(1);
  auto digest = kernel_cmdline::parse_typed_digest(text);
  if (!digest) return invalid(cat("`", path, "`: ", digest.error()));
  return *digest;
}

}  // namespace cfs::boot
