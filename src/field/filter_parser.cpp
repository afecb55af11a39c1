// SPDX-License-Identifier: MIT
#include "field/filter_parser.h"

#include <algorithm>

#include "field/filter_operand.h"

namespace pageloupe {
namespace {

constexpr auto kSymbols =
    std::to_array<std::string_view>({"<=", ">=", "!=", "!~", "==", "=", "<", ">", "~", "(", ")"});

struct Operator {
  std::string_view text;
  Compare compare;
};
constexpr auto kOperators = std::to_array<Operator>({
    {"=", Compare::equal},
    {"==", Compare::equal},
    {"!=", Compare::unequal},
    {"<", Compare::less},
    {"<=", Compare::less_equal},
    {">", Compare::greater},
    {">=", Compare::greater_equal},
    {"~", Compare::like},
    {"!~", Compare::unlike},
});

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_.%/:+-*[]@,").contains(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::unexpected<FilterError> error_at(std::size_t at, std::string message) {
  return std::unexpected(FilterError{at, std::move(message)});
}

bool is_quote(std::string_view text) { return text == "'" || text == "\""; }

// What is wrong with a token that is none.
std::string broken_text(const std::string& text) {
  return is_quote(text) ? "the quote " + text + " is not closed" : "unexpected character " + text;
}

// A text that is none of a column's closed list.
std::string not_among(const Column& column, std::string_view value) {
  const auto nearest = nearest_name(value, column.choices);
  std::string message = "no " + std::string(column.name) + " is called '" + std::string(value) + "'";
  if (!nearest.empty()) return message + "; did you mean '" + nearest + "'?";
  message += "; it is one of";
  for (const auto choice : column.choices)
    message += (choice == column.choices.front() ? " " : ", ") + std::string(choice);
  return message;
}

}  // namespace

FilterParser::Token FilterParser::lex(std::size_t& at) const {
  while (at < text_.size() && (is_blank(text_[at]) || text_[at] == '\n')) ++at;
  if (at == text_.size()) return {.at = at};
  if (text_[at] == '"' || text_[at] == '\'') return lex_quoted(at);
  for (const auto symbol : kSymbols) {
    if (!text_.substr(at).starts_with(symbol)) continue;
    return {Token::Kind::symbol, std::exchange(at, at + symbol.size()), std::string(symbol)};
  }
  const auto begin = at;
  while (at < text_.size() && is_word(text_[at])) ++at;
  if (at == begin) return {Token::Kind::broken, begin, std::string(1, text_[at])};
  return {Token::Kind::word, begin, std::string(text_.substr(begin, at - begin))};
}

// A text in quotes; the quote itself and the backslash stand behind a backslash, which else means itself.
FilterParser::Token FilterParser::lex_quoted(std::size_t& at) const {
  const auto begin = at;
  const char quote = text_[at++];
  std::string value;
  for (; at < text_.size() && text_[at] != quote; ++at) {
    const bool escapes = text_[at] == '\\' && at + 1 < text_.size() && text_[at + 1] == quote;
    if (escapes) ++at;
    value += text_[at];
  }
  if (at == text_.size()) return {Token::Kind::broken, begin, std::string(1, quote)};
  ++at;
  return {Token::Kind::text, begin, std::move(value)};
}

FilterParser::Token FilterParser::peek() const {
  auto at = at_;
  return lex(at);
}

FilterParser::Token FilterParser::take() { return lex(at_); }

FilterParser::Parsed FilterParser::parse() {
  auto root = any();
  if (!root) return root;
  const auto rest = peek();
  if (rest.kind == Token::Kind::end) return root;
  return error_at(rest.at, "expected 'and', 'or' or the end");
}

FilterParser::Parsed FilterParser::any() { return joined("or", Filter::Node::Kind::any, &FilterParser::all); }

FilterParser::Parsed FilterParser::all() {
  return joined("and", Filter::Node::Kind::all, &FilterParser::negation);
}

// One or more parts with `word` between them.
FilterParser::Parsed FilterParser::joined(std::string_view word, Filter::Node::Kind kind,
                                          Parsed (FilterParser::*part)()) {
  auto first = (this->*part)();
  if (!first || !peek().is(word)) return first;
  auto node = std::make_unique<Filter::Node>();
  node->kind = kind;
  node->children.push_back(std::move(*first));
  while (peek().is(word)) {
    take();
    auto next = (this->*part)();
    if (!next) return next;
    node->children.push_back(std::move(*next));
  }
  return node;
}

