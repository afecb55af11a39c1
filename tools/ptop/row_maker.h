// SPDX-License-Identifier: MIT
// What a getter sees of a process that is watched: stat and statm of the last pass, the other files as they
// were read last.
#pragma once

#include "sample/deferred.h"
#include "sample/process_row.h"

namespace pageloupe::ptop {

class RowMaker {
 public:
  // `files` may be nullptr: then there are stat, statm and owner alone.
  RowMaker(const TaskList& list, ProcessFiles* files, Names& names)
      : list_(list), files_(files), names_(names) {}

  // A pass is shown: texts of the one before are gone. `window` is that of slopes and trends.
  void begin(const SystemFacts& system, Nanoseconds window);

  // Valid until the next call; texts that are no names of users last as long as the row, unless kept.
  [[nodiscard]] ProcessRow operator()(const WatchedTask& task);

  // A text of a row that shall last until the next begin().
  [[nodiscard]] std::string_view keep(std::string_view text) { return pool_.keep(text); }

  // When the files that are shown of a task were read; nothing where none were.
  [[nodiscard]] const DeferredFiles* files_of(const WatchedTask& task) const;

 private:
  const TaskList& list_;
  ProcessFiles* files_;
  Names& names_;
  TextPool pool_;
  SystemFacts system_{};
  Nanoseconds window_{};
  Process process_;
  Process before_;
};

}  // namespace pageloupe::ptop
