// SPDX-License-Identifier: LGPL-2.1-or-later

// cfsroot check-initramfs: would this initramfs boot a composefs image, and if not, why not?

#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/text.h"
#include "entry/pe.h"
#include "initramfs/check.h"
#include "tools/command.h"

namespace cfs::tools {

namespace {

struct Options {
  std::string file;
  std::optional<std::string> cmdline, kernel, builtin;
};

Result<Mapping> map_file(const std::string& path) {
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  struct stat st;
  if (::fstat(fd.get(), &st) < 0) return fail(errno, path);
  if (!S_ISREG(st.st_mode)) return fail_with(EINVAL, cat(path, ": is not a file"));
  if (st.st_size == 0) return fail_with(EINVAL, cat(path, ": is empty"));
  auto file = Mapping::of(fd.get());
  if (!file) return in_context(path, file.error());
  return file;
}

// A unified kernel image knows more than its initramfs; what the caller says goes first. Of several
// profiles the first, which is the one without a choice in the menu.
Result<Bytes> find_initramfs(Bytes file, initramfs::Around& around) {
  if (!as_text(file).starts_with("MZ")) return file;
  TRY_ASSIGN(auto sections, entry::pe_sections(file));
  std::optional<Bytes> initrd;
  auto take_text = [](std::optional<std::string>& to, Bytes content) {
    std::string_view text = as_text(content);
    text = text.substr(0, text.find('\0'));
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (!to) to = text;
  };
  for (const entry::Section& section : sections) {
    if (section.name == ".initrd" && !initrd) initrd = section.content;
    if (section.name == ".cmdline") take_text(around.cmdline, section.content);
    if (section.name == ".uname") take_text(around.kernel, section.content);
  }
  if (!initrd) return fail_with(EINVAL, "is an EFI program without an .initrd section");
  return *initrd;
}

Result<> run(const Options& options, Report& report) {
  initramfs::Around around{options.cmdline, options.kernel, {}};
  if (options.builtin) {
    TRY_ASSIGN(around.builtin, read_file(*options.builtin));
  }
  TRY_ASSIGN(Mapping file, map_file(options.file));
  auto begin = find_initramfs(file.bytes(), around);
  if (!begin) return in_context(options.file, begin.error());
  auto unpacked = initramfs::unpack(*begin);
  if (!unpacked) return in_context(options.file, unpacked.error());
  const initramfs::Findings findings = initramfs::check(*unpacked, around);

  std::size_t bad = 0;
  Json checks = Json::array();
  for (const auto& [verdict, subject, text] : findings.list) {
    bad += verdict == initramfs::Verdict::kBad;
    checks.push_back({{"verdict", std::string(name(verdict))}, {"subject", subject}, {"text", text}});
    std::string word(name(verdict));
    word.resize(6, ' ');
    report.line(cat(word, subject, ": ", text));
  }
  report.data() = {{"file", options.file},
                   {"builder", findings.builder},
                   {"kernels", findings.kernels},
                   {"checks", checks}};
  if (bad == 0) return {};
  return fail_with(EBADMSG, cat(options.file, ": would not boot a composefs image: ", bad,
                                bad == 1 ? " thing is" : " things are", " wrong"));
}

}  // namespace

Run define_check_initramfs(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--cmdline", options->cmdline, "what the kernel will be given, if it is no UKI")
      ->type_name("WORDS");
  app.add_option("--kernel", options->kernel, "the one it is for (default: all it has modules of)")
      ->type_name("VERSION");
  app.add_option("--builtin", options->builtin, "modules.builtin of the kernel")->type_name("FILE");
  app.add_option("FILE", options->file, "an initramfs or a unified kernel image")
      ->required()
      ->type_name("");
  return [options](Report& report) { return run(*options, report); };
}

}  // namespace cfs::tools
