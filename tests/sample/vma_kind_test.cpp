// SPDX-License-Identifier: MIT
#include "sample/vma_kind.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <elf.h>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

using enum VmaKind;
using Kinds = std::vector<VmaKind>;

struct Classified {
  std::vector<Identity> identities{};
  Kinds kinds{};
  std::vector<std::string> bss_owners{};
};

// Classifies the lines of a maps text, one after the other; `vm_flags` are those of all of them.
Classified classify(std::string_view maps, MapContext context = {}, std::string_view vm_flags = {}) {
  std::vector<VmaRecord> records;
  while (!maps.empty()) {
    auto& record = records.emplace_back();
    record.vm_flags = vm_flags;
    REQUIRE(parse_maps_line(take_line(maps), record.vma));
  }
  VmaClassifier classifier(std::move(context));
  Classified result;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto* const after = i + 1 < records.size() ? &records[i + 1].vma : nullptr;
    classifier.classify(records[i], after, result.identities.emplace_back());
    result.kinds.push_back(result.identities.back().kind);
    result.bss_owners.emplace_back(classifier.bss_owner());
  }
  return result;
}

VmaKind kind_of(std::string_view line, MapContext context = {}, std::string_view vm_flags = {}) {
  return classify(line, std::move(context), vm_flags).kinds.at(0);
}

TEST_CASE("every kind has a name of its own and says what it is", "[sample]") {
  for (const auto& info : kVmaKinds) {
    INFO(info.name);
    CHECK_FALSE(info.help.empty());
    CHECK(std::ranges::count(kVmaKinds, info.name, &VmaKindInfo::name) == 1);
  }
}

TEST_CASE("the segments of the program are told from those of a library by exe", "[sample]") {
  constexpr std::string_view kMaps =
      "00400000-00401000 r--p 00000000 fe:00 9 /opt/prog\n00401000-00402000 r-xp 00001000 fe:00 9 /opt/prog\n"
      "00402000-00403000 rw-p 00002000 fe:00 9 /opt/prog\n7f0000000000-7f0000001000 r--p 00000000 fe:00 8 "
      "/lib/libc.so.6\n"
      "7f0000001000-7f0000002000 r-xp 00001000 fe:00 8 /lib/libc.so.6\n7f0000002000-7f0000003000 ---p "
      "00002000 fe:00 8 /lib/libc.so.6\n"
      "7f0000003000-7f0000004000 rw-p 00002000 fe:00 8 /lib/libc.so.6\n";
  CHECK(classify(kMaps, {.exe = "/opt/prog"}).kinds ==
        Kinds{rodata, text, data, lib_rodata, lib_text, reserved, lib_data});
  CHECK(classify(kMaps).kinds ==
        Kinds{lib_rodata, lib_text, lib_data, lib_rodata, lib_text, reserved, lib_data});
}

TEST_CASE("a bss is what follows the data of its file without a gap, and belongs to that file", "[sample]") {
  const auto maps = classify(
      "00402000-00403000 rw-p 00002000 fe:00 9 /opt/prog\n00403000-00405000 rw-p 00000000 00:00 0 \n"
      "7f0000003000-7f0000004000 rw-p 00002000 fe:00 8 /lib/libc.so.6\n7f0000004000-7f0000009000 rw-p "
      "00000000 00:00 0 \n"
      "7f0000009000-7f000000a000 rw-p 00000000 fe:00 8 /lib/libm.so.6\n7f000000b000-7f000000c000 rw-p "
      "00000000 00:00 0 \n",
      {.exe = "/opt/prog"});
  CHECK(maps.kinds == Kinds{data, bss, lib_data, bss, lib_data, anon});
  CHECK(maps.bss_owners == std::vector<std::string>{"", "/opt/prog", "", "/lib/libc.so.6", "", ""});
}

TEST_CASE("memory behind a data segment that is read-only is no bss, nor what follows a bss", "[sample]") {
  constexpr std::string_view kData = "00402000-00403000 rw-p 00002000 fe:00 9 /lib/a.so\n";
  CHECK(classify(std::string(kData) + "00403000-00404000 r--p 00000000 00:00 0 ").kinds ==
        Kinds{lib_data, anon});
  CHECK(
      classify(std::string(kData) + "00403000-00404000 rw-p 0 00:00 0 \n00404000-00405000 rwxp 0 00:00 0 \n")
          .kinds == Kinds{lib_data, bss, jit});
}

