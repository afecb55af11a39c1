// SPDX-License-Identifier: MIT
#include "record/zstd_frame.h"

#include <array>
#include <optional>

namespace pageloupe {
namespace {

constexpr std::size_t kDescriptor = 4;  // behind the magic
constexpr std::size_t kBlockHeader = 3;
constexpr std::size_t kChecksum = 4;
constexpr std::uint32_t kBlockMax = 1U << 17;

// How long the header of a frame is, its magic too, by its descriptor: the byte after the magic.
std::size_t header_size(std::uint8_t descriptor) {
  constexpr std::array<std::size_t, 4> kSizeBytes{0, 2, 4, 8};
  constexpr std::array<std::size_t, 4> kDictionaryBytes{0, 1, 2, 4};
  const bool single_segment = (descriptor & 0x20U) != 0;
  const auto size_code = static_cast<std::size_t>(descriptor >> 6U);
  const std::size_t window = single_segment ? 0 : 1;
  const std::size_t size = size_code == 0 && single_segment ? 1 : kSizeBytes[size_code];
  return 5 + window + kDictionaryBytes[descriptor & 3U] + size;
}

ZstdFrame walk_skippable(const ReadAt& read_at, std::uint64_t offset, std::uint64_t size) {
  const auto end = offset + 8 + size;
  const bool complete = !read_at(end - 1, 1).empty();
  return {.kind = FrameKind::skippable, .end = complete ? end : offset, .complete = complete};
}

}  // namespace

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

std::optional<std::uint64_t> zstd_first_block(const ReadAt& read_at, std::uint64_t offset) {
  const auto head = read_at(offset, kDescriptor + 1);
  if (head.size() <= kDescriptor || !head.starts_with(kZstdMagicBytes)) return std::nullopt;
  return offset + header_size(static_cast<std::uint8_t>(head[kDescriptor]));
}

std::optional<ZstdBlock> zstd_block(const ReadAt& read_at, std::uint64_t frame, std::uint64_t offset) {
  constexpr std::uint32_t kRunLength = 1;
  constexpr std::uint32_t kReserved = 3;
  const auto descriptor = little_endian(read_at(frame + kDescriptor, 1));
  const auto bytes = read_at(offset, kBlockHeader);
  if (bytes.size() < kBlockHeader) return std::nullopt;
  const auto header = static_cast<std::uint32_t>(little_endian(bytes));
  const auto type = header >> 1 & 3U;
  const auto size = header >> 3;
  if (type == kReserved || size > kBlockMax) return std::nullopt;
  const bool last = (header & 1U) != 0;
  const std::uint64_t checksum = last && (descriptor & 4U) != 0 ? kChecksum : 0;
  return ZstdBlock{.end = offset + kBlockHeader + (type == kRunLength ? 1 : size) + checksum, .last = last};
}

std::optional<ZstdFrame> walk_zstd_frame(const ReadAt& read_at, std::uint64_t offset,
                                         const SeeBlock& see_block) {
  const auto head = read_at(offset, kZstdHeader);
  if (head.size() < kZstdHeader) return std::nullopt;
  if ((little_endian(head.substr(0, 4)) & 0xfffffff0U) == kSkippableMagic) {
    return walk_skippable(read_at, offset, little_endian(head.substr(4)));
  }
  const auto first = zstd_first_block(read_at, offset);
  if (!first) return std::nullopt;
  ZstdFrame frame{.kind = FrameKind::data, .end = *first, .complete = false};
  while (!frame.complete) {
    const auto block = zstd_block(read_at, offset, frame.end);
    if (!block) {
      if (read_at(frame.end, kBlockHeader).size() < kBlockHeader) break;
      return std::nullopt;
    }
    if (read_at(block->end - 1, 1).empty()) break;
    frame.end = block->end;
    frame.complete = block->last;
    if (see_block) see_block(block->end);
  }
  return frame;
}

}  // namespace pageloupe
