// SPDX-License-Identifier: MIT
#include "pstat/lists.h"

#include "base/text.h"
#include "field/field.h"

namespace pageloupe::pstat {
namespace {

template <class T>
using Parsed = std::expected<T, std::string>;

constexpr std::int64_t kPidMax = 4194304;  // PID_MAX_LIMIT of the kernel

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Parsed<std::vector<std::string_view>> split(std::string_view list) {
  std::vector<std::string_view> items;
  while (true) {
    const auto end = list.find_first_of(", \t");
    if (end == 0 || list.empty()) return std::unexpected("improper list: there is an empty item");
    items.push_back(list.substr(0, end));
    if (end == std::string_view::npos) return items;
    list.remove_prefix(end + 1);
  }
}

// `parse` makes a T of an item, or a message.
template <class T, class Parse>
Parsed<std::vector<T>> parse_each(Lists lists, Parse parse) {
  std::vector<T> all;
  for (const auto& list : lists) {
    const auto items = split(list);
    if (!items) return std::unexpected(quoted(list) + ": " + items.error());
    for (const auto item : *items) {
      Parsed<T> parsed = parse(item);
      if (!parsed) return std::unexpected(parsed.error());
      all.push_back(std::move(*parsed));
    }
  }
  return all;
}

// "no user is called 'rot'; did you mean 'root'?"
std::string unknown_name(std::string_view kind, std::string_view name,
                         const std::vector<std::string>& known) {
  auto message = "no " + std::string(kind) + " is called " + quoted(name);
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto nearest = nearest_name(name, candidates);
  return nearest.empty() ? message : message + "; did you mean " + quoted(nearest) + "?";
}

std::string unanswered(std::string_view kind, std::string_view name) {
  return "the service of names does not answer: give the number of " + std::string(kind) + " " + quoted(name);
}

// A number as it is, as in ps: also where a name consists of digits.
Parsed<std::uint32_t> parse_number(std::string_view kind, std::string_view text) {
  const auto number = to_number<std::uint32_t>(text);
  if (!number) return std::unexpected(std::string(kind) + " ID out of range: " + quoted(text));
  return *number;
}

Parsed<std::int32_t> parse_tty(std::string_view text, const Accounts& accounts) {
  if (text == "?" || text == "-") return 0;
  const std::string name(text);
  if (text.starts_with('/')) {
    if (const auto device = accounts.device(name)) return *device;
  } else {
    for (const auto* directory : {"/dev/", "/dev/tty", "/dev/pts/"}) {
      if (const auto device = accounts.device(directory + name)) return *device;
    }
  }
  return std::unexpected("TTY could not be found: " + quoted(text));
}

}  // namespace

Parsed<Pid> parse_pid(std::string_view text) {
  if (!is_number(text))
    return std::unexpected("process ID list syntax error: " + quoted(text) + " is not a number");
  const auto number = to_number<std::int64_t>(text);
  if (!number || *number < 1 || *number > kPidMax) {
    return std::unexpected("process ID out of range: " + quoted(text) + " is not within 1 and " +
                           std::to_string(kPidMax));
  }
  return Pid{static_cast<std::int32_t>(*number)};
}

Parsed<std::vector<Pid>> parse_pids(Lists lists) { return parse_each<Pid>(lists, parse_pid); }

Parsed<std::vector<std::int32_t>> parse_ids(Lists lists) {
  return parse_each<std::int32_t>(lists, [](std::string_view item) -> Parsed<std::int32_t> {
    const auto pid = parse_pid(item);
    if (!pid) return std::unexpected(pid.error());
    return pid->value;
  });
}

Parsed<std::vector<std::string>> parse_names(Lists lists) {
  return parse_each<std::string>(
      lists, [](std::string_view item) -> Parsed<std::string> { return std::string(item); });
}

Parsed<std::vector<std::uint32_t>> parse_users(Lists lists, const Accounts& accounts) {
  return parse_each<std::uint32_t>(lists, [&](std::string_view item) -> Parsed<std::uint32_t> {
    if (is_number(item)) return parse_number("user", item);
    if (const auto user = accounts.user(std::string(item))) return *user;
    if (accounts.hang()) return std::unexpected(unanswered("user", item));
    return std::unexpected(unknown_name("user", item, accounts.user_names()));
  });
}

Parsed<std::vector<std::uint32_t>> parse_groups(Lists lists, const Accounts& accounts) {
  return parse_each<std::uint32_t>(lists, [&](std::string_view item) -> Parsed<std::uint32_t> {
    if (is_number(item)) return parse_number("group", item);
    if (const auto group = accounts.group(std::string(item))) return *group;
    if (accounts.hang()) return std::unexpected(unanswered("group", item));
    return std::unexpected(unknown_name("group", item, accounts.group_names()));
  });
}

Parsed<std::vector<std::int32_t>> parse_ttys(Lists lists, const Accounts& accounts) {
  return parse_each<std::int32_t>(lists, [&](std::string_view item) { return parse_tty(item, accounts); });
}

}  // namespace pageloupe::pstat
