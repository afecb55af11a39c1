// SPDX-License-Identifier: MIT
#include "proc/held_file.h"

#include <unistd.h>

#include "proc/pread_exact.h"
#include "proc/read_text.h"

namespace pageloupe {

Result<std::string_view> HeldFile::read(std::string& buffer) const {
  const auto text = read_text(buffer, [this](char* into, std::size_t room, std::size_t done) {
    return ::pread(fd_.get(), into, room, static_cast<off_t>(done));
  });
  if (!text) return os_failure(text.error(), name_);
  return *text;
}

}  // namespace pageloupe
