// SPDX-License-Identifier: MIT
#include "proc/elf_segments.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <elf.h>
#include <optional>

#include "proc/pread_exact.h"

namespace pageloupe {
namespace {

constexpr std::string_view kFile = "mem";
// The smallest page of any machine: what segments are aligned to, at least.
constexpr std::uint64_t kPage = 4096;

template <class Record>
std::optional<Record> record_at(std::string_view text, std::uint64_t at) {
  if (at > text.size() || text.size() - at < sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, text.data() + at, sizeof(Record));
  return record;
}

template <class Header, class ProgramHeader>
Result<std::vector<ElfSegment>> load_segments(std::string_view head) {
  const auto header = record_at<Header>(head, 0);
  if (!header || header->e_phentsize != sizeof(ProgramHeader)) return malformed(kFile, "e_phentsize");
  std::vector<ElfSegment> segments;
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    if (header->e_phoff > head.size()) return malformed(kFile, "e_phoff");
    const auto program = record_at<ProgramHeader>(head, header->e_phoff + i * sizeof(ProgramHeader));
    if (!program) return malformed(kFile, "e_phnum");
    if (program->p_type != PT_LOAD) continue;
    segments.push_back({.start = {program->p_vaddr},
                        .offset = {program->p_offset},
                        .file_size = {program->p_filesz},
                        .memory_size = {program->p_memsz}});
  }
  return segments;
}

}  // namespace

Result<std::vector<ElfSegment>> parse_elf_segments(std::string_view head) {
  const std::string_view magic(ELFMAG, SELFMAG);
  if (!head.starts_with(magic) || head.size() < EI_NIDENT || head[EI_DATA] != ELFDATA2LSB)
    return fail(Errc::unsupported);
  if (head[EI_CLASS] == ELFCLASS64) return load_segments<Elf64_Ehdr, Elf64_Phdr>(head);
  if (head[EI_CLASS] == ELFCLASS32) return load_segments<Elf32_Ehdr, Elf32_Phdr>(head);
  return fail(Errc::unsupported);
}

Result<std::vector<ElfSegment>> read_elf_segments(int memory, Address head) {
  std::array<char, kPage> page{};
  const auto got = ::pread(memory, page.data(), page.size(), static_cast<off_t>(head.value));
  if (got < 0) return os_failure(errno, kFile);
  auto segments = parse_elf_segments(std::string_view(page.data(), static_cast<std::size_t>(got)));
  if (!segments) return segments;
  const auto first =
      std::ranges::find_if(*segments, [](const auto& segment) { return segment.offset.value < kPage; });
  if (first == segments->end()) return fail(Errc::unsupported);
  // Addresses may wrap: a file that asks for high ones can be loaded below them.
  const auto bias = head.value - (first->start.value - first->offset.value);
  for (auto& segment : *segments) segment.start.value += bias;
  return segments;
}

}  // namespace pageloupe