FilterParser::Parsed FilterParser::negation() {
  constexpr int kDeepest = 100;
  const auto first = peek();
  if (depth_ >= kDeepest) return error_at(first.at, "nested too deeply");
  if (first.is("not")) {
    take();
    ++depth_;
    auto child = negation();
    --depth_;
    if (!child) return child;
    auto node = std::make_unique<Filter::Node>();
    node->kind = Filter::Node::Kind::negation;
    node->children.push_back(std::move(*child));
    return node;
  }
  if (!first.is("(")) return comparison();
  take();
  ++depth_;
  auto inner = any();
  --depth_;
  if (!inner) return inner;
  if (const auto close = take(); !close.is(")")) return error_at(close.at, "expected ')'");
  return inner;
}

FilterParser::Parsed FilterParser::comparison() {
  const auto name = take();
  if (name.kind == Token::Kind::broken) return error_at(name.at, broken_text(name.value));
  if (name.kind != Token::Kind::word) return error_at(name.at, "expected the name of a column");
  const auto index = column(name);
  if (!index) return std::unexpected(index.error());
  auto node = std::make_unique<Filter::Node>();
  node->column = *index;
  const auto next = peek();
  if (next.is("is")) return null_test(std::move(node));
  const auto found = std::ranges::find(kOperators, next.value, &Operator::text);
  if (next.kind != Token::Kind::symbol || found == kOperators.end()) return node;
  take();
  node->compare = found->compare;
  const auto value = take();
  const bool like = found->compare == Compare::like || found->compare == Compare::unlike;
  const auto done = like ? pattern(*node, value) : operand(*node, value);
  if (!done) return std::unexpected(done.error());
  return node;
}

// "is null" or "is not null".
FilterParser::Parsed FilterParser::null_test(NodePtr node) {
  take();
  const bool negated = peek().is("not");
  if (negated) take();
  if (const auto null = take(); !null.is("null")) return error_at(null.at, "expected 'null' or 'not null'");
  node->compare = Compare::null;
  if (!negated) return node;
  auto outer = std::make_unique<Filter::Node>();
  outer->kind = Filter::Node::Kind::negation;
  outer->children.push_back(std::move(node));
  return outer;
}

std::expected<std::size_t, FilterError> FilterParser::column(const Token& token) {
  const auto found =
      std::ranges::find_if(columns_, [&](const Column* c) { return answers_to(*c, token.value); });
  if (found == columns_.end()) {
    const auto nearest = nearest_name(token.value, names_of(columns_));
    return error_at(token.at, "no column is called '" + token.value + "'" +
                                  (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
  }
  const auto index = static_cast<std::size_t>(found - columns_.begin());
  if (std::ranges::find(used_, index) == used_.end()) used_.push_back(index);
  return index;
}

std::expected<void, FilterError> FilterParser::operand(Filter::Node& node, const Token& token) const {
  const auto& column = *columns_[node.column];
  if (token.kind == Token::Kind::broken) return error_at(token.at, broken_text(token.value));
  const bool literal = token.kind == Token::Kind::word || token.kind == Token::Kind::text;
  if (literal && !column.choices.empty() &&
      std::ranges::find(column.choices, token.value) == column.choices.end())
    return error_at(token.at, not_among(column, token.value));
  if (literal && read_operand(node, column.type, token.value)) return {};
  return error_at(token.at, "'" + std::string(column.name) + "' is compared with " +
                                std::string(operand_wanted(column.type)) +
                                (token.value.empty() ? "" : ", not '" + token.value + "'"));
}

std::expected<void, FilterError> FilterParser::pattern(Filter::Node& node, const Token& token) const {
  if (columns_[node.column]->type != Type::text) {
    return error_at(
        token.at, "~ needs a column of text, and '" + std::string(columns_[node.column]->name) + "' is none");
  }
  if (token.kind == Token::Kind::end) return error_at(token.at, "expected a regular expression");
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::text) {
    const bool open = token.kind == Token::Kind::broken && is_quote(token.value);
    return error_at(token.at, open ? broken_text(token.value)
                                   : "a regular expression with such characters stands in quotes: ~ '^lib'");
  }
  auto compiled = std::make_unique<regex_t>();
  const int error = ::regcomp(compiled.get(), token.value.c_str(), REG_EXTENDED);
  if (error == 0) {
    node.regex = Regex(compiled.release());
    return {};
  }
  std::array<char, 128> reason{};
  ::regerror(error, compiled.get(), reason.data(), reason.size());
  return error_at(token.at, std::string("not a regular expression: ") + reason.data());
}

}  // namespace pageloupe