// The memory of a process that has a library at 0x10000, whose .bss ends at 0x15f00.
UniqueFd memory_with_library() {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_phoff = sizeof(header);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  std::array<Elf64_Phdr, 2> programs{};
  programs[0].p_type = programs[1].p_type = PT_LOAD;
  programs[0].p_memsz = 0x2000;
  programs[1].p_offset = 0x2e00;
  programs[1].p_vaddr = 0x3e00;
  programs[1].p_filesz = 0x100;
  programs[1].p_memsz = 0x2100;
  std::string text(0x10000 + sizeof(header) + sizeof(programs), '\0');
  std::memcpy(text.data() + 0x10000, &header, sizeof(header));
  std::memcpy(text.data() + 0x10000 + sizeof(header), programs.data(), sizeof(programs));
  return descriptor_with(text);
}

std::function<Result<std::vector<ElfSegment>>(Address)> segments_with_library() {
  return [memory = std::make_shared<UniqueFd>(memory_with_library())](Address head) {
    return read_elf_segments(memory->get(), head);
  };
}

// What follows the library's data, which ends at 0x14000.
Kinds behind_library(std::string_view lines, std::string_view data_end = "14000") {
  auto kinds = classify("10000-12000 r-xp 00000000 fe:00 8 /lib/liba.so\n13000-" + std::string(data_end) +
                            " rw-p 00002000 fe:00 8 /lib/liba.so\n" + std::string(lines),
                        {.segments = segments_with_library()})
                   .kinds;
  kinds.erase(kinds.begin(), kinds.begin() + 2);
  return kinds;
}

TEST_CASE("a bss is no larger than its file says, and one that the kernel merged is mostly the file's",
          "[sample]") {
  CHECK(behind_library("14000-16000 rw-p 0 00:00 0 ") == Kinds{bss});
  CHECK(behind_library("14000-15000 rw-p 0 00:00 0 ") == Kinds{bss});
  CHECK(behind_library("14000-18000 rw-p 0 00:00 0 ") == Kinds{bss});
  CHECK(behind_library("14000-19000 rw-p 0 00:00 0 ") == Kinds{anon});
}

TEST_CASE("memory that is only next to a file's data is anon", "[sample]") {
  CHECK(behind_library("16000-17000 rw-p 0 00:00 0 ", "16000") == Kinds{anon});
}

TEST_CASE("where the memory or the program headers cannot be read what is next to data is bss", "[sample]") {
  CHECK(classify("20000-21000 rw-p 00000000 fe:00 9 /lib/libb.so\n21000-99000 rw-p 0 00:00 0 \n",
                 {.segments = segments_with_library()})
            .kinds == Kinds{lib_data, bss});
  CHECK(classify("10000-11000 r-xp 00000000 fe:00 8 /lib/liba.so\n13000-14000 rw-p 00002000 fe:00 8 "
                 "/lib/liba.so\n14000-99000 rw-p 0 00:00 0 \n")
            .kinds == Kinds{lib_text, lib_data, bss});
}

TEST_CASE("the kernel's own names say what they are", "[sample]") {
  const auto named = [](std::string_view name, std::string_view perms = "rw-p") {
    return kind_of("1000-2000 " + std::string(perms) + " 00000000 00:00 0 " + std::string(name));
  };
  CHECK(named("[heap]") == heap);
  CHECK(named("[stack]") == stack);
  CHECK(named("[vdso]", "r-xp") == vdso);
  CHECK(named("[vvar_vclock]", "r--p") == vvar);
  CHECK(named("[vsyscall]", "--xp") == vsyscall);
  CHECK(named("[anon:scudo]") == named_anon);
  CHECK(named("[anon:guard]", "---p") == reserved);
  CHECK(named("[tomorrow]") == named_anon);
}

