// SPDX-License-Identifier: MIT
// The rows of one pass on their way to the writer: as they come, in order, as a family or in groups.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "field/row_store.h"
#include "field/totals.h"
#include "pstat/shown.h"
#include "render/writer.h"
#include "sample/tree.h"

namespace pageloupe::pstat {

class PassRows {
 public:
  PassRows() = default;
  PassRows(const PassRows&) = delete;
  PassRows& operator=(const PassRows&) = delete;
  virtual ~PassRows() = default;

  // The columns that the writer will see.
  [[nodiscard]] virtual Columns columns() const = 0;

  // Takes a row; `values` are those of Shown::fields().
  virtual void add(const ProcessRow& row, std::span<const Value> values, Writer& writer) = 0;

  // The pass is over: what was held back is written.
  virtual void finish(Writer& writer) = 0;
};

[[nodiscard]] std::unique_ptr<PassRows> make_pass_rows(const Request& request, const Shown& shown);

}  // namespace pageloupe::pstat
