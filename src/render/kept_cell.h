// SPDX-License-Identifier: MIT
// The text of a column's last cell. Most cells of a long list are as in the row before: copying their text
// costs a third of making it anew.
#pragma once

#include <string>

#include "field/value.h"
#include "render/output.h"

namespace pageloupe {

class KeptCell {
 public:
  // Appends the text of `value`, which write() appends where it is not the last one.
  template <class Write>
  void append(Buffer& buffer, const Value& value, Write write) {
    if (!text_.empty() && is_last(value)) return buffer.append(text_.data(), text_.size());
    const auto begin = buffer.size();
    write();
    keep(value, buffer.view().substr(begin));
  }

 private:
  [[nodiscard]] bool is_last(const Value& value) const {
    if (value.index() != last_.index()) return false;
    if (const auto* bytes = std::get_if<Bytes>(&value)) return *bytes == *std::get_if<Bytes>(&last_);
    if (const auto* text = std::get_if<std::string_view>(&value)) return *text == raw_;
    return value == last_;
  }
  void keep(const Value& value, std::string_view text) {
    const auto* raw = std::get_if<std::string_view>(&value);
    if (raw != nullptr) raw_ = *raw;
    last_ = raw != nullptr ? Value(std::string_view{}) : value;
    text_ = text;
  }

  Value last_{};
  std::string raw_;  // of a text, which does not outlive its row
  std::string text_;
};

}  // namespace pageloupe
