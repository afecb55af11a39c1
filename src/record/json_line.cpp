// SPDX-License-Identifier: MIT
#include "record/json_line.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace pageloupe {
namespace {

// What the parser of JSON calls as it goes along: nothing is built that is not kept.
class Flattener {
 public:
  using Json = nlohmann::json;

  Flattener(std::string& texts, std::vector<LineMember>& members) : texts_(texts), members_(members) {}

  bool null() { return scalar(std::monostate{}); }
  bool boolean(bool value) { return scalar(value); }
  bool number_integer(Json::number_integer_t value) { return scalar(std::int64_t{value}); }
  bool number_unsigned(Json::number_unsigned_t value) { return scalar(std::uint64_t{value}); }
  bool number_float(Json::number_float_t value, const std::string& /*as written*/) { return scalar(value); }
  bool string(const std::string& value) { return scalar(keep(value)); }
  bool binary(const Json::binary_t& /*value*/) { return false; }

  bool key(const std::string& name) {
    if (depth_ <= kKept) levels_[depth_ - 1].key = keep(name);
    return true;
  }
  bool start_object(std::size_t /*members*/) {
    const bool section = depth_ == 1 && !levels_[0].array;
    if (!open(false)) return false;
    if (section) members_.push_back({.section = levels_[0].key});
    return true;
  }
  bool start_array(std::size_t /*elements*/) { return depth_ != 0 && open(true); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

 private:
  static constexpr std::size_t kKept = 3;                            // the line, a section, an array in it
  static constexpr std::size_t kDeepest = 16;                        // a line of brackets is refused early
  static constexpr std::size_t kMostMembers = std::size_t{1} << 21;  // as many as there may be PIDs

  struct Level {
    bool array = false;
    std::string_view key{};
    std::uint32_t element = 0;
  };

  std::string_view keep(const std::string& text) {
    const auto begin = texts_.size();
    texts_ += text;  // within what was reserved: views stay
    return std::string_view(texts_).substr(begin);
  }

  bool open(bool array) {
    if (depth_ < kKept) levels_[depth_] = {.array = array};
    return ++depth_ <= kDeepest;
  }
  bool close() {
    --depth_;
    count_element();
    return true;
  }
  void count_element() {
    if (depth_ >= 1 && depth_ <= kKept && levels_[depth_ - 1].array) ++levels_[depth_ - 1].element;
  }

  bool scalar(Scalar value) {
    if (depth_ == 0) return false;
    const auto& [line, second, third] = levels_;
    if (depth_ == 1) {
      members_.push_back({.name = line.key, .value = value});
    } else if (depth_ == 2) {
      members_.push_back(
          second.array
              ? LineMember{.name = line.key, .element = second.element, .in_array = true, .value = value}
              : LineMember{.section = line.key, .name = second.key, .value = value});
    } else if (depth_ == 3 && !second.array && third.array) {
      members_.push_back({.section = line.key,
                          .name = second.key,
                          .element = third.element,
                          .in_array = true,
                          .value = value});
    }
    count_element();
    return members_.size() <= kMostMembers;
  }

  std::string& texts_;
  std::vector<LineMember>& members_;
  std::array<Level, kKept> levels_{};
  std::size_t depth_ = 0;
};

}  // namespace

Result<void> JsonLine::parse(std::string_view line) {
  texts_.clear();
  texts_.reserve(line.size());  // no text is longer than it is written
  members_.clear();
  Flattener flattener(texts_, members_);
  if (!nlohmann::json::sax_parse(line.begin(), line.end(), &flattener)) {
    members_.clear();
    return malformed("recording");
  }
  return {};
}

const Scalar* JsonLine::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      members_, [name](const LineMember& member) { return member.section.empty() && member.name == name; });
  return found == members_.end() ? nullptr : &found->value;
}

std::optional<std::uint64_t> JsonLine::whole(std::string_view name) const {
  const auto* value = find(name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::uint64_t>(value);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::string_view JsonLine::text(std::string_view name) const {
  const auto* value = find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string_view>(value);
  return text == nullptr ? std::string_view{} : *text;
}

}  // namespace pageloupe
