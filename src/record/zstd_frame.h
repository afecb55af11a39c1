// SPDX-License-Identifier: MIT
// Where a Zstandard frame and its blocks lie, by their headers alone (RFC 8878, 3.1); nothing is
// decompressed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace pageloupe {

// No frame is told from another with less than that of it.
inline constexpr std::size_t kZstdHeader = 8;
inline constexpr std::uint32_t kZstdMagic = 0xfd2fb528;
inline constexpr std::uint32_t kSkippableMagic = 0x184d2a50;  // the last digit may be any
inline constexpr std::string_view kZstdMagicBytes = "\x28\xb5\x2f\xfd";
// An empty block that is the last of its frame: it ends one whose writer is no more.
inline constexpr std::string_view kLastBlock{"\x01\x00\x00", 3};

// Bytes of a file from an offset on: as many as there are, up to `size`. The view lasts until the next call.
using ReadAt = std::function<std::string_view(std::uint64_t offset, std::size_t size)>;

[[nodiscard]] std::uint64_t little_endian(std::string_view bytes);

enum class FrameKind : std::uint8_t { data, skippable };

struct ZstdFrame {
  FrameKind kind = FrameKind::data;
  std::uint64_t end = 0;  // the offset behind it; of a frame that was cut, behind the last whole block
  bool complete = false;  // the file does not end within it
};

// Where the first block of a frame begins; nothing where no frame of data begins at the offset.
[[nodiscard]] std::optional<std::uint64_t> zstd_first_block(const ReadAt& read_at, std::uint64_t offset);

struct ZstdBlock {
  std::uint64_t end = 0;  // the offset behind it, and behind the checksum that may follow the last; the file
                          // may end before
  bool last = false;
};
// The block at an offset, of the frame at another. Nothing where the file ends or the header is impossible.
[[nodiscard]] std::optional<ZstdBlock> zstd_block(const ReadAt& read_at, std::uint64_t frame,
                                                  std::uint64_t offset);

// Called with the offset behind each whole block.
using SeeBlock = std::function<void(std::uint64_t end)>;

// The frame at an offset. Nothing where none begins there, or a block has an impossible header.
[[nodiscard]] std::optional<ZstdFrame> walk_zstd_frame(const ReadAt& read_at, std::uint64_t offset,
                                                       const SeeBlock& see_block = {});

}  // namespace pageloupe
