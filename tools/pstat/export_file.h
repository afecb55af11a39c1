// SPDX-License-Identifier: MIT
// A file that others read at any time: it is replaced as a whole.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "render/output.h"

namespace pageloupe::pstat {

class ExportFile {
 public:
  explicit ExportFile(std::string path);

  // Writes a file beside it, which the name is then given to. Where that fails the file stays as it was, and
  // nothing is left beside it. Errors: in words, without the name of the file. A symbolic link is not
  // followed: the link itself would be replaced.
  [[nodiscard]] std::expected<void, std::string> replace(const std::function<void(Output&)>& write);

  // Takes it away where it was written by this object: nobody is to read as news what no longer is.
  void remove();

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string beside_;  // hidden, and not named *.prom: node_exporter passes it over
  bool written_ = false;
};

}  // namespace pageloupe::pstat
