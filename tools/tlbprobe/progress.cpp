// SPDX-License-Identifier: MIT
#include "tlbprobe/progress.h"

#include <unistd.h>

#include "cli/message.h"
#include "probe/wording.h"
#include "render/output.h"

namespace pageloupe::tlbprobe {
namespace {

void write_line(std::string_view text) {
  Output err(STDERR_FILENO);
  append(err.buffer(), text);
  err.flush();
}

}  // namespace

Observer Progress::observer() {
  Observer observer;
  if (style_.line && !style_.verbose) {
    observer.progress = [this](std::string_view stage, double share) {
      shown_ = true;
      auto text = "\rtlbprobe: measuring, " + std::string(stage);
      if (share > 0) text += " " + fixed(100 * share, 0) + "%";
      write_line(text + "\x1b[K");
    };
  }
  if (style_.verbose) observer.verbose = [](std::string_view text) { complain("tlbprobe", text); };
  return observer;
}

void Progress::clear() {
  if (shown_) write_line("\r\x1b[K");
  shown_ = false;
}

}  // namespace pageloupe::tlbprobe
