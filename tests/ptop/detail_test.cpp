// SPDX-License-Identifier: MIT
#include "ptop/detail.h"

#include "ptop/frames.h"
#include "support/catch.h"
#include "support/detail_fixture.h"

namespace pageloupe::ptop {
namespace {

std::string screen(const DetailData& data, const DetailView& view, Size size) {
  Frame frame;
  show_detail(frame, data, view, size);
  CHECK(frame.rows() <= size.rows);
  for (const auto& line : frame.lines()) CHECK(line.columns() <= size.columns);
  return text_of(frame);
}

DetailData read_all(const DetailFixture& fixture) {
  DetailData data;
  for (const auto& info : kDetailTabInfos) fixture.read_into(data, info.tab);
  return data;
}

DetailView looking_at(const DetailData& data, DetailTab tab) {
  DetailView view{.tab = tab};
  arrange(view, data);
  return view;
}

TEST_CASE("the map by kind fills a screen of 80 columns", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  CHECK(screen(data, looking_at(data, DetailTab::map), {.columns = 80, .rows = 12}) ==
        "42 root /opt/pool --workers 2                             300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "KIND         MAPPINGS    SIZE RESIDENT     PSS   DIRTY    SWAP UNTOUCHED  SHARE\n"
        "heap                1    8.0M     512K    512K    512K     16K      7.5M  98.3%\n"
        "stack               1    132K       8K      8K      8K       0      124K   1.6%\n"
        "text                1      8K       8K      4K       0       0         0   0.1%\n"
        "lib-rodata          1      4K       4K      2K       0       0         0   0.0%\n"
        "\n"
        "\n"
        "\n"
        "total               4    8.1M     532K    526K    520K     16K      7.6M\n"
        "Left/Right tab  Enter mappings of the kind  k all  s order  e unit  Esc back\n");
}

TEST_CASE("the list of mappings gives the rest of the line to their names", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  DetailView view{.all_mappings = true};
  arrange(view, data);
  CHECK(screen(data, view, {.columns = 80, .rows = 12}) ==
        "42 root /opt/pool --workers 2                             300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "ADDRESS             SIZE RESIDENT     PSS   DIRTY    SWAP KIND         MAPPING\n"
        "000000400000          8K       8K      4K       0       0 text         pool\n"
        "000001000000        8.0M     512K    512K    512K     16K heap         [heap]\n"
        "7f0000000000          4K       4K      2K       0       0 lib-rodata   libc.so.6\n"
        "7ffd00000000        132K       8K      8K      8K       0 stack        [stack]\n"
        "\n"
        "\n"
        "\n"
        "total               8.1M     532K    526K    520K     16K\n"
        "Left/Right tab  k by kind  s order  R reverse  > shift  e unit  Esc back\n");
  CHECK(screen(data, view, {.columns = 120, .rows = 12}) ==
        "42 root /opt/pool --workers 2                                                                     "
        "300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "ADDRESS             SIZE RESIDENT     PSS   DIRTY    SWAP UNTOUCHED PERM KIND         MAPPING\n"
        "000000400000          8K       8K      4K       0       0         0 r-xp text         pool\n"
        "000001000000        8.0M     512K    512K    512K     16K      7.5M rw-p heap         [heap]\n"
        "7f0000000000          4K       4K      2K       0       0         0 r--p lib-rodata   libc.so.6\n"
        "7ffd00000000        132K       8K      8K      8K       0      124K rw-p stack        [stack]\n"
        "\n"
        "\n"
        "\n"
        "total               8.1M     532K    526K    520K     16K      7.6M\n"
        "Left/Right tab  k by kind  s order  R reverse  > shift  e unit  Esc back\n");
}

TEST_CASE("memory is named values with what they mean, and how far the process may grow", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  CHECK(
      screen(data, looking_at(data, DetailTab::memory), {.columns = 100, .rows = 62}) ==
      "42 root /opt/pool --workers 2                                                 300 ms old, took 12 ms\n"
      " Map  Memory  Threads  Group  Environment\n"
      "Resident\n"
      "rss                      632K  resident memory; what is shared counts in every sharer, so it is not\n"
      "pss                      576K  resident, each page divided by the number of its sharers: the one to\n"
      "uss                      520K  resident in this process alone\n"
      "pss_anon                 520K  PSS of anonymous memory\n"
      "pss_file                  56K  PSS of files\n"
      "pss_shmem                   0  PSS of shared memory\n"
      "rss_anon                 520K  resident anonymous memory\n"
      "rss_file                 112K  resident memory of files\n"
      "rss_shmem                   0  resident shared memory\n"
      "shared_clean             112K  shared, as it is in the file\n"
      "shared_dirty                0  shared and written to\n"
      "private_clean               0  private, as it is in the file\n"
      "private_dirty            520K  private and written to\n"
      "referenced               632K  used since the marks were last cleared\n"
      "lazy_free          not in this kernel\n"
      "\n"
      "Reserved and peaks\n"
      "vsz                      8.1M  reserved address space\n"
      "untouched                7.5M  reserved and not resident\n"
      "peak                     8.8M  the most that was ever reserved\n"
      "hwm                      700K  the most that was ever resident\n"
      "data                     8.0M  private writable address space without stacks\n"
      "stk                      132K  stack of the first thread\n"
      "vm_exe                     8K  code of the program\n"
      "lib                        4K  code of libraries\n"
      "pte                       44K  page tables\n"
      "\n"
      "Swapped\n"
      "swap                      16K  anonymous memory in swap\n"
      "smaps_swap                16K  in swap, shared memory included\n"
      "swap_pss                  16K  in swap, divided by the number of sharers\n"
      "\n"
      "Huge, locked, merged\n"
      "thp                      0.0%  share of the resident memory in transparent huge pages\n"
      "anon_huge_pages             0  in transparent huge pages\n"
      "shmem_pmd_mapped   not in this kernel\n"
      "file_pmd_mapped    not in this kernel\n"
      "hugetlb            not in this kernel\n"
      "lck                         0  locked memory\n"
      "locked                      0  locked, divided by the number of sharers\n"
      "pin                not in this kernel\n"
      "ksm                not in this kernel\n"
      "ksm_merged         not in this kernel\n"
      "ksm_profit         not in this kernel\n"
      "\n"
      "Limits                   USED      LIMIT       LEFT\n"
      "stack                    132K       8.0M       7.9M  RLIMIT_STACK, 1012G of addresses free below\n"
      "heap                     8.0M   no limit          -  RLIMIT_DATA, 127T of addresses free above\n"
      "data                     8.0M   no limit          -  RLIMIT_DATA, all private writable memory\n"
      "address space            8.1M   no limit          -  RLIMIT_AS\n"
      "locked                      0        64K        64K  RLIMIT_MEMLOCK\n"
      "mappings                    4      65530      65526  vm.max_map_count\n"
      "largest gap                 -          -       127T  from 000001800000, the largest mapping that fit\n"
      "commit                  1000K       3.9M       2.9M  whole machine, the kernel refuses only obvious\n"
      "\n"
      "\n"
      "\n"
      "\n"
      "Left/Right tab  Up/Down scroll  e unit  r read again  Esc back\n");
}

TEST_CASE("threads are ordered by the CPU they use", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  CHECK(screen(data, looking_at(data, DetailTab::threads), {.columns = 80, .rows = 8}) ==
        "42 root /opt/pool --workers 2                             300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "    TID COMMAND         S   CPU%      TIME   VCSW/s  IVCSW/s  PSR\n"
        "     42 pool            S      -  00:00:01        -        -    1\n"
        "     43 worker          R      -  00:01:01        -        -    1\n"
        "\n"
        "\n"
        "\n");
}

TEST_CASE("the group is the cgroup with its memory, OOM scores and namespaces", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  const auto text = screen(data, looking_at(data, DetailTab::group), {.columns = 80, .rows = 40});
  CHECK(text.substr(0, text.find("\nProgram\n") + 1) ==
        "42 root /opt/pool --workers 2                             300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "Control group\n"
        "cgroup             /system.slice/pool.service\n"
        "container          not applicable\n"
        "unit               pool.service\n"
        "slice              system.slice\n"
        "memory                   1.0M  of the control group, with the page cache that is\n"
        "memory limit       no limit\n"
        "memory high              2.0M  beyond it, allocations are slowed down\n"
        "memory peak        not in this kernel\n"
        "swap               not in this kernel\n"
        "swap limit         not in this kernel\n"
        "\n"
        "Out of memory\n"
        "oom_score                 667  the greater, the sooner the OOM killer takes it\n"
        "oom_score_adj             -17  what its owner added to that, -1000 to 1000\n"
        "\n"
        "Namespaces\n"
        "pidns              4026531836  PID namespace, by number\n"
        "mntns              not applicable\n"
        "cgroupns           not applicable\n"
        "ipcns              not applicable\n"
        "netns              not applicable\n"
        "timens             not applicable\n"
        "userns             not applicable\n"
        "utsns              not applicable\n"
        "nspid              42\n"
        "\n");
}

TEST_CASE("the environment shows strangers' bytes escaped, and moved to the left where asked", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  auto view = looking_at(data, DetailTab::environment);
  CHECK(screen(data, view, {.columns = 60, .rows = 7}) ==
        "42 root /opt/pool --workers 2         300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "HOME=/root\n"
        "TERM=xterm\n"
        "BAD=\\x1b[2J\n"
        "\n"
        "\n");
  view.shift = 3;
  CHECK(screen(data, view, {.columns = 60, .rows = 7}) ==
        "42 root /opt/pool --workers 2         300 ms old, took 12 ms\n"
        " Map  Memory  Threads  Group  Environment\n"
        "E=/root\n"
        "M=xterm\n"
        "=\\x1b[2J\n"
        "\n"
        "\n");
}

TEST_CASE("a terminal of 20 columns and 5 rows shows what matters most", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  CHECK(screen(data, looking_at(data, DetailTab::map), {.columns = 20, .rows = 5}) ==
        "42 /opt/pool  300 ms\n"
        " Map  Memory  Thread\n"
        "KIND        RESIDENT\n"
        "heap            512K\n"
        "stack             8K\n");
  CHECK(screen(data, looking_at(data, DetailTab::threads), {.columns = 20, .rows = 5}) ==
        "42 /opt/pool  300 ms\n"
        " Map  Memory  Thread\n"
        "    TID COMMA   CPU%\n"
        "     42 pool       -\n"
        "     43 worke      -\n");
  CHECK(screen(data, looking_at(data, DetailTab::memory), {.columns = 20, .rows = 5}) ==
        "42 /opt/pool  300 ms\n"
        " Map  Memory  Thread\n"
        "Resident\n"
        "rss             632K\n"
        "pss             576K\n");
}

TEST_CASE("the details fit into every size down to one character", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  const DetailData nothing;
  for (const auto& info : kDetailTabInfos) {
    auto view = looking_at(data, info.tab);
    view.all_mappings = true;
    for (const auto unit : {SizeUnit::human, SizeUnit::bytes}) {
      view.unit = unit;
      for (std::size_t rows = 0; rows < 12; ++rows) {
        for (std::size_t columns = 0; columns < 100; columns += columns < 24 ? 1 : 9) {
          static_cast<void>(screen(data, view, {.columns = columns, .rows = rows}));
          static_cast<void>(screen(nothing, view, {.columns = columns, .rows = rows}));
        }
      }
    }
  }
}

TEST_CASE("a number that has no room is a question mark, or not there: never cut", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  auto view = looking_at(data, DetailTab::memory);
  CHECK(ContainsSubstring("\n 632K\n").match(screen(data, view, {.columns = 5, .rows = 5})));
  CHECK(ContainsSubstring("\n   ?\n").match(screen(data, view, {.columns = 4, .rows = 5})));
  view.place().top = 45;
  const auto limits = screen(data, view, {.columns = 45, .rows = 62});
  CHECK(ContainsSubstring("stack                    132K       8.0M\n").match(limits));
  const auto threads = screen(data, looking_at(data, DetailTab::threads), {.columns = 1, .rows = 5});
  CHECK(threads.ends_with("?\n?\n"));
}

TEST_CASE("what may not be read says so in words", "[ptop]") {
  DetailData data;
  data.map.value = std::unexpected(Errc::denied);
  data.environment.value = std::unexpected(Errc::denied);
  data.threads.value = std::unexpected(Errc::gone);
  constexpr Size kSize{.columns = 80, .rows = 4};
  CHECK(ContainsSubstring("permission denied: the map is open to the owner of the process and to root.")
            .match(screen(data, looking_at(data, DetailTab::map), kSize)));
  CHECK(ContainsSubstring("permission denied: the environment is open")
            .match(screen(data, looking_at(data, DetailTab::environment), kSize)));
  CHECK(ContainsSubstring("The process has exited.")
            .match(screen(data, looking_at(data, DetailTab::threads), kSize)));
  data.map.value = std::unexpected(Errc::no_memory);
  CHECK(ContainsSubstring("a kernel thread, or a zombie")
            .match(screen(data, looking_at(data, DetailTab::map), kSize)));
}

TEST_CASE("an environment that was not asked for is not there, and says how to ask", "[ptop]") {
  const DetailData data;
  CHECK(ContainsSubstring("Enter reads the environment")
            .match(screen(data, looking_at(data, DetailTab::environment), {.columns = 80, .rows = 4})));
}

TEST_CASE("the title says how old what is shown is, and when nothing answers", "[ptop]") {
  const DetailFixture fixture;
  auto data = read_all(fixture);
  const auto title = [&data](std::size_t columns) {
    return screen(data, looking_at(data, DetailTab::map), {.columns = columns, .rows = 1});
  };
  CHECK(title(80).ends_with("300 ms old, took 12 ms\n"));
  CHECK(title(30).ends_with(" 300 ms\n"));
  data.now = Instant{25'000'000'000};
  CHECK(title(80).ends_with("20 s old, took 12 ms\n"));
  data.map.asked_at = Instant{24'500'000'000};
  CHECK(title(80).ends_with("20 s old, took 12 ms\n"));
  data.map.asked_at = Instant{11'000'000'000};
  CHECK(title(80).ends_with("does not answer for 14 s\n"));
  data.ended = true;
  CHECK(title(80).ends_with("exited\n"));
}

TEST_CASE("a process that never answered says so where its map would be", "[ptop]") {
  DetailData data;
  data.now = Instant{9'000'000'000};
  data.map.asked_at = Instant{1'000'000'000};
  CHECK(ContainsSubstring("does not answer. The other tabs may.")
            .match(screen(data, looking_at(data, DetailTab::map), {.columns = 80, .rows = 4})));
}

TEST_CASE("sizes in bytes have room", "[ptop]") {
  const DetailFixture fixture;
  const auto data = read_all(fixture);
  auto view = looking_at(data, DetailTab::map);
  view.unit = SizeUnit::bytes;
  CHECK(ContainsSubstring("8388608").match(screen(data, view, {.columns = 80, .rows = 12})));
}

}  // namespace
}  // namespace pageloupe::ptop
