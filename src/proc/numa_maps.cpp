// SPDX-License-Identifier: MIT
#include "proc/numa_maps.h"

#include <array>

#include "base/text.h"

namespace pageloupe {
namespace {

// The kernel's names of policies that have a blank in them.
constexpr auto kLongPolicies = std::to_array<std::string_view>({"prefer (many)", "weighted interleave"});

// The policy, with its flags and nodes, off the front of the line.
std::string_view take_policy(std::string_view& line) {
  for (const auto name : kLongPolicies) {
    if (!line.starts_with(name)) continue;
    const auto end = line.find(' ', name.size());
    const auto policy = line.substr(0, end);
    line.remove_prefix(policy.size());
    return policy;
  }
  return take_word(line);
}

struct Count {
  std::string_view key;
  Pages NumaMapping::* member;
};
constexpr auto kCounts = std::to_array<Count>({{"anon", &NumaMapping::anon},
                                               {"dirty", &NumaMapping::dirty},
                                               {"mapped", &NumaMapping::mapped},
                                               {"swapcache", &NumaMapping::swapcache},
                                               {"active", &NumaMapping::active},
                                               {"writeback", &NumaMapping::writeback}});

bool set_node(std::string_view number, std::uint64_t pages, NumaMapping& mapping) {
  const auto node = to_number<std::uint32_t>(number);
  const bool ascends = node && (mapping.nodes.empty() || mapping.nodes.back().node < *node);
  if (ascends) mapping.nodes.push_back({.node = *node, .pages = {pages}});
  return ascends;
}

bool is_node(std::string_view key) {
  return key.size() > 1 && key.front() == 'N' &&
         key.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

// "anon=12", "N0=3"; false where what must be a number is none.
bool set_value(std::string_view key, std::string_view text, NumaMapping& mapping) {
  const auto value = to_number<std::uint64_t>(text);
  for (const auto& count : kCounts) {
    if (count.key != key) continue;
    if (value) mapping.*count.member = Pages{*value};
    return value.has_value();
  }
  if (key == "mapmax") {
    mapping.mapmax = value.value_or(0);
    return value.has_value();
  }
  if (key == "kernelpagesize_kB") {
    mapping.page_size = value ? from_kib(*value) : std::nullopt;
    return mapping.page_size && *mapping.page_size != Bytes{};
  }
  return !is_node(key) || (value && set_node(key.substr(1), *value, mapping));
}

}  // namespace

void NumaMapping::clear() {
  policy.clear();
  nodes.clear();
  page_size.reset();
  for (const auto& count : kCounts) this->*count.member = Pages{};
  mapmax = 0;
}

bool parse_numa_line(std::string_view line, NumaMapping& mapping) {
  mapping.clear();
  const auto start = to_number<std::uint64_t>(take_word(line), 16);
  if (!start) return false;
  mapping.start = Address{*start};
  line = skip_blanks(line);
  mapping.policy = take_policy(line);
  if (mapping.policy.empty()) return false;
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
    const auto equals = word.find('=');
    // "heap", "stack", "huge"; a file's name is whatever it is.
    if (equals == std::string_view::npos || word.starts_with("file=")) continue;
    if (!set_value(word.substr(0, equals), word.substr(equals + 1), mapping)) return false;
  }
  return true;
}

Result<bool> NumaMapsReader::next(NumaMapping& mapping) {
  for (;;) {
    const auto text = stream_.pending();
    const auto end = text.find('\n');
    if (end != std::string_view::npos) {
      ++line_;
      const bool good = parse_numa_line(text.substr(0, end), mapping);
      stream_.consume(end + 1);
      if (!good) return malformed("numa_maps", {}, line_);
      return true;
    }
    const auto more = stream_.fill();
    if (!more) return std::unexpected(more.error());
    if (!*more) return text.empty() ? Result<bool>(false) : malformed("numa_maps", {}, line_ + 1);
  }
}

}  // namespace pageloupe
