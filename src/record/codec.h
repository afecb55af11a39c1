// SPDX-License-Identifier: MIT
// How the text of a recording is stored: as it is, or as frames of Zstandard (RFC 8878), which `zstdcat`
// reads.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "render/output.h"

namespace pageloupe {

enum class Codec : std::uint8_t { plain, zstd };

// Whether this build can compress and decompress.
[[nodiscard]] bool has_zstd();

// Text on its way to a file, frame by frame. What it returns is false when there was no memory.
class Compressor {
 public:
  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  virtual ~Compressor() = default;

  // Appends to `out` what is ready; the rest stays inside.
  [[nodiscard]] virtual bool write(std::string_view text, Buffer& out) = 0;
  // Everything so far can be read from what was appended to `out`.
  [[nodiscard]] virtual bool flush(Buffer& out) = 0;
  // Ends the frame; the next write begins another.
  [[nodiscard]] virtual bool end(Buffer& out) = 0;
};

// Nothing where this build lacks the codec, or memory.
[[nodiscard]] std::unique_ptr<Compressor> make_compressor(Codec codec);

// One frame's bytes to text.
class Decompressor {
 public:
  Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
  virtual ~Decompressor() = default;

  struct Step {
    std::size_t taken = 0;  // of the bytes
    std::size_t made = 0;   // of the text
    bool ended = false;     // the frame is complete
  };

  // Forgets the frame before.
  virtual void begin() = 0;
  // One step: takes bytes, makes text. Errors: what is wrong with the bytes, in words. Windows of more than 8
  // MiB are refused: they are memory that a file can demand.
  [[nodiscard]] virtual std::expected<Step, std::string> step(std::string_view bytes,
                                                              std::span<char> text) = 0;
};

[[nodiscard]] std::unique_ptr<Decompressor> make_decompressor(Codec codec);

}  // namespace pageloupe
