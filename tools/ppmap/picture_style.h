// SPDX-License-Identifier: MIT
// The geometry of the picture as SVG, and its CSS, for light pages and dark ones.
#pragma once

#include <string>

#include "ppmap/picture_look.h"
#include "render/format.h"

namespace pageloupe::ppmap {

// Pixels: where the columns are, and what a line takes.
inline constexpr double kWidth = 960;
inline constexpr double kAddressEnd = 140;
inline constexpr double kBoxStart = 152;
inline constexpr double kBoxWidth = 300;
inline constexpr double kSizeEnd = 512;
inline constexpr double kShareEnd = 552;
inline constexpr double kKindStart = 566;
inline constexpr double kNameStart = 662;
inline constexpr std::size_t kNameColumns = 38;
inline constexpr std::size_t kTitleColumns = 100;
inline constexpr double kMargin = 16;
inline constexpr double kLine = 20;     // what a line of text takes
inline constexpr double kBaseline = 4;  // from the middle of a line down to where its letters stand
inline constexpr std::size_t kLeastBox = 20;
inline constexpr std::size_t kLeastGrowing = 38;
inline constexpr std::size_t kGap = 28;

[[nodiscard]] inline std::string picture_style() {
  std::string light;
  std::string dark;
  for (std::size_t i = 0; i < kFamilyLooks.size(); ++i) {
    light += format_text(".k{}{{fill:{};stroke:{}}}", i, kFamilyLooks[i].light, kFamilyLooks[i].light);
    dark += format_text(".k{}{{fill:{};stroke:{}}}", i, kFamilyLooks[i].dark, kFamilyLooks[i].dark);
  }
  return "text{font:12px ui-monospace,'DejaVu Sans "
         "Mono',Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}"
         ".bg{fill:#fff}.dim{fill:#59636e}.title{font-size:15px;font-weight:bold}.end{text-anchor:end}"
         ".box{fill-opacity:.1;stroke-width:1}.res{stroke:none}.hole{fill:none;stroke:#8c959f;stroke-"
         "dasharray:4 4}"
         ".mark{stroke:#59636e;stroke-width:3}.gap{stroke:#59636e;stroke-dasharray:2 5;stroke-width:2}"
         ".arrow{fill:none;stroke:#1f2328;stroke-width:2}.hatch{stroke:#59636e;stroke-width:2}" +
         light +
         "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bg{fill:#0d1117}.dim{fill:#9198a1}"
         ".arrow{stroke:#e6edf3}.mark,.gap,.hatch{stroke:#9198a1}" +
         dark + "}";
}

}  // namespace pageloupe::ppmap
