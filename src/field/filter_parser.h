// SPDX-License-Identifier: MIT
// Text to Filter::Node, by recursive descent. Part of field/filter; nothing else includes it.
#pragma once

#include "field/filter_node.h"

namespace pageloupe {

class FilterParser {
 public:
  FilterParser(std::string_view text, std::span<const Column* const> columns)
      : text_(text), columns_(columns) {}

  using NodePtr = std::unique_ptr<Filter::Node>;
  using Parsed = std::expected<NodePtr, FilterError>;

  [[nodiscard]] Parsed parse();
  [[nodiscard]] const std::vector<std::size_t>& used_columns() const { return used_; }

 private:
  struct Token {
    enum class Kind : std::uint8_t { end, word, text, symbol, broken } kind = Kind::end;
    std::size_t at = 0;
    std::string value{};
    [[nodiscard]] bool is(std::string_view wanted) const {
      return (kind == Kind::word || kind == Kind::symbol) && value == wanted;
    }
  };

  [[nodiscard]] Token peek() const;
  Token take();
  [[nodiscard]] Token lex(std::size_t& at) const;
  [[nodiscard]] Token lex_quoted(std::size_t& at) const;

  [[nodiscard]] Parsed any();
  [[nodiscard]] Parsed all();
  [[nodiscard]] Parsed joined(std::string_view word, Filter::Node::Kind kind, Parsed (FilterParser::*part)());
  [[nodiscard]] Parsed negation();
  [[nodiscard]] Parsed comparison();
  [[nodiscard]] Parsed null_test(NodePtr node);
  [[nodiscard]] std::expected<std::size_t, FilterError> column(const Token& token);
  [[nodiscard]] std::expected<void, FilterError> operand(Filter::Node& node, const Token& token) const;
  [[nodiscard]] std::expected<void, FilterError> pattern(Filter::Node& node, const Token& token) const;

  std::string_view text_;
  std::span<const Column* const> columns_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::size_t> used_;
};

}  // namespace pageloupe
