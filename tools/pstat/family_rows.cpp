// SPDX-License-Identifier: MIT
#include "pstat/family_rows.h"

#include <algorithm>

namespace pageloupe::pstat {
namespace {

constexpr Column kTreeDenied{.name = "tree_denied",
                             .header = "+DENIED",
                             .help = "processes of the tree that may not be read and are missing in a sum",
                             .type = Type::count,
                             .width = 7};

class FamilyRows : public PassRows {
 public:
  FamilyRows(const Request& request, const Shown& shown)
      : request_(request), shown_(shown), store_(shown.fields().size()) {
    columns_.assign(shown.columns().begin(), shown.columns().end());
    if (request.hierarchy == Hierarchy::tree) add_sum_columns();
    find_command();
  }

  [[nodiscard]] Columns columns() const override { return columns_; }

  void add(const ProcessRow& row, std::span<const Value> values, Writer& /*writer*/) override {
    store_.add(values);
    const auto& stat = row.process.stat;
    // A thread hangs on its process.
    const auto parent = row.process.is_thread() ? row.process.tgid : stat ? stat->ppid : Pid{};
    family_.push_back({row.process.pid, parent});
  }

  void finish(Writer& writer) override;

 private:
  void add_sum_columns();
  void find_command();
  [[nodiscard]] std::vector<TreeNode> ordered_tree() const;
  [[nodiscard]] std::string branches(const TreeNode& node) const;
  [[nodiscard]] std::uint64_t denied_below(const std::vector<TreeNode>& nodes, std::size_t i) const;
  [[nodiscard]] std::vector<Value> values_of(const std::vector<TreeNode>& nodes, std::size_t i) const;

  const Request& request_;
  const Shown& shown_;
  RowStore store_;
  std::vector<Kinship> family_;
  std::vector<const Column*> columns_;
  std::deque<Column> sum_columns_;
  std::deque<std::string> texts_;
  std::vector<std::size_t> summed_;  // indices of the shown columns whose subtree's sum follows
  std::size_t command_ = SIZE_MAX;   // the column that carries the branches
};

// Beside what the process has, what it and all below it have: the sum's column stands behind its own.
void FamilyRows::add_sum_columns() {
  std::vector<const Column*> with_sums;
  for (std::size_t i = 0; i < shown_.columns().size(); ++i) {
    const auto* column = shown_.columns()[i];
    with_sums.push_back(column);
    if (column->fold != Fold::sum) continue;
    auto& sum = sum_columns_.emplace_back(*column);
    sum.name = texts_.emplace_back("tree_" + std::string(column->name));
    sum.header = texts_.emplace_back("+" + std::string(column->header));
    sum.help = "the same with all processes below it";
    summed_.push_back(i);
    with_sums.push_back(&sum);
  }
  // Which of the sums are not the whole: behind the last of them.
  if (!summed_.empty()) {
    const auto last = std::ranges::find(with_sums, &sum_columns_.back());
    with_sums.insert(last + 1, &kTreeDenied);
  }
  columns_ = std::move(with_sums);
}

// The last text that is a command: its cells show the branches.
void FamilyRows::find_command() {
  for (std::size_t i = 0; i < shown_.columns().size(); ++i) {
    const auto name = shown_.columns()[i]->name;
    if (name == "args" || name == "comm") command_ = i;
  }
}

// Siblings in the order that was asked for.
std::vector<TreeNode> FamilyRows::ordered_tree() const {
  const auto order = sorted_rows(store_, shown_.order());
  std::vector<Kinship> family;
  family.reserve(order.size());
  for (const auto i : order) family.push_back(family_[i]);
  auto nodes = make_tree(family);
  for (auto& node : nodes) node.row = order[node.row];
  return nodes;
}

// " \_ " behind a line for each ancestor that has siblings still to come, as ps draws it.
std::string FamilyRows::branches(const TreeNode& node) const {
  if (request_.hierarchy == Hierarchy::indent) return std::string(node.depth * 2, ' ');
  std::string text;
  for (std::size_t level = 1; level < node.depth; ++level) text += node.open[level] ? " |  " : "    ";
  return node.depth == 0 ? text : text + " \\_ ";
}

// The row's cells, each sum behind its column.
std::vector<Value> FamilyRows::values_of(const std::vector<TreeNode>& nodes, std::size_t i) const {
  const auto own = store_.row(nodes[i].row);
  std::vector<Value> values;
  std::size_t next_sum = 0;
  for (std::size_t c = 0; c < shown_.columns().size(); ++c) {
    values.push_back(own[c]);
    if (next_sum == summed_.size() || summed_[next_sum] != c) continue;
    Value sum = own[c];
    for (std::size_t n = 1; n <= nodes[i].descendants; ++n)
      sum = pageloupe::add(sum, store_.row(nodes[i + n].row)[c]);
    values.push_back(sum);
    if (++next_sum == summed_.size()) values.push_back(denied_below(nodes, i));
  }
  return values;
}

// How many of the tree may not be read, in one of the columns that are summed.
std::uint64_t FamilyRows::denied_below(const std::vector<TreeNode>& nodes, std::size_t i) const {
  std::uint64_t count = 0;
  for (std::size_t n = i; n <= i + nodes[i].descendants; ++n) {
    const auto row = store_.row(nodes[n].row);
    if (std::ranges::any_of(summed_, [&row](std::size_t c) { return is_denied(row[c]); })) ++count;
  }
  return count;
}

void FamilyRows::finish(Writer& writer) {
  const auto nodes = ordered_tree();
  std::string command;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (command_ != SIZE_MAX && request_.format == Format::table) {
      auto& cell = store_.row(nodes[i].row)[command_];
      if (const auto* text = std::get_if<std::string_view>(&cell)) {
        command = branches(nodes[i]) + std::string(*text);
        cell = store_.keep(command);
      }
    }
    writer.row(values_of(nodes, i));
  }
  store_.clear();
  family_.clear();
}

}  // namespace

std::unique_ptr<PassRows> make_family_rows(const Request& request, const Shown& shown) {
  return std::make_unique<FamilyRows>(request, shown);
}

}  // namespace pageloupe::pstat