TEST_CASE("paths of the kernel's own files say what they are", "[sample]") {
  const auto path = [](std::string_view name) {
    return kind_of("1000-2000 rw-s 00000000 00:01 77 " + std::string(name));
  };
  CHECK(path("/SYSV0000002a (deleted)") == sysv_shm);
  CHECK(path("/dev/zero (deleted)") == shared_anon);
  CHECK(path("/memfd:buffer (deleted)") == memfd);
  CHECK(path("/dev/shm/sem.x") == posix_shm);
  CHECK(path("/dev/shm/gone (deleted)") == posix_shm);
  CHECK(path("/anon_hugepage (deleted)") == hugetlb);
  CHECK(path("/dev/hugepages/pool") == hugetlb);
  CHECK(path("/dev/dri/card0") == device);
  CHECK(path("/i915 (deleted)") == device);
  CHECK(path("/[aio] (deleted)") == device);
  CHECK(path("/i915.db (deleted)") == deleted);
  CHECK(path("anon_inode:[perf_event]") == device);
  CHECK(path("socket:[123]") == device);
}

TEST_CASE("named anonymous shared memory, which has an inode, is shared-anon", "[sample]") {
  CHECK(kind_of("1000-2000 rw-s 00000000 00:01 77 [anon_shmem:pool]") == shared_anon);
}

TEST_CASE("a private mapping of /dev/zero is not shared", "[sample]") {
  CHECK(kind_of("1000-2000 rw-p 00000000 00:06 5 /dev/zero") == anon);
}

TEST_CASE("the flag ht makes any mapping one of the huge page pool", "[sample]") {
  CHECK(kind_of("1000-2000 rw-s 00000000 00:0e 77 /mnt/huge/pool", {}, "rd wr sh ht") == hugetlb);
  CHECK(kind_of("1000-2000 rw-p 00000000 00:00 0 ", {}, "rd wr ht sd") == hugetlb);
  CHECK(kind_of("1000-2000 rw-p 00000000 00:00 0 ", {}, "rd wr hg") == anon);
}

TEST_CASE("a library is told by its name, with version or deleted, or by being mapped executable",
          "[sample]") {
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /lib/libx.so") == lib_rodata);
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /lib/libx.so.6.0.1") == lib_rodata);
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /lib/libx.so.6 (deleted)") == lib_rodata);
  CHECK(kind_of("1000-2000 r-xp 00000000 fe:00 5 /opt/plugin.node") == lib_text);
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /opt/x.so/readme") == file);
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /opt/also") == file);
  CHECK(kind_of("1000-2000 r--p 00000000 fe:00 5 /var/lib/db (deleted)") == deleted);
  CHECK(classify("1000-2000 r--p 00000000 fe:00 5 /opt/odd\n2000-3000 r-xp 00001000 fe:00 5 /opt/odd\n"
                 "3000-4000 rw-p 00003000 fe:00 5 /opt/odd\n4000-5000 rw-p 00000000 00:00 0 \n"
                 "7000-8000 r--p 00000000 fe:00 6 /opt/datafile\n9000-a000 rw-p 00000000 fe:00 5 /opt/odd\n")
            .kinds == Kinds{lib_rodata, lib_text, lib_data, bss, file, lib_data});
}

TEST_CASE("files are told apart by device and inode, not by name alone", "[sample]") {
  CHECK(classify("1000-2000 r-xp 0 fe:00 5 /opt/same\n2000-3000 r--p 0 fe:01 5 /opt/same\n3000-4000 r--p 0 "
                 "fe:00 6 /opt/same\n")
            .kinds == Kinds{lib_text, file, file});
}

TEST_CASE("a shared mapping of a program or library is a file, and a deleted program still the program",
          "[sample]") {
  CHECK(kind_of("1000-2000 r--s 00000000 fe:00 5 /lib/libx.so") == file);
  CHECK(kind_of("1000-2000 r--s 00000000 fe:00 5 /opt/prog", {.exe = "/opt/prog"}) == file);
  CHECK(kind_of("1000-2000 r-xp 00000000 fe:00 5 /opt/prog (deleted)", {.exe = "/opt/prog (deleted)"}) ==
        text);
}

TEST_CASE("anonymous memory is anon, jit where executable and reserved where nothing is allowed",
          "[sample]") {
  CHECK(kind_of("1000-2000 rw-p 00000000 00:00 0 ") == anon);
  CHECK(kind_of("1000-2000 r-xp 00000000 00:00 0 ") == jit);
  CHECK(kind_of("1000-2000 ---p 00000000 00:00 0 ") == reserved);
}

