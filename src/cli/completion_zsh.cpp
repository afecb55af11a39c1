// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/text.h"
#include "cli/completion.h"
#include "render/format.h"

namespace pageloupe {
namespace {

// What the functions below are called by: the first argument says whether the value is a list.
constexpr std::string_view kFunctions = R"_(
_pageloupe_@_list() { compset -P '*,'; compadd -qS , -a - "$1" }

_pageloupe_@_column_names() {
  local -a suffix=()
  [[ $1 == list ]] && { compset -P '*,'; suffix=(-qS ,) }
  [[ $1 == filter ]] && { compset -P '*[ (]'; suffix=(-S '') }
  compset -P '[-+]'
  local -a columns
  _pageloupe_@_columns
  _describe -t columns column columns "${suffix[@]}"
}

_pageloupe_@_programs() {
  local -aU names=(${(f)"$(cat /proc/<->/comm 2> /dev/null)"})
  _pageloupe_@_list names
}

)_";

constexpr std::string_view kProgram = R"(
local -i dashes=${words[(i)--]}
if (( dashes < CURRENT )); then
  shift $dashes words
  (( CURRENT -= dashes ))
  _normal
  return
fi
)";

void append_replaced(Buffer& buffer, std::string_view text, std::string_view tool) {
  while (!text.empty()) {
    const bool marked = text.contains('@');
    append(buffer, take_until(text, '@'));
    // "${suffix[@]}" is zsh's own.
    if (marked) append(buffer, text.starts_with(']') ? std::string_view("@") : tool);
  }
}

// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.contains(c)) result += '\\';
    result += c;
  }
  return result;
}

void append_column_function(std::string_view tool, std::span<const ColumnChoice> columns, Buffer& buffer) {
  append_format(buffer, "_pageloupe_{}_columns() {{\n", tool);
  for (const auto& choice : columns) {
    if (choice.option.empty()) {
      append(buffer, "  (( $#columns )) || columns=(\n");
    } else {
      append_format(buffer, "  (( ! $#columns && ${{words[(I){}(|=*)]}} )) && columns=(\n", choice.option);
    }
    for (const auto* column : choice.columns) {
      append(buffer, "    ");
      append_shell_quoted(buffer, escaped(column->name, ":") + ":" + std::string(column->help));
      append(buffer, "\n");
    }
    append(buffer, "  )\n");
  }
  append(buffer, "}\n");
}

std::string words_of(const Completion& completion) {
  std::string words;
  for (const auto& word : completion.words) words += (words.empty() ? "" : " ") + word;
  return words;
}

// The action of _arguments for a value; one that begins with a blank is called without arguments of its own.
std::string action(std::string_view tool, const Completion& completion) {
  const auto function = " _pageloupe_" + std::string(tool);
  const std::string each = completion.is_list ? "_sequence " : "";
  const std::string list = completion.is_list ? " list" : " one";
  switch (completion.offer) {
    case Offer::nothing: return " ";
    case Offer::words:
      return completion.is_list
                 ? "{local -a choices=(" + words_of(completion) + ");" + function + "_list choices}"
                 : "(" + words_of(completion) + ")";
    case Offer::columns:
    case Offer::sort_keys: return function + "_column_names" + list;
    case Offer::expression: return function + "_column_names filter";
    case Offer::files: return "_files";
    case Offer::directories: return "_directories";
    case Offer::processes_or_files: return " _alternative \"processes:process:_pids\" \"files:file:_files\"";
    case Offer::processes: return each + "_pids";
    case Offer::users: return each + "_users";
    case Offer::groups: return each + "_groups";
    case Offer::terminals: return each + "_ttys";
    case Offer::programs: return function + "_programs";
  }
  std::unreachable();
}

// '(-o --output)'{-o+,--output=}'[help]:LIST:action', or without the braces where there is one name.
void append_option(std::string_view tool, const OptionInfo& option, Buffer& buffer) {
  std::string all;
  std::string specs;
  std::string_view names = option.names;
  while (!names.empty()) {
    const std::string name(take_until(names, ','));
    const bool is_long = name.starts_with("--");
    all += (all.empty() ? "" : " ") + name;
    specs += (specs.empty() ? "" : ",") + name + (!takes_word(option.value) ? "" : is_long ? "=" : "+");
  }
  std::string rest = "[" + escaped(option.help, "[]\\") + "]";
  if (takes_word(option.value)) {
    rest += std::string(is_optional(option.value) ? "::" : ":") + escaped(option.value, ":") + ":" +
            action(tool, option.completion);
  }
  append(buffer, "  ");
  append_shell_quoted(buffer, option.repeatable ? "*" : "(" + all + ")");
  append(buffer, all.contains(' ') ? "{" + specs + "}" : specs);
  append_shell_quoted(buffer, rest);
  append(buffer, " \\\n");
}

}  // namespace

void append_shell_quoted(Buffer& buffer, std::string_view text) {
  buffer.push_back('\'');
  for (const char c : text) append(buffer, c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1));
  buffer.push_back('\'');
}

void append_zsh_completion(const CommandLine& line, std::span<const ColumnChoice> columns, Buffer& buffer) {
  const auto& tool = line.about().tool;
  append_format(
      buffer, "#compdef {0}\n# zsh completion for {0}, made of its options by {0} --describe zsh.\n\n", tool);
  append_column_function(tool, columns, buffer);
  append_replaced(buffer, kFunctions, tool);
  if (line.runs_program()) append(buffer, kProgram.substr(1));
  append(buffer, "_arguments -s -S : \\\n");
  for (const auto& option : line.options()) {
    if (!option.for_build) append_option(tool, option, buffer);
  }
  const auto& operand = line.operand();
  if (operand.completion.offer != Offer::nothing) {
    append(buffer, "  ");
    append_shell_quoted(buffer, "*:" + operand.names + ":" + action(tool, operand.completion));
  } else {
    append(buffer, "  && return 0");
  }
  append(buffer, "\n");
}

}  // namespace pageloupe
