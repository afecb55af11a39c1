// SPDX-License-Identifier: MIT
// Works with bash-completion and without it. Words are compared, never given to compgen -W, which would
// evaluate them.
#include <algorithm>

#include "base/text.h"
#include "cli/completion.h"
#include "render/format.h"

namespace pageloupe {
namespace {

// Where the cursor is: `option` is what the word may be a value of, `cur` what has been typed of it, `head`
// what is kept before it.
constexpr std::string_view kBegin =
    R"(  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} head='' word dashes=0 i
  local -a words=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && dashes=$i && break
  done
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $cur == --*=* ]]; then
    option=${cur%%=*} head=${cur%%=*}= cur=${cur#*=}
  fi
  cur=${cur#[\"\']}
  ((dashes)) && option=''
)";

constexpr std::string_view kProgram = R"(  if ((dashes)); then
    if declare -F _command_offset > /dev/null; then
      _command_offset $((dashes + 1))
    elif ((COMP_CWORD == dashes + 1)); then
      mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    else
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
    return 0
  fi
)";

constexpr std::string_view kEnd = R"(  for word in "${words[@]}"; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$head$word")
  done
  return 0
}
)";

constexpr std::string_view kList =
    R"(head+=${cur%"${cur##*,}"} cur=${cur##*,}; compopt -o nospace 2> /dev/null)";

void append_columns_function(std::string_view tool, std::span<const ColumnChoice> columns, Buffer& buffer) {
  append_format(buffer, "_pageloupe_{}_columns() {{\n", tool);
  for (const auto& choice : columns) {
    if (choice.option.empty()) {
      append(buffer, "  [[ ${#words[@]} -eq 0 ]] && words=(");
    } else {
      append_format(buffer,
                    "  [[ ${{#words[@]}} -eq 0 && \" ${{COMP_WORDS[*]}} \" == *' {}'[\\ =]* ]] && words=(",
                    choice.option);
    }
    for (const auto* column : choice.columns) append_format(buffer, "{} ", column->name);
    append(buffer, ")\n");
  }
  append(buffer, "}\n");
}

class Bash {
 public:
  Bash(std::string_view tool, Buffer& buffer)
      : columns_("_pageloupe_" + std::string(tool) + "_columns"), buffer_(buffer) {}

  // Statements that fill `words`, or COMPREPLY and return.
  void append_values(const Completion& completion);

 private:
  void statement(std::string_view text) { append_format(buffer_, "      {}\n", text); }

  std::string columns_;  // the function that fills `words` with them
  Buffer& buffer_;
};

void Bash::append_values(const Completion& completion) {
  if (completion.is_list) statement(kList);
  switch (completion.offer) {
    case Offer::nothing: statement("return 0"); return;
    case Offer::words:
      append(buffer_, "      words=(");
      for (const auto& word : completion.words) append_format(buffer_, "{} ", word);
      append(buffer_, ")\n");
      return;
    case Offer::columns:
      statement("[[ $cur == +* ]] && head+=+ cur=${cur#+}");
      statement(columns_);
      return;
    case Offer::sort_keys:
      statement("[[ $cur == [-+]* ]] && head+=${cur:0:1} cur=${cur:1}");
      statement(columns_);
      return;
    case Offer::expression:
      statement("compopt -o nospace 2> /dev/null");
      statement(columns_);
      return;
    case Offer::files:
    case Offer::directories:
      statement("compopt -o filenames 2> /dev/null");
      statement(completion.offer == Offer::files ? "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
                                                 : "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")");
      statement("return 0");
      return;
    case Offer::processes_or_files:
      statement("compopt -o filenames 2> /dev/null");
      statement("mapfile -t words < <(compgen -f -- \"$cur\")");
      [[fallthrough]];
    case Offer::processes:
      statement("for word in /proc/[0-9]*; do words+=(\"${word#/proc/}\"); done");
      return;
    case Offer::users: statement("mapfile -t words < <(compgen -u)"); return;
    case Offer::groups: statement("mapfile -t words < <(compgen -g)"); return;
    case Offer::terminals:
      statement("for word in /dev/pts/[0-9]*; do words+=(\"${word#/dev/}\"); done");
      return;
    case Offer::programs:
      statement("for i in /proc/[0-9]*/comm; do");
      statement("  { read -r word < \"$i\"; } 2> /dev/null && [[ $word =~ ^[A-Za-z0-9_.+-]+$ ]] || continue");
      statement("  [[ \" ${words[*]} \" == *\" $word \"* ]] || words+=(\"$word\")");
      statement("done");
      return;
  }
  std::unreachable();
}

}  // namespace

void append_bash_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer) {
  const auto& tool = line.about().tool;
  Bash bash(tool, buffer);
  append_format(buffer, "# bash completion for {0}, made of its options by {0} --describe bash.\n", tool);
  append_columns_function(tool, columns, buffer);
  append_format(buffer, "_pageloupe_{}() {{\n{}", tool, kBegin);
  if (line.runs_program()) append(buffer, kProgram);
  std::string flags;
  std::string optional;
  for (const auto& option : line.options()) {
    if (option.for_build) continue;
    std::string names = option.names;
    std::ranges::replace(names, ',', ' ');
    flags += names + " ";
    std::ranges::replace(names, ' ', '|');
    if (is_optional(option.value)) optional += (optional.empty() ? "" : "|") + names;
  }
  if (!optional.empty())
    append_format(buffer, "  [[ $cur == -* && $option == @({}) ]] && option=''\n", optional);
  append(buffer, "  case $option in\n");
  for (const auto& option : line.options()) {
    if (option.for_build || !takes_word(option.value)) continue;
    std::string names = option.names;
    std::ranges::replace(names, ',', '|');
    append_format(buffer, "    {})\n", names);
    bash.append_values(option.completion);
    append(buffer, "      ;;\n");
  }
  append(buffer, "    *)\n      if [[ $cur == -* ]] && ! ((dashes)); then\n");
  append_format(buffer, "        words=({})\n      else\n        :\n", flags);
  if (line.operand().completion.offer != Offer::nothing) bash.append_values(line.operand().completion);
  append(buffer, "      fi\n      ;;\n  esac\n");
  append(buffer, kEnd);
  append_format(buffer, "complete -F _pageloupe_{0} {0}\n", tool);
}

}  // namespace pageloupe
