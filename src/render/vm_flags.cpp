// SPDX-License-Identifier: MIT
#include "render/vm_flags.h"

#include <algorithm>

#include "base/text.h"
#include "render/escape.h"

namespace pageloupe {

void append_vm_flags(Buffer& buffer, std::string_view flags) {
  for (bool first = true;;) {
    const auto letters = take_word(flags);
    if (letters.empty()) return;
    if (!std::exchange(first, false)) buffer.push_back(' ');
    const auto* const known = std::ranges::find(kVmFlagWords, letters, &VmFlagWord::letters);
    if (known != kVmFlagWords.end()) {
      append(buffer, known->word);
    } else {
      append_escaped(buffer, letters, {});
    }
  }
}

}  // namespace pageloupe
