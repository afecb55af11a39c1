// SPDX-License-Identifier: MIT
// What the tests of render/ share.
#pragma once

#include <clocale>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "render/output.h"

namespace pageloupe {

// What `append_something(buffer)` appends.
template <class Append>
std::string appended(Append append_something) {
  Buffer buffer;
  append_something(buffer);
  return {buffer.data(), buffer.size()};
}

// What `write(output)` writes to its descriptor.
template <class Write>
std::string written(Write write) {
  const UniqueFd file(::memfd_create("output", MFD_CLOEXEC));
  Output output(file.get());
  write(output);
  output.flush();
  std::string text(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
  if (::pread(file.get(), text.data(), text.size(), 0) < 0) text.clear();
  return text;
}

// The locale's characters while a test runs.
class CharacterLocale {
 public:
  explicit CharacterLocale(const char* name)
      : before_(std::setlocale(LC_CTYPE, nullptr)), found_(std::setlocale(LC_CTYPE, name)) {}
  CharacterLocale(const CharacterLocale&) = delete;
  CharacterLocale& operator=(const CharacterLocale&) = delete;
  ~CharacterLocale() { std::setlocale(LC_CTYPE, before_.c_str()); }
  [[nodiscard]] bool found() const { return found_ != nullptr; }

 private:
  std::string before_;
  const char* found_;
};

}  // namespace pageloupe
