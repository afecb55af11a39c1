// SPDX-License-Identifier: MIT
// What a document says of the machine and of the run, beside the rows.
#pragma once

#include <string>
#include <vector>

#include "cli/run_info.h"
#include "tlbprobe/machine.h"
#include "tlbprobe/reach.h"

namespace pageloupe::tlbprobe {

// Views of the machine and the report, which must live as long.
class DocumentFacts {
 public:
  DocumentFacts(const RunInfo& info, const Machine& machine, const ProbeReport* report,
                std::string_view summary);

  [[nodiscard]] Facts facts() const { return {columns_, values_}; }
  // The process of --reach.
  void add(const ResidentPages& pages, Pid pid);

 private:
  std::vector<const Column*> columns_;
  std::vector<Value> values_;
};

// The columns of facts(), without and with a process.
[[nodiscard]] std::vector<const Column*> document_columns();
[[nodiscard]] std::vector<const Column*> reach_document_columns();

}  // namespace pageloupe::tlbprobe
