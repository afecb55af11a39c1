// SPDX-License-Identifier: MIT
#include "proc/elf_segments.h"

#include <cstring>
#include <elf.h>
#include <string>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

template <class T>
std::string bytes_of(const T& record) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &record, sizeof(T));
  return bytes;
}

// A file of two segments: text at 0, data of 0x100 bytes and 0x2000 of bss at 0x3e00.
template <class Header, class ProgramHeader>
std::string elf(unsigned char size_class) {
  Header header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = size_class;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_phoff = sizeof(Header);
  header.e_phentsize = sizeof(ProgramHeader);
  header.e_phnum = 3;
  ProgramHeader text{};
  text.p_type = PT_LOAD;
  text.p_filesz = text.p_memsz = 0x2000;
  ProgramHeader note{};
  note.p_type = PT_NOTE;
  ProgramHeader data{};
  data.p_type = PT_LOAD;
  data.p_offset = 0x2e00;
  data.p_vaddr = 0x3e00;
  data.p_filesz = 0x100;
  data.p_memsz = 0x2100;
  return bytes_of(header) + bytes_of(text) + bytes_of(note) + bytes_of(data);
}

const std::string kElf64 = elf<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64);

TEST_CASE("the loaded segments of a file of 64 and of 32 bits are read alike", "[proc]") {
  for (const auto& text : {kElf64, elf<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32)}) {
    const auto segments = parse_elf_segments(text);
    REQUIRE(segments);
    REQUIRE(segments->size() == 2);
    CHECK(segments->at(1).start == Address{0x3e00});
    CHECK(segments->at(1).offset == Bytes{0x2e00});
    CHECK(segments->at(1).file_size == Bytes{0x100});
    CHECK(segments->at(1).end() == Address{0x5f00});
  }
}

TEST_CASE("what is no little-endian ELF file is unsupported", "[proc]") {
  auto big_endian = kElf64;
  big_endian[EI_DATA] = ELFDATA2MSB;
  auto no_class = kElf64;
  no_class[EI_CLASS] = 7;
  for (const auto& text : {std::string{}, std::string("#!/bin/sh"),
                           std::string("\x7f"
                                       "ELF"),
                           big_endian, no_class})
    CHECK(parse_elf_segments(text).error().code == Errc::unsupported);
}

TEST_CASE("program headers that are cut off, elsewhere or of another size are malformed", "[proc]") {
  for (const std::size_t length : {std::size_t{20}, sizeof(Elf64_Ehdr), kElf64.size() - 1})
    CHECK(parse_elf_segments(std::string_view(kElf64).substr(0, length)).error().code == Errc::malformed);
  auto far = kElf64;
  const std::uint64_t offset = ~std::uint64_t{0} - 8;
  std::memcpy(far.data() + offsetof(Elf64_Ehdr, e_phoff), &offset, sizeof(offset));
  CHECK(parse_elf_segments(far).error().code == Errc::malformed);
  auto odd = kElf64;
  odd[offsetof(Elf64_Ehdr, e_phentsize)] = 55;
  CHECK(parse_elf_segments(odd).error().code == Errc::malformed);
}

TEST_CASE("segments are moved to where the beginning of the file is mapped", "[proc]") {
  const auto memory = descriptor_with(std::string(0x10000, '\0') + kElf64);
  const auto segments = read_elf_segments(memory.get(), Address{0x10000});
  REQUIRE(segments);
  CHECK(segments->at(0).start == Address{0x10000});
  CHECK(segments->at(1).end() == Address{0x15f00});
  CHECK_FALSE(read_elf_segments(memory.get(), Address{0x1000}));
  CHECK_FALSE(read_elf_segments(-1, Address{0x10000}));
}

}  // namespace
}  // namespace pageloupe
