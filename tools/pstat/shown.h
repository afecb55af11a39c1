// SPDX-License-Identifier: MIT
// The columns that a request shows, resolved against the table of fields.
#pragma once

#include <deque>
#include <expected>
#include <string>
#include <vector>

#include "field/process_fields.h"
#include "field/row_store.h"
#include "pstat/arguments.h"

namespace pageloupe::pstat {

class Shown {
 public:
  // Errors: a message that names the unknown column and the nearest one there is.
  [[nodiscard]] static std::expected<Shown, std::string> make(const Request& request, int pid_digits = 5);

  // The columns shown, with the headers and widths that were asked for.
  [[nodiscard]] const std::vector<const Column*>& columns() const { return pointers_; }

  // Their fields, and behind them those that only the order needs.
  [[nodiscard]] const pageloupe::Selection<ProcessRow>& fields() const { return fields_; }
  [[nodiscard]] std::span<const OrderKey> order() const { return order_; }

  [[nodiscard]] SourceSet needs() const { return plan_for<ProcessRow>(fields_); }
  [[nodiscard]] bool needs_before() const;

  // Puts the cells of a row into `values`.
  void evaluate(const ProcessRow& row, std::vector<Value>& values) const;

 private:
  [[nodiscard]] std::expected<void, std::string> add(const ColumnSpec& spec);
  [[nodiscard]] std::expected<void, std::string> add_order(const SortKey& key);

  std::deque<Column> columns_;  // copies, so that a header and a width can differ from the table's
  std::deque<std::string> headers_;
  std::vector<const Column*> pointers_;
  pageloupe::Selection<ProcessRow> fields_;
  std::vector<OrderKey> order_;
  int pid_digits_ = 0;
  bool dashes_ = false;  // threads below their process show a dash for what is the process's, as in ps
};

}  // namespace pageloupe::pstat
