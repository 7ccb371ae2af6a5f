// SPDX-License-Identifier: LGPL-2.1-or-later

#include "compare.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <set>
#include <sstream>

#include "deviations.h"
#include "dump_text.h"

namespace conformance {

namespace {

std::string describe(const Run& run) {
  if (run.status == Run::kHung) return "did not end";
  std::string said = run.err.substr(0, 2000);
  if (said.ends_with('\n')) said.pop_back();
  return "status " + std::to_string(run.status) + (said.empty() ? "" : ": " + said);
}

std::string first_difference(const std::string& ours, const std::string& reference) {
  auto [a, b] = std::mismatch(ours.begin(), ours.end(), reference.begin(), reference.end());
  auto at = static_cast<std::size_t>(a - ours.begin());
  return "first difference at byte " + std::to_string(at) + ", sizes " + std::to_string(ours.size()) +
         " and " + std::to_string(reference.size());
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::optional<Failure> compare_printed(const std::string& what, const Run& ours, const Run& reference) {
  if (ours.status != reference.status)
    return Failure{what + " status", "ours: " + describe(ours) + "\nreference: " + describe(reference)};
  if (ours.out == reference.out) return {};
  auto our_lines = lines_of(ours.out), reference_lines = lines_of(reference.out);
  for (std::size_t i = 0; i < std::max(our_lines.size(), reference_lines.size()); ++i) {
    std::string our_line = i < our_lines.size() ? our_lines[i] : "(nothing)";
    std::string reference_line = i < reference_lines.size() ? reference_lines[i] : "(nothing)";
    if (our_line != reference_line && !misread(our_line, reference_line))
      return Failure{what + " output", "ours:      " + our_line + "\nreference: " + reference_line};
  }
  return {};
}

}  // namespace

Outcome make_images(const Contestants& tools, const DumpCase& dump, const Scratch& scratch) {
  Outcome outcome;
  outcome.our_image = scratch / "ours.cfs";
  outcome.reference_image = scratch / "reference.cfs";
  std::string source = scratch / "source.dump";
  write_file(source, dump.text);
  std::vector<std::string> arguments = dump.options;
  arguments.insert(arguments.end(), {"--from-file", "--print-digest", source});
  RunOptions options;
  if (dump.strict) options.environment = {"CFS_PARSE_STRICT=1"};
  auto with = [&](const std::string& image) {
    auto all = arguments;
    all.push_back(image);
    return all;
  };
  outcome.ours = run(tools.ours.mkcomposefs, with(outcome.our_image), scratch.path(), options);
  options.seconds = 5;  // it is known to hang
  outcome.reference =
      run(tools.reference.mkcomposefs, with(outcome.reference_image), scratch.path(), options);
  return outcome;
}

std::optional<Failure> compare_outcome(const DumpCase& dump, const Outcome& outcome) {
  const Run &ours = outcome.ours, &reference = outcome.reference;
  if (ours.status != 0 && ours.status != 1) return Failure{"crash", "ours: " + describe(ours)};
  if (deviation_for(dump.text, ours, reference)) return {};
  std::string both = "ours: " + describe(ours) + "\nreference: " + describe(reference);
  if (ours.status != reference.status) return Failure{"status", both};
  if (!ours.ok()) {
    if (same_message(ours.err, reference.err)) return {};
    return Failure{"message", both};
  }
  std::string our_image = read_file(outcome.our_image);
  std::string reference_image = read_file(outcome.reference_image);
  if (our_image != reference_image)
    return Failure{"image", first_difference(our_image, reference_image)};
  if (ours.out != reference.out)
    return Failure{"digest", "ours: " + ours.out + "reference: " + reference.out};
  return {};
}

std::optional<Failure> compare_info(const Contestants& tools, const std::string& our_image,
                                    const std::string& reference_image, Random& random,
                                    const Scratch& scratch) {
  std::string objects = scratch / "objects";
  auto both = [&](std::vector<std::string> arguments, Run& ours, Run& reference) {
    std::string what;
    for (const std::string& argument : arguments) what += (what.empty() ? "" : " ") + argument;
    arguments.push_back(our_image);
    ours = run(tools.ours.info, arguments, scratch.path());
    arguments.back() = reference_image;
    reference = run(tools.reference.info, arguments, scratch.path());
    return compare_printed("composefs-info " + what, ours, reference);
  };
  Run ours, reference;
  if (auto failure = both({"dump"}, ours, reference)) return failure;
  if (auto failure = both({"ls"}, ours, reference)) return failure;
  if (random.percent(30)) {
    static const std::string kNames[] = {"filled", "a", "00", "...", "no such name"};
    std::vector<std::string> filters;
    for (const Line& line : dump_of(reference.out))
      if (std::string name = line.words[0].substr(std::min<std::size_t>(1, line.words[0].size()));
          name.find_first_of("/\\\t") == name.npos && random.percent(30))
        filters.push_back("--filter=" + name);
    if (filters.empty() || random.percent(20)) filters.push_back("--filter=" + random.pick(kNames));
    filters.emplace_back("dump");
    if (auto failure = both(filters, ours, reference)) return failure;
  }
  if (auto failure = both({"objects"}, ours, reference)) return failure;
  // Half of the objects exist.
  ::mkdir(objects.c_str(), 0755);
  for (const std::string& object : lines_of(reference.out)) {
    if (object.size() != 65 || object[2] != '/' || random.percent(50)) continue;
    ::mkdir((objects + "/" + object.substr(0, 2)).c_str(), 0755);
    write_file(objects + "/" + object, "");
  }
  return both({"--basedir=" + objects, "missing-objects"}, ours, reference);
}

std::optional<Failure> check_image(const Contestants& tools, const std::string& image, bool lossy,
                                   const Scratch& scratch) {
  Run checked = run({"fsck.erofs"}, {image}, scratch.path());
  if (!checked.ok()) return Failure{"fsck.erofs", describe(checked)};
  if (tools.ours.dump.empty()) return {};

  std::string again = scratch / "again.cfs", judged = scratch / "judged.cfs";
  Run written = run(tools.ours.dump, {image, again}, scratch.path());
  if (!written.ok()) return Failure{"composefs-dump", describe(written)};
  Run dumped = run(tools.ours.info, {"dump", image}, scratch.path());
  std::string text = scratch / "printed.dump", bytes = read_file(image);
  write_file(text, dumped.out);
  std::string version = bytes[12] ? "1" : "0";
  Run judge = run(tools.reference.mkcomposefs,
                  {"--min-version=" + version, "--max-version=" + version, "--from-file", text, judged},
                  scratch.path());
  if (!judge.ok()) return Failure{"printed dump", describe(judge)};
  std::string rewritten = read_file(again);
  if (rewritten != read_file(judged))
    return Failure{"composefs-dump and dump", first_difference(rewritten, read_file(judged))};
  if (!lossy && rewritten != bytes)
    return Failure{"round trip", first_difference(rewritten, bytes)};
  return {};
}

namespace {

// A key may be spelled with escapes for letters too.
std::string letters_unescaped(const std::string& word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    unsigned code = 0;
    if (word.compare(i, 2, "\\x") == 0 && std::sscanf(word.c_str() + i + 2, "%2x", &code) == 1) i += 3;
    out += code ? static_cast<char>(code) : word[i];
  }
  return out;
}

}  // namespace

bool lossy(const std::string& dump) {
  for (const Line& line : dump_of(dump)) {
    if (line.is_link()) return true;
    const std::string &size = line.words[kSize], &mode = line.words[kMode];
    bool regular = mode.size() >= 6 && mode.compare(mode.size() - 6, 2, "10") == 0;
    if (!regular && size.size() > 9) return true;  // a size that only chose the form of the inode
    for (std::size_t i = kFields; i < line.words.size(); ++i)
      if (letters_unescaped(line.words[i]).find("whiteout") != std::string::npos) return true;
  }
  return false;
}

}  // namespace conformance
