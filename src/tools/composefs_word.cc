// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/composefs_word.h"

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "base/text.h"
#include "format/composefs.h"
#include "kernel-cmdline/edit.h"
#include "merkle/merkle.h"

namespace cfs::tools {

namespace {

// A refusal has to become the next try, not a prompt that waits.
std::string with_restarts(std::string line) {
  for (std::string_view word : {"rd.emergency=reboot", "rd.shell=0", "panic=10"}) {
    std::string_view name = word.substr(0, word.find('='));
    auto parameters = kernel_cmdline::split(line);
    bool there = std::any_of(parameters.begin(), parameters.end(),
                             [&](const auto& parameter) { return parameter.name == name; });
    if (!there) line = kernel_cmdline::with_added(line, word);
  }
  return line;
}

}  // namespace

void add_image_options(CLI::App& app, std::shared_ptr<ImageOptions> options) {
  auto* image =
      app.add_option("--image", options->image, "composefs image to boot")->type_name("FILE");
  app.add_option("--digest", options->digest, "its fs-verity digest, instead of --image")
      ->type_name("HEX")
      ->excludes(image);
  add_algorithm(app, options->alg);
  app.add_flag("--typed", options->typed, "write composefs.digest=v1-...: instead of composefs=");
  check_usage(app, [options] { return check_image_options(*options); });
}

Result<> check_image_options(const ImageOptions& options) {
  if (options.image.empty() && options.digest.empty())
    return fail_with(EINVAL, "--image or --digest is required");
  if (options.digest.empty()) return {};
  return check_digest(options.digest);
}

void add_boot_options(CLI::App& app, std::shared_ptr<BootOptions> options) {
  add_image_options(app, options);
  app.add_option("--kernel", options->kernel, "kernel to boot")->required()->type_name("FILE");
  app.add_option("--initrd", options->initrds, "initramfs; several are loaded in this order")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--cmdline", options->cmdline, "the rest of the kernel command line")
      ->type_name("WORDS");
  app.add_option("--tries", options->tries, "boots that may fail before the loader takes others")
      ->type_name("COUNT")
      ->check([](const std::string& text) {
        auto count = parse_decimal(text);
        return count && *count > 0 && *count <= 1000
                   ? std::string()
                   : cat("must be a number from 1 to 1000, not `", printable(text), "`");
      });
}

Result<> check_digest(const std::string& hex) {
  if (Digest::parse(hex)) return {};
  return fail_with(EINVAL,
                   cat("--digest: `", printable(hex), "` is neither 64 nor 128 hex digits"));
}

Result<Digest> image_digest(const ImageOptions& options) {
  if (!options.digest.empty()) return *Digest::parse(options.digest);
  TRY_ASSIGN(Fd fd, open_file(options.image, O_RDONLY));
  format::ComposefsHeader header;
  auto count = pread_full(fd.get(), {reinterpret_cast<std::byte*>(&header), sizeof header}, 0);
  if (!count) return in_context(options.image, count.error());
  if (*count != sizeof header || header.magic != format::kComposefsMagic)
    return fail_with(EINVAL, cat(options.image, ": is not a composefs image"));
  auto digest = merkle::digest_of_fd(options.alg, fd.get());
  return digest ? digest : in_context(options.image, digest.error());
}

Result<std::string> command_line(const ImageOptions& options, const std::string& words,
                                 const Digest& digest) {
  using kernel_cmdline::Spelling;
  std::string line = kernel_cmdline::with_word(
      words, kernel_cmdline::word_for(digest, options.typed ? Spelling::kTyped : Spelling::kPlain));
  TRY(kernel_cmdline::check_length(line));
  return line;
}

Result<std::string> boot_command_line(const BootOptions& options, const Digest& digest) {
  TRY_ASSIGN(std::string line, command_line(options, options.cmdline, digest));
  if (!options.tries) return line;
  line = with_restarts(line);
  TRY(kernel_cmdline::check_length(line));
  return line;
}

}  // namespace cfs::tools
