// SPDX-License-Identifier: MIT
#include "pstat/pass_rows.h"

#include "pstat/family_rows.h"
#include "pstat/group_rows.h"

namespace pageloupe::pstat {
namespace {

class DirectRows : public PassRows {
 public:
  explicit DirectRows(const Shown& shown) : shown_(shown) {}

  [[nodiscard]] Columns columns() const override { return shown_.columns(); }
  void add(const ProcessRow& /*row*/, std::span<const Value> values, Writer& writer) override {
    writer.row(values.first(shown_.columns().size()));
  }
  void finish(Writer& /*writer*/) override {}

 private:
  const Shown& shown_;
};

class SortedRows : public PassRows {
 public:
  explicit SortedRows(const Shown& shown) : shown_(shown), store_(shown.fields().size()) {}

  [[nodiscard]] Columns columns() const override { return shown_.columns(); }
  void add(const ProcessRow& /*row*/, std::span<const Value> values, Writer& /*writer*/) override {
    store_.add(values);
  }
  void finish(Writer& writer) override {
    for (const auto i : sorted_rows(store_, shown_.order()))
      writer.row(store_.row(i).first(shown_.columns().size()));
    store_.clear();
  }

 private:
  const Shown& shown_;
  RowStore store_;
};

}  // namespace

std::unique_ptr<PassRows> make_pass_rows(const Request& request, const Shown& shown) {
  if (request.group_by) return make_group_rows(request, shown);
  if (request.hierarchy != Hierarchy::none) return make_family_rows(request, shown);
  // The facts of a sample stand before its rows and are known behind them.
  if (!shown.order().empty() || request.stream) return std::make_unique<SortedRows>(shown);
  return std::make_unique<DirectRows>(shown);
}

}  // namespace pageloupe::pstat
