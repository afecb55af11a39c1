// SPDX-License-Identifier: MIT
#include "field/filter_node.h"

#include <algorithm>

namespace pageloupe {
namespace {

Truth negate(Truth truth) {
  return truth == Truth::unknown ? truth : truth == Truth::yes ? Truth::no : Truth::yes;
}

Truth truth(bool yes) { return yes ? Truth::yes : Truth::no; }

Truth decide(std::partial_ordering order, Compare compare) {
  switch (compare) {
    case Compare::equal: return truth(order == 0);
    case Compare::unequal: return truth(order != 0);
    case Compare::less: return truth(order < 0);
    case Compare::less_equal: return truth(order <= 0);
    case Compare::greater: return truth(order > 0);
    case Compare::greater_equal: return truth(order >= 0);
    case Compare::like:
    case Compare::unlike:
    case Compare::set:
    case Compare::null: break;
  }
  std::unreachable();
}

bool regex_finds(const regex_t& regex, std::string_view text) {
  regmatch_t range{};
  range.rm_so = 0;
  range.rm_eo = static_cast<regoff_t>(text.size());
  // With REG_STARTEND the range ends the text, not a NUL.
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  return ::regexec(&regex, text.data(), 1, &range, REG_STARTEND) == 0;
}

// A cell's number against the comparison's, each kind of cell in its own unit.
struct Against {
  const Filter::Node& node;

  std::partial_ordering operator()(Errc) const { return std::partial_ordering::unordered; }
  std::partial_ordering operator()(bool value) const { return static_cast<double>(value) <=> node.number; }
  std::partial_ordering operator()(std::uint64_t value) const {
    return static_cast<double>(value) <=> node.number;
  }
  std::partial_ordering operator()(std::int64_t value) const {
    return static_cast<double>(value) <=> node.number;
  }
  std::partial_ordering operator()(Percent value) const { return value.value <=> node.number; }
  std::partial_ordering operator()(Address value) const { return value.value <=> node.exact; }
  std::partial_ordering operator()(Inode value) const { return value.value <=> node.exact; }
  std::partial_ordering operator()(Bytes value) const {
    return static_cast<double>(value.value) <=> node.number;
  }
  std::partial_ordering operator()(ByteChange value) const {
    return static_cast<double>(value.value) <=> node.number;
  }
  std::partial_ordering operator()(Nanoseconds value) const {
    return static_cast<double>(value.value) <=> node.number;
  }
  std::partial_ordering operator()(Timestamp value) const {
    return static_cast<double>(value.value) <=> node.number;
  }
  std::partial_ordering operator()(Rate value) const { return value.value <=> node.number; }
  std::partial_ordering operator()(Number value) const { return value.value <=> node.number; }
  std::partial_ordering operator()(Device value) const {
    return (std::uint64_t{value.major} << 32 | value.minor) <=> node.exact;
  }
  std::partial_ordering operator()(std::string_view value) const {
    return value <=> std::string_view(node.text);
  }
};

// Not zero, not "no", not empty.
struct IsSet {
  bool operator()(Errc) const { return false; }
  bool operator()(bool value) const { return value; }
  bool operator()(std::uint64_t value) const { return value != 0; }
  bool operator()(std::int64_t value) const { return value != 0; }
  bool operator()(std::string_view value) const { return !value.empty(); }
  bool operator()(Device value) const { return value != Device{}; }
  template <class Tag, class Rep>
  bool operator()(Quantity<Tag, Rep> value) const {
    return value.value != Rep{};
  }
};

Truth compare_cell(const Filter::Node& node, const Value& value) {
  if (node.compare == Compare::null) return truth(!has_value(value));
  if (!has_value(value)) return Truth::unknown;
  if (node.compare == Compare::set) return truth(std::visit(IsSet{}, value));
  if (node.regex) {
    const auto* text = std::get_if<std::string_view>(&value);
    const bool found = text != nullptr && regex_finds(*node.regex, *text);
    return truth(found == (node.compare == Compare::like));
  }
  return decide(std::visit(Against{node}, value), node.compare);
}

}  // namespace

Truth evaluate(const Filter::Node& node, const std::function<Value(std::size_t)>& cell) {
  using Kind = Filter::Node::Kind;
  switch (node.kind) {
    case Kind::comparison: return compare_cell(node, cell(node.column));
    case Kind::negation: return negate(evaluate(*node.children.front(), cell));
    case Kind::all: {
      auto result = Truth::yes;
      for (const auto& child : node.children) result = std::min(result, evaluate(*child, cell));
      return result;
    }
    case Kind::any: {
      auto result = Truth::no;
      for (const auto& child : node.children) result = std::max(result, evaluate(*child, cell));
      return result;
    }
  }
  std::unreachable();
}

}  // namespace pageloupe
