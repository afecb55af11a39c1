// SPDX-License-Identifier: MIT
#include "pstat/ps_syntax.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "perf/event.h"
#include "pstat/ps_letters.h"

namespace pageloupe::pstat {
namespace {

using Rewritten = std::expected<void, std::string>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_unsigned(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

template <std::size_t N>
const Letter* find_letter(const std::array<Letter, N>& letters, char letter) {
  const auto* const found = std::ranges::find(letters, letter, &Letter::letter);
  return found == letters.end() ? nullptr : found;
}

// True where `cluster` would be one of BSD's up to its first value.
bool is_bsd_cluster(std::string_view cluster) {
  for (const char letter : cluster) {
    const auto* const known = find_letter(kBsdLetters, letter);
    if (known == nullptr || !known->refusal.empty()) return false;
    if (known->takes != Takes::nothing) return true;
  }
  return !cluster.empty();
}

// True for events that can be counted, with commas between them.
bool is_event_list(std::string_view list) {
  while (!list.empty()) {
    const bool last = !list.contains(',');
    if (!perf::find_event(take_until(list, ','))) return false;
    if (last) return true;
  }
  return false;
}

class Rewriter {
 public:
  Rewriter(std::span<const std::string> arguments, const IsUser& is_user)
      : rest_(arguments), is_user_(is_user) {}

  std::expected<std::vector<std::string>, std::string> run() {
    while (!rest_.empty()) {
      const std::string_view argument = take();
      if (argument == "--") {
        operands_.insert(operands_.end(), rest_.begin(), rest_.end());
        break;
      }
      if (const auto done = rewrite(argument); !done) return std::unexpected(done.error());
    }
    if (bsd_) result_.insert(result_.begin(), "--bsd");
    // Behind "--", where an option that may be repeated cannot take them for more of its values.
    if (!operands_.empty()) result_.emplace_back("--");
    result_.insert(result_.end(), operands_.begin(), operands_.end());
    return std::move(result_);
  }

 private:
  std::string_view take() {
    const std::string_view argument = rest_.front();
    rest_ = rest_.subspan(1);
    return argument;
  }

  Rewritten rewrite(std::string_view argument) {
    if (argument.starts_with("--")) return rewrite_long(argument);
    if (argument.size() > 1 && is_digit(argument[1])) {
      if (argument.front() == '-') return add_bsd(result_, "--pgid=" + std::string(argument.substr(1)));
      if (argument.front() == '+') return add_bsd(result_, "--sid=" + std::string(argument.substr(1)));
    }
    if (argument.starts_with('-') && argument.size() > 1) return rewrite_unix(argument.substr(1));
    if (!argument.empty() && is_digit(argument.front())) return add_bsd(operands_, std::string(argument));
    if (!argument.empty() && is_letter(argument.front())) return rewrite_bsd(argument);
    return std::unexpected("'" + std::string(argument) + "' is neither an option nor a process ID");
  }

  Rewritten add_bsd(std::vector<std::string>& to, std::string argument) {
    bsd_ = true;
    to.push_back(std::move(argument));
    return {};
  }

  Rewritten rewrite_unix(std::string_view cluster) {
    if (means_bsd(cluster)) return rewrite_bsd(cluster);
    const auto whole = cluster;
    while (!cluster.empty()) {
      const char letter = cluster.front();
      cluster.remove_prefix(1);
      const auto* const known = find_letter(kUnixLetters, letter);
      if (known == nullptr) return unknown(letter, "-" + std::string(whole));
      if (const auto added = add(*known, "-", cluster); !added) return added;
    }
    return {};
  }

  Rewritten rewrite_bsd(std::string_view cluster) {
    const auto whole = cluster;
    bsd_ = true;
    while (!cluster.empty()) {
      const char letter = cluster.front();
      cluster.remove_prefix(1);
      const auto* const known = find_letter(kBsdLetters, letter);
      if (known == nullptr) return unknown(letter, std::string(whole));
      if (const auto added = add(*known, "", cluster); !added) return added;
    }
    return {};
  }

  // As ps does: a dash before what only BSD's letters can be, as in "-aux" where no user is called x.
  [[nodiscard]] bool means_bsd(std::string_view cluster) const {
    if (!is_bsd_cluster(cluster)) return false;
    for (std::size_t at = 0; at < cluster.size(); ++at) {
      const auto* const known = find_letter(kUnixLetters, cluster[at]);
      if (known == nullptr) return true;
      if (known->takes == Takes::nothing) continue;
      const auto value = cluster.substr(at + 1);
      return cluster[at] == 'u' && !value.empty() && !is_user_(value);
    }
    return false;
  }

  // Takes the value, where there is to be one, off `cluster` or the arguments.
  Rewritten add(const Letter& letter, std::string_view dash, std::string_view& cluster) {
    const auto name = std::string(dash) + letter.letter;
    if (!letter.refusal.empty())
      return std::unexpected("option " + name + " of ps: " + std::string(letter.refusal));
    if (letter.takes == Takes::nothing) {
      if (!letter.option.empty()) result_.emplace_back(letter.option);
      return {};
    }
    auto value = std::exchange(cluster, {});
    const bool next_may_be =
        !rest_.empty() && !(letter.takes == Takes::terminal && rest_.front().starts_with('-'));
    if (value.empty() && next_may_be) value = take();
    if (value.empty() && letter.takes == Takes::terminal) {
      result_.emplace_back("--own-tty");
      return {};
    }
    if (value.empty()) return std::unexpected("a value must follow " + name);
    result_.push_back(std::string(letter.option) + std::string(value));
    return {};
  }

  static Rewritten unknown(char letter, const std::string& argument) {
    const auto shown = letter >= ' ' && letter <= '~' ? std::string(1, letter) : std::string("?");
    return std::unexpected("unknown option '" + shown + "'" +
                           (argument.size() > 1 ? " in '" + argument + "'" : ""));
  }

  Rewritten rewrite_long(std::string_view argument) {
    const auto equals = argument.find('=');
    auto name = argument.substr(0, equals);
    std::optional<std::string_view> value;
    if (equals != std::string_view::npos) value = argument.substr(equals + 1);
    if (const auto special = rewrite_special(name, value)) return *special;
    const auto* const of_ps = std::ranges::find(kPsLongNames, name, &LongName::name);
    if (of_ps != kPsLongNames.end()) {
      if (!of_ps->refusal.empty()) {
        return std::unexpected("option " + std::string(name) + " of ps: " + std::string(of_ps->refusal));
      }
      name = of_ps->option;
    }
    if (std::ranges::find(kLongWithValue, name) == kLongWithValue.end()) {
      result_.push_back(std::string(name) + (value ? "=" + std::string(*value) : ""));
      return {};
    }
    if (!value && !rest_.empty()) value = take();
    if (!value || value->empty())
      return std::unexpected("a value must follow " + std::string(argument.substr(0, equals)));
    result_.push_back(std::string(name) + "=" + std::string(*value));
    return {};
  }

  // Names that mean one thing in ps and another here, told apart by what follows; nothing for all others.
  std::optional<Rewritten> rewrite_special(std::string_view name, std::optional<std::string_view> value) {
    const auto next = value ? *value : rest_.empty() ? std::string_view{} : std::string_view(rest_.front());
    if (name == "--help" ||
        name == "--version") {  // of ps too, and with a word behind it: nothing else matters
      rest_ = {};
      result_ = {std::string(name)};
      operands_.clear();
      bsd_ = false;
      return Rewritten{};
    }
    if (name == "--tree" && !value) {
      result_.push_back(is_unsigned(next) ? "--tree=" + std::string(take()) : "--tree=all");
      return Rewritten{};
    }
    if (name == "--count" && !value) {
      result_.push_back(is_event_list(next) ? "--count=" + std::string(take()) : "--count=all");
      return Rewritten{};
    }
    if (name == "--columns" && is_unsigned(next)) {
      result_.push_back("--cols=" + std::string(value ? next : take()));
      return Rewritten{};
    }
    if (name == "--format" && std::ranges::find(kOurFormats, next) != kOurFormats.end()) {
      result_.push_back("--format=" + std::string(value ? next : take()));
      return Rewritten{};
    }
    return std::nullopt;
  }

  std::span<const std::string> rest_;
  const IsUser& is_user_;
  std::vector<std::string> result_{};
  std::vector<std::string> operands_{};
  bool bsd_ = false;
};

}  // namespace

std::expected<std::vector<std::string>, std::string> rewrite_ps_syntax(std::span<const std::string> arguments,
                                                                       const IsUser& is_user) {
  return Rewriter(arguments, is_user).run();
}

}  // namespace pageloupe::pstat
