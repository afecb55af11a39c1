// SPDX-License-Identifier: MIT
// The only place that knows libzstd, which a build may lack.
#pragma once

#include "record/codec.h"

namespace pageloupe {

// Nothing where this build lacks libzstd, or memory.
[[nodiscard]] std::unique_ptr<Compressor> make_zstd_compressor();
[[nodiscard]] std::unique_ptr<Decompressor> make_zstd_decompressor();

}  // namespace pageloupe
