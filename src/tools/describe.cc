// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tools/describe.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "tools/command.h"

namespace cfs::tools {

namespace {

using Apps = std::vector<const CLI::App*>;

Apps commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<const CLI::Option*> switches(const CLI::App& app) {
  return app.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

// "-a", "--algorithm"
std::vector<std::string> spellings(const CLI::Option& option) {
  std::vector<std::string> all;
  for (const std::string& name : option.get_snames()) all.push_back(cat("-", name));
  for (const std::string& name : option.get_lnames()) all.push_back(cat("--", name));
  return all;
}

bool takes_value(const CLI::Option& option) { return option.get_expected_max() > 0; }

// Of an option whose value is one of a few: "sha256 sha512"; else empty.
std::string choices(const CLI::Option& option) {
  std::string type = option.get_type_name();
  if (!type.starts_with('{') || !type.ends_with('}')) return "";
  for (char& c : type)
    if (c == ',') c = ' ';
  return type.substr(1, type.size() - 2);
}

// The same of a command's argument.
std::string argument_choices(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    if (!option->nonpositional() && !choices(*option).empty()) return choices(*option);
  return "";
}

std::string words(const CLI::App& app) {
  std::string all;
  for (const CLI::Option* option : switches(app))
    for (const std::string& name : spellings(*option)) all += cat(all.empty() ? "" : " ", name);
  return all;
}

// ---- bash: `compgen` over the words that may follow ------------------------------------------

std::string bash(const CLI::App& app) {
  std::string names, options, values;
  for (const CLI::App* command : commands(app)) {
    names += cat(names.empty() ? "" : " ", command->get_name());
    options += cat("    ", command->get_name(), ") words='", words(*command), "' ;;\n");
    if (const std::string known = argument_choices(*command); !known.empty())
      values += cat("    ", command->get_name(), "\\ ", command->get_name(), ") values='", known,
                    "' ;;\n");
    for (const CLI::Option* option : switches(*command)) {
      if (choices(*option).empty()) continue;
      std::string patterns;
      for (const std::string& name : spellings(*option))
        patterns += cat(patterns.empty() ? "" : " | ", command->get_name(), "' '", name);
      std::size_t at = 0;
      while ((at = patterns.find("' '", at)) != std::string::npos) patterns.replace(at, 3, "\\ ");
      values += cat("    ", patterns, ") values='", choices(*option), "' ;;\n");
    }
  }
  return cat(
      "# bash completion of cfsroot, made by `cfsroot completion bash`\n"
      "_cfsroot() {\n"
      "  local command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} words='' values=''\n"
      "  local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    mapfile -t COMPREPLY < <(compgen -W '",
      names, " ", words(app),
      "' -- \"$word\")\n"
      "    return\n"
      "  fi\n"
      "  # --option=value comes as three words\n"
      "  if [[ $word == = ]]; then word=''; fi\n"
      "  if [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
      "  case $command\\ $before in\n",
      values,
      "  esac\n"
      "  case $command in\n",
      options,
      "  esac\n"
      "  if [[ $values ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$word\")\n"
      "  elif [[ $word == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
      "  else\n"
      "    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _cfsroot cfsroot\n");
}

// ---- zsh: _arguments -------------------------------------------------------------------------

// Inside '…[…]…', where brackets, colons and quotes mean something.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':' || c == '\\')
      out += cat("\\", c);
    else
      out += c;
  }
  return out;
}

std::string zsh(const CLI::App& app) {
  std::string names, cases;
  for (const CLI::App* command : commands(app)) {
    names += cat("    '", command->get_name(), ":", zsh_text(command->get_description()), "'\n");
    cases += cat("    ", command->get_name(), ")\n      _arguments");
    for (const CLI::Option* option : switches(*command))
      for (const std::string& name : spellings(*option)) {
        const bool is_long = name.starts_with("--");
        const std::string values = choices(*option);
        cases += cat(" \\\n        '", name,
                     !takes_value(*option) ? ""
                     : is_long             ? "="
                                           : "+",
                     "[", zsh_text(option->get_description()), "]");
        if (takes_value(*option))
          cases += values.empty() ? ":value:_files" : cat(":value:(", values, ")");
        cases += "'";
      }
    const std::string known = argument_choices(*command);
    cases += known.empty() ? std::string(" \\\n        '*:file:_files' ;;\n")
                           : cat(" \\\n        '1:value:(", known, ")' ;;\n");
  }
  return cat(
      "#compdef cfsroot\n"
      "# made by `cfsroot completion zsh`\n"
      "_cfsroot() {\n"
      "  local -a commands=(\n",
      names,
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n",
      cases,
      "  esac\n"
      "}\n"
      "_cfsroot \"$@\"\n");
}

// ---- fish: one `complete` an option ----------------------------------------------------------

std::string fish_text(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish(const CLI::App& app) {
  std::string out = "# fish completion of cfsroot, made by `cfsroot completion fish`\n";
  for (const CLI::App* command : commands(app)) {
    out += cat("complete -c cfsroot -n __fish_use_subcommand -f -a ", command->get_name(), " -d ",
               fish_text(command->get_description()), "\n");
    if (const std::string known = argument_choices(*command); !known.empty())
      out += cat("complete -c cfsroot -n '__fish_seen_subcommand_from ", command->get_name(),
                 "' -f -a ", fish_text(known), "\n");
    for (const CLI::Option* option : switches(*command)) {
      out += cat("complete -c cfsroot -n '__fish_seen_subcommand_from ", command->get_name(), "'");
      for (const std::string& name : option->get_snames()) out += cat(" -s ", name);
      for (const std::string& name : option->get_lnames()) out += cat(" -l ", name);
      if (takes_value(*option)) out += " -r";
      if (const std::string values = choices(*option); !values.empty())
        out += cat(" -f -a ", fish_text(values));
      out += cat(" -d ", fish_text(option->get_description()), "\n");
    }
  }
  return out;
}

// ---- the OPTIONS section of a manual page ----------------------------------------------------

std::string markdown(const CLI::App& command) {
  std::string out = cat("## OPTIONS\n\n");
  for (const CLI::Option* option : command.get_options()) {
    std::string names;
    if (!option->nonpositional()) {
      names = cat("`", option->get_name(true), "`");
    } else {
      for (const std::string& name : spellings(*option)) {
        std::string value;
        if (takes_value(*option)) {
          std::string type = option->get_type_name();
          value = cat(name.starts_with("--") ? "=" : " ", type);
        }
        names += cat(names.empty() ? "" : ", ", "`", name, value, "`");
      }
    }
    out += cat("* ", names, ": ", option->get_description(), "\n");
  }
  return out;
}

}  // namespace

void add_descriptions(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands(app)) names.push_back(command->get_name());
  auto of = [&](const char* name, const char* summary, const char* argument, const char* what,
                const std::vector<std::string>& values) {
    add_choice(*app.add_subcommand(name, summary), argument, what, values, [](const auto&) {
    })->required();
  };
  of("completion", "print completions for a shell", "SHELL", "which shell",
     {"bash", "fish", "zsh"});
  of("options", "print a command's options as manual pages have them", "COMMAND", "which command",
     names);
}

std::string description(const CLI::App& app, const CLI::App& chosen) {
  const std::string what = chosen.get_options().back()->results().front();
  if (chosen.get_name() == "options") return markdown(*app.get_subcommand(what));
  return what == "bash" ? bash(app) : what == "zsh" ? zsh(app) : fish(app);
}

}  // namespace cfs::tools