TEST_CASE("a guard is small, without access, and directly below private writable memory", "[sample]") {
  const auto below = [](std::string_view line,
                        std::string_view above = "7f0000001000-7f0000801000 rw-p 0 00:00 0 ") {
    return classify(std::string(line) + "\n" + std::string(above)).kinds[0];
  };
  CHECK(below("7f0000000000-7f0000001000 ---p 0 00:00 0 ") == guard);
  CHECK(below("7effff000000-7f0000000000 ---p 0 00:00 0 ") == reserved);
  CHECK(below("7efffe001000-7f0000001000 ---p 0 00:00 0 ") == reserved);
  CHECK(below("7f0000000000-7f0000001000 ---p 0 00:00 0 ", "7f0000001000-7f0000002000 r--p 0 00:00 0 ") ==
        reserved);
  CHECK(below("7f0000000000-7f0000001000 ---p 0 00:00 0 ",
              "7f0000001000-7f0000002000 rw-s 0 00:01 4 /dev/zero") == reserved);
}

TEST_CASE("the unused part of a malloc arena is reserved and not the guard of the arena above", "[sample]") {
  CHECK(classify("7f0000000000-7f0003ff0000 rw-p 0 00:00 0 \n7f0003ff0000-7f0004000000 ---p 0 00:00 0 \n"
                 "7f0004000000-7f0004021000 rw-p 0 00:00 0 \n")
            .kinds == Kinds{anon, reserved, anon});
}

constexpr std::string_view kTwoStacks =
    "7f0000000000-7f0000001000 ---p 0 00:00 0 \n7f0000001000-7f0000801000 rw-p 0 00:00 0 \n"
    "7f0000801000-7f0000802000 ---p 0 00:00 0 \n7f0000802000-7f0001002000 rw-p 0 00:00 0 \n";

TEST_CASE("a thread's stack is the mapping that its stack pointer is in", "[sample]") {
  const auto maps = classify(
      kTwoStacks, {.stacks = {{Address{0x7f0000800e30}, Pid{12}}, {Address{0x7f0000802000}, Pid{13}}}});
  CHECK(maps.kinds == Kinds{guard, thread_stack, guard, thread_stack});
  CHECK(maps.identities[1].tid == Pid{12});
  CHECK(maps.identities[1].stack_by == StackEvidence::stack_pointer);
  CHECK(maps.identities[3].tid == Pid{13});
}

TEST_CASE("a stack pointer at the end of a mapping is not within it", "[sample]") {
  CHECK(kind_of("7f0000001000-7f0000801000 rw-p 0 00:00 0 ",
                {.stacks = {{Address{0x7f0000801000}, Pid{12}}}}) == anon);
}

TEST_CASE("several stack pointers in one mapping make it no thread's stack", "[sample]") {
  const auto maps =
      classify("7f0000001000-7f0000801000 rw-p 0 00:00 0 ",
               {.stacks = {{Address{0x7f0000002000}, Pid{12}}, {Address{0x7f0000003000}, Pid{13}}}});
  CHECK(maps.kinds == Kinds{anon});
  CHECK_FALSE(maps.identities[0].tid);
}

TEST_CASE("a guard page tells a stack only where some stack pointer is not known", "[sample]") {
  const auto maps = classify(kTwoStacks, {.threads_without_pointer = true});
  CHECK(maps.kinds == Kinds{guard, thread_stack, guard, thread_stack});
  CHECK(maps.identities[1].stack_by == StackEvidence::guard_page);
  CHECK_FALSE(maps.identities[1].tid);
  CHECK(classify(kTwoStacks, {.stacks = {{Address{0x7f0000800e30}, Pid{12}}}}).kinds ==
        Kinds{guard, thread_stack, guard, anon});
}

TEST_CASE("the names that kernels and C libraries give to stacks name their threads", "[sample]") {
  const auto named = [](std::string_view name) {
    return classify("1000-2000 rw-p 0 00:00 0 " + std::string(name)).identities.at(0);
  };
  for (const std::string_view name :
       {"[stack:12]", "[anon: glibc: pthread stack: 12]", "[anon:stack_and_tls:12]"}) {
    INFO(name);
    CHECK(named(name).kind == thread_stack);
    CHECK(named(name).tid == Pid{12});
    CHECK(named(name).stack_by == StackEvidence::name);
  }
  CHECK(named("[anon:stack_and_tls:main]").kind == named_anon);
}

}  // namespace
}  // namespace pageloupe
