// SPDX-License-Identifier: MIT
// The command line of a tool. Options are rows: the parser, --help, the man page and the completions read
// the same ones.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/offer.h"

namespace pageloupe {

// Exit codes that all tools share; ppmap has pmap's 42 beside them.
enum ExitCode : int {
  kExitOk = 0,
  kExitNothing = 1,  // nothing delivered, or writing failed
  kExitUsage = 2,
  kExitPartial = 3,  // some of what was asked for is missing; stderr and JSON name it
};

struct OptionInfo {
  std::string names{};  // "-o,--output"
  std::string value{};  // "LIST", empty for a flag
  std::string help{};
  std::string section{};    // heading in --help
  Completion completion{};  // of the value
  bool repeatable = false;
  bool for_build = false;  // not for users: no shell offers it
};

class CommandLine {
 public:
  struct About {
    std::string tool;      // "ppmap"
    std::string summary;   // one line
    std::string synopsis;  // behind the tool's name
    std::string examples;  // lines, at the end of --help
  };

  explicit CommandLine(About about);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // The heading that the options added next stand under.
  void section(std::string title);

  void flag(const std::string& names, bool& to, const std::string& help);
  void counter(const std::string& names, int& to, const std::string& help);  // -XX is 2
  void text(const std::string& names, const std::string& value, std::string& to, const std::string& help);
  void text(const std::string& names, const std::string& value, std::optional<std::string>& to,
            const std::string& help);
  // The value may be left out: then it is empty.
  void optional_text(const std::string& names, const std::string& value, std::optional<std::string>& to,
                     const std::string& help);
  // Without "=VALUE" behind its name it has the usual value; the word that follows is never taken for it.
  void usual_text(const std::string& name, const std::string& value, const std::string& usual,
                  std::optional<std::string>& to, const std::string& help);
  void texts(const std::string& names, const std::string& value, std::vector<std::string>& to,
             const std::string& help);  // repeatable
  // A file whose lines NAME = VALUE stand for the options of these names where the command line has none. It
  // need not be there; a name that is no option is an error. The user may name another one by `names`.
  void settings_file(const std::string& names, const std::string& path, const std::string& help);
  void operands(const std::string& name, std::vector<std::string>& to, const std::string& help);

  // Of the option, or the operands, added last: what a shell offers for the value, where the value's name
  // does not say it (cli/offer.h).
  void offers(Completion completion);
  void is_for_build();
  // What stands behind "--" is a program with its arguments; the caller takes it off before parse().
  void takes_program() { runs_program_ = true; }

  // Nothing when the tool shall go on; else the exit code, after help, the version or a message was printed.
  [[nodiscard]] std::optional<int> parse(std::span<char* const> arguments);

  [[nodiscard]] const About& about() const { return about_; }
  [[nodiscard]] std::span<const OptionInfo> options() const { return options_; }
  [[nodiscard]] const OptionInfo& operand() const { return operands_; }
  [[nodiscard]] bool runs_program() const { return runs_program_; }
  [[nodiscard]] std::string help() const;

 private:
  struct Parser;

  void add(const std::string& names, const std::string& value, const std::string& help,
           bool repeatable = false);
  [[nodiscard]] std::optional<int> refuse(const std::string& message) const;
  [[nodiscard]] std::string missing_value(std::string_view message) const;

  About about_;
  std::vector<OptionInfo> options_;
  OptionInfo operands_;
  OptionInfo* last_ = nullptr;
  bool runs_program_ = false;
  std::string section_ = "Options";
  bool wants_help_ = false;
  bool wants_version_ = false;
  std::unique_ptr<Parser> parser_;
};

}  // namespace pageloupe
