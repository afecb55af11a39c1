// SPDX-License-Identifier: MIT
// A test that shows times has them in UTC.
#pragma once

#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

namespace pageloupe {

class Utc {
 public:
  Utc() {
    if (const char* zone = std::getenv("TZ")) before_ = zone;
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  Utc(const Utc&) = delete;
  Utc& operator=(const Utc&) = delete;
  ~Utc() {
    if (before_) {
      ::setenv("TZ", before_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace pageloupe
