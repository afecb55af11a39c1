// SPDX-License-Identifier: MIT
// The only place that includes CLI11: it costs seconds to compile.
#include "cli/command_line.h"

#include <cerrno>
#include <cstring>

#include <CLI/CLI.hpp>

#include "cli/message.h"
#include "field/field.h"
#include "render/format.h"

namespace pageloupe {

struct CommandLine::Parser {
  CLI::App app;
};

CommandLine::CommandLine(About about) : about_(std::move(about)), parser_(std::make_unique<Parser>()) {
  parser_->app.set_help_flag();  // ours is made from the table
  parser_->app.option_defaults()->always_capture_default(false);
}

CommandLine::~CommandLine() = default;

void CommandLine::section(std::string title) { section_ = std::move(title); }

void CommandLine::add(const std::string& names, const std::string& value, const std::string& help,
                      bool repeatable) {
  options_.push_back({names, value, help, section_, usual_completion(value), repeatable});
  last_ = &options_.back();
}

void CommandLine::offers(Completion completion) { last_->completion = std::move(completion); }

void CommandLine::is_for_build() { last_->for_build = true; }

void CommandLine::flag(const std::string& names, bool& to, const std::string& help) {
  parser_->app.add_flag(names, to);
  add(names, "", help);
}

void CommandLine::counter(const std::string& names, int& to, const std::string& help) {
  parser_->app.add_flag(names, to);
  add(names, "", help, true);
}

void CommandLine::text(const std::string& names, const std::string& value, std::string& to,
                       const std::string& help) {
  parser_->app.add_option(names, to)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add(names, value, help);
}

void CommandLine::text(const std::string& names, const std::string& value, std::optional<std::string>& to,
                       const std::string& help) {
  parser_->app.add_option(names, to)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add(names, value, help);
}

void CommandLine::optional_text(const std::string& names, const std::string& value,
                                std::optional<std::string>& to, const std::string& help) {
  const auto take = [&to](const CLI::results_t& found) {
    to = found.empty() ? std::string() : found.back();
    return true;
  };
  parser_->app.add_option(names, CLI::callback_t(take), "")
      ->expected(0, 1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add(names, value, help);
}

void CommandLine::usual_text(const std::string& name, const std::string& value, const std::string& usual,
                             std::optional<std::string>& to, const std::string& help) {
  parser_->app.add_flag(name + "{" + usual + "}", to)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add(name, "[=" + value + "]", help);
}

void CommandLine::texts(const std::string& names, const std::string& value, std::vector<std::string>& to,
                        const std::string& help) {
  parser_->app.add_option(names, to)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add(names, value, help, true);
}

void CommandLine::settings_file(const std::string& names, const std::string& path, const std::string& help) {
  parser_->app.set_config(names, path);
  parser_->app.allow_config_extras(CLI::config_extras_mode::error);
  add(names, "FILE", help);
}

void CommandLine::operands(const std::string& name, std::vector<std::string>& to, const std::string& help) {
  parser_->app.add_option(name, to)->expected(-1);
  operands_ = {.names = name, .help = help, .completion = usual_completion(name)};
  last_ = &operands_;
}

std::optional<int> CommandLine::refuse(const std::string& message) const {
  complain(about_.tool, message + "\nTry '" + about_.tool + " --help'.");
  return kExitUsage;
}

// CLI11 says "--sort: 1 required TEXT missing"; its own words where that is not what it says.
std::string CommandLine::missing_value(std::string_view message) const {
  auto rest = message;
  const auto name = take_until(rest, ':');
  for (const auto& option : options_) {
    std::string_view names = option.names;
    while (!names.empty()) {
      if (take_until(names, ',') == name && !option.value.empty())
        return "option " + std::string(name) + " needs " + option.value;
    }
  }
  return one_line(message);
}

std::optional<int> CommandLine::parse(std::span<char* const> arguments) {
  section("Help");
  flag("-h,--help", wants_help_, "this text");
  flag("-V,--version", wants_version_, "the version");
  try {
    parser_->app.parse(static_cast<int>(arguments.size()), const_cast<char**>(arguments.data()));
  } catch (const CLI::ExtrasError&) {
    const auto unknown = parser_->app.remaining().front();
    std::vector<std::string_view> known;
    for (const auto& option : options_) {
      std::string_view names = option.names;
      while (!names.empty()) known.push_back(take_until(names, ','));
    }
    const auto nearest = unknown.size() > 2 ? nearest_name(unknown, known) : std::string{};
    return refuse("unknown option " + one_line(unknown) +
                  (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
  } catch (const CLI::ArgumentMismatch& error) {
    return refuse(missing_value(error.what()));
  } catch (const CLI::ParseError& error) {
    return refuse(one_line(error.what()));
  }
  if (wants_help_ || wants_version_) {
    const auto text = wants_help_ ? help() : about_.tool + " (pageloupe) " PAGELOUPE_VERSION "\n";
    const int error = say(text);
    if (error == 0 || error == EPIPE) return kExitOk;
    complain(about_.tool,
             std::string("cannot write: ") + std::strerror(error));  // NOLINT(concurrency-mt-unsafe)
    return kExitNothing;
  }
  return std::nullopt;
}

std::string CommandLine::help() const {
  std::string text = "Usage: " + about_.tool + " " + about_.synopsis + "\n" + about_.summary + "\n";
  if (!operands_.help.empty())
    text += "\n  " + format_text("{:<26}", operands_.names) + operands_.help + "\n";
  std::string_view heading;
  for (const auto& option : options_) {
    if (option.section != heading) {
      heading = option.section;
      text += "\n" + option.section + "\n";
    }
    std::string names = option.names;
    if (const auto comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
    if (names.starts_with("--")) names.insert(0, "    ");
    text += format_text("  {:<26}", names + (option.value.empty() ? "" : " " + option.value));
    if (names.size() + option.value.size() > 24) text += "\n" + std::string(28, ' ');
    text += option.help + "\n";
  }
  if (!about_.examples.empty()) text += "\nExamples\n" + about_.examples;
  return text;
}

}  // namespace pageloupe
