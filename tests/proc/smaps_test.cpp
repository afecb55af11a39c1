// SPDX-License-Identifier: MIT
#include "proc/smaps.h"

#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

// A line of a key as the kernel pads it.
std::string key_line(std::string_view key, std::uint64_t kib) {
  std::string value = std::to_string(kib);
  if (value.size() < 8) value.insert(0, 8 - value.size(), ' ');
  std::string label = std::string(key) + ":";
  // "Private_Hugetlb:" fills its column, and its value has one place less.
  if (label.size() < 16) label.append(16 - label.size(), ' ');
  return label + value + " kB\n";
}

constexpr std::string_view kModern =
    "00400000-00452000 r-xp 00000000 fe:00 9                                  /bin/prog\n"
    "Size:                328 kB\n"
    "KernelPageSize:        4 kB\n"
    "MMUPageSize:           4 kB\n"
    "Rss:                 300 kB\n"
    "Pss:                 150 kB\n"
    "Pss_Dirty:             0 kB\n"
    "Shared_Clean:        300 kB\n"
    "Shared_Dirty:          0 kB\n"
    "Private_Clean:         0 kB\n"
    "Private_Dirty:         0 kB\n"
    "Referenced:          296 kB\n"
    "Anonymous:             0 kB\n"
    "KSM:                   0 kB\n"
    "LazyFree:              0 kB\n"
    "AnonHugePages:         0 kB\n"
    "ShmemPmdMapped:        0 kB\n"
    "FilePmdMapped:         0 kB\n"
    "Shared_Hugetlb:        0 kB\n"
    "Private_Hugetlb:       0 kB\n"
    "Swap:                  0 kB\n"
    "SwapPss:               0 kB\n"
    "Locked:                0 kB\n"
    "THPeligible:           0\n"
    "ProtectionKey:         0\n"
    "VmFlags: rd ex mr mw me sd \n"
    "00651000-00652000 rw-p 00051000 fe:00 9                                  /bin/prog\n"
    "Size:                  4 kB\n"
    "KernelPageSize:        4 kB\n"
    "MMUPageSize:           4 kB\n"
    "Rss:                   4 kB\n"
    "Pss:                   4 kB\n"
    "Pss_Dirty:             4 kB\n"
    "Shared_Clean:          0 kB\n"
    "Shared_Dirty:          0 kB\n"
    "Private_Clean:         0 kB\n"
    "Private_Dirty:         4 kB\n"
    "Referenced:            4 kB\n"
    "Anonymous:             4 kB\n"
    "KSM:                   0 kB\n"
    "LazyFree:              0 kB\n"
    "AnonHugePages:         0 kB\n"
    "ShmemPmdMapped:        0 kB\n"
    "FilePmdMapped:         0 kB\n"
    "Shared_Hugetlb:        0 kB\n"
    "Private_Hugetlb:    2048 kB\n"
    "Swap:                  0 kB\n"
    "SwapPss:               0 kB\n"
    "Locked:                0 kB\n"
    "THPeligible:           1\n"
    "ProtectionKey:         3\n"
    "VmFlags: rd wr mr mw me ac sd \n";

struct All {
  std::vector<VmaRecord> records{};
  std::vector<SmapsReader::UnknownKey> unknown{};
  Result<bool> last = true;
};

All read_all(UniqueFd fd) {
  SmapsReader reader(std::move(fd));
  All all;
  VmaRecord record;  // one for all, as a caller does that reads millions
  for (all.last = reader.next(record); all.last && *all.last; all.last = reader.next(record))
    all.records.push_back(record);
  all.unknown = reader.unknown_keys();
  return all;
}

All read_all(std::string_view text) { return read_all(descriptor_with(text)); }

void check_same(const VmaRecord& a, const VmaRecord& b) {
  CHECK(a.vma.start == b.vma.start);
  CHECK(a.vma.name == b.vma.name);
  CHECK(a.vm_flags == b.vm_flags);
  for (const auto& [key, text] : kSmapsKeys) {
    INFO(text);
    CHECK(a.usage[key] == b.usage[key]);
  }
}

TEST_CASE("SmapsReader reads the records of a kernel of today", "[proc]") {
  const auto all = read_all(kModern);
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 2);
  const auto& text = all.records[0];
  CHECK(text.vma.name == "/bin/prog");
  CHECK(text.usage.bytes(SmapsKey::size) == Bytes{328 * 1024});
  CHECK(text.usage.bytes(SmapsKey::pss) == Bytes{150 * 1024});
  CHECK(text.usage[SmapsKey::thp_eligible] == 0);
  CHECK(text.vm_flags == "rd ex mr mw me sd");
  const auto& data = all.records[1];
  CHECK(data.usage.bytes(SmapsKey::private_dirty) == Bytes{4096});
  CHECK(data.usage.bytes(SmapsKey::private_hugetlb) == Bytes{2048 * 1024});
  CHECK(data.usage.bytes(SmapsKey::kernel_page_size) == Bytes{4096});
  CHECK(data.usage[SmapsKey::thp_eligible] == 1);
  CHECK(data.usage[SmapsKey::protection_key] == 3);
  CHECK(data.vm_flags == "rd wr mr mw me ac sd");
  CHECK_FALSE(data.usage[SmapsKey::pss_anon]);
  CHECK(all.unknown.empty());
}

TEST_CASE("keys that an old kernel lacks are absent in every record", "[proc]") {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 rw-p 00000000 00:00 0 \n";
    for (const std::string_view key :
         {"Size", "Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty",
          "Referenced", "Swap", "KernelPageSize", "MMUPageSize"}) {
      text += key_line(key, static_cast<std::uint64_t>(i) + 4);
    }
  }
  const auto all = read_all(text);
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& usage = all.records[i].usage;
    CHECK(usage.bytes(SmapsKey::mmu_page_size) == Bytes{(i + 4) * 1024});
    CHECK_FALSE(usage[SmapsKey::locked]);
    CHECK_FALSE(usage[SmapsKey::anonymous]);
    CHECK_FALSE(usage[SmapsKey::thp_eligible]);
    CHECK(all.records[i].vm_flags.empty());
  }
}

TEST_CASE("THPeligible of Linux 4.20, narrower than its column, is read in every record", "[proc]") {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 rw-p 00000000 00:00 0 \n" +
            key_line("Size", 4) + key_line("Rss", 4) + "THPeligible:    " + std::to_string(i % 2) +
            "\nProtectionKey:         0\nVmFlags: rd wr \n";
  }
  const auto all = read_all(text);
  REQUIRE(all.records.size() == 3);
  CHECK(all.records[0].usage[SmapsKey::thp_eligible] == 0);
  CHECK(all.records[1].usage[SmapsKey::thp_eligible] == 1);
  CHECK(all.records[2].usage[SmapsKey::thp_eligible] == 0);
  CHECK(all.records[2].usage[SmapsKey::protection_key] == 0);
  CHECK(all.records[2].vm_flags == "rd wr");
}

TEST_CASE("a value that is wider than its column is read, and so are the records around it", "[proc]") {
  constexpr std::uint64_t kWide = 137438953472;  // 128 TiB in kB: twelve digits where eight have room
  const auto record = [](int i, std::uint64_t size) {
    return std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 ---p 00000000 00:00 0 \n" +
           key_line("Size", size) + key_line("Rss", 4 + static_cast<std::uint64_t>(i)) + key_line("Pss", 2) +
           "VmFlags: mr \n";
  };
  for (int wide = 0; wide < 3; ++wide) {
    std::string text;
    for (int i = 0; i < 3; ++i) text += record(i, i == wide ? kWide : 4);
    const auto all = read_all(text);
    REQUIRE(all.last);
    REQUIRE(all.records.size() == 3);
    for (int i = 0; i < 3; ++i) {
      const auto& usage = all.records[static_cast<std::size_t>(i)].usage;
      CHECK(usage.bytes(SmapsKey::size) == Bytes{(i == wide ? kWide : 4) * 1024});
      CHECK(usage.bytes(SmapsKey::rss) == Bytes{(4 + static_cast<std::uint64_t>(i)) * 1024});
    }
  }
}

TEST_CASE("values of every width from one to fourteen digits are read exactly", "[proc]") {
  std::string text;
  std::vector<std::uint64_t> values;
  for (std::uint64_t value = 1, digit = 1; values.size() < 14;
       digit = digit % 9 + 1, value = value * 10 + digit) {
    values.push_back(value);
    text += std::to_string(values.size()) + "000-ffff000 ---p 00000000 00:00 0 \n" + key_line("Size", 4) +
            key_line("Rss", value);
  }
  const auto all = read_all(text);
  REQUIRE(all.records.size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(all.records[i].usage.bytes(SmapsKey::rss) == Bytes{values[i] * 1024});
}

TEST_CASE("keys of a later kernel are kept under their own names, with their unit", "[proc]") {
  std::string text;
  for (int i = 0; i < 3; ++i) {
    text += std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 rw-p 00000000 00:00 0 \n" +
            key_line("Size", 4) + key_line("Rss", 4) +
            key_line("Tomorrow", 10 + static_cast<std::uint64_t>(i)) +
            "A_Count:               " + std::to_string(i) + "\n" + "Words:          some text\n" +
            "VmFlags: rd zz \n";
  }
  const auto all = read_all(text);
  REQUIRE(all.last);
  REQUIRE(all.unknown.size() == 2);
  CHECK(all.unknown[0].text == "Tomorrow");
  CHECK(all.unknown[0].kib);
  CHECK(all.unknown[1].text == "A_Count");
  CHECK_FALSE(all.unknown[1].kib);
  REQUIRE(all.records.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(all.records[i].unknown == std::vector<std::uint64_t>{(10 + i) * 1024, i});
    CHECK(all.records[i].vm_flags == "rd zz");
  }
}

TEST_CASE("a key of a later kernel that only some records have is absent from the others", "[proc]") {
  const auto record = [](int i, std::string_view more) {
    return std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 rw-p 00000000 00:00 0 \n" +
           key_line("Size", 4) + key_line("Rss", 4) + std::string(more) + "VmFlags: rd \n";
  };
  const auto all =
      read_all(record(0, "") + record(1, "Tomorrow: 7 kB\n") + record(2, "") + record(3, "Tomorrow: 9 kB\n"));
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 4);
  const auto value = [&](std::size_t i) {
    const auto& unknown = all.records[i].unknown;
    return unknown.empty() ? VmaRecord::kNoValue : unknown[0];
  };
  CHECK(value(0) == VmaRecord::kNoValue);
  CHECK(value(1) == 7 * 1024);
  CHECK(value(2) == VmaRecord::kNoValue);
  CHECK(value(3) == 9 * 1024);
}

TEST_CASE("a known key that only some records have is absent from the others", "[proc]") {
  const auto record = [](int i, std::string_view more) {
    return std::to_string(i + 1) + "000-" + std::to_string(i + 2) + "000 rw-p 00000000 00:00 0 \n" +
           key_line("Size", 4) + key_line("Rss", 4) + std::string(more) + "VmFlags: rd \n";
  };
  const auto locked = key_line("Locked", 8);
  const auto all = read_all(record(0, locked) + record(1, "") + record(2, locked) + record(3, ""));
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 4);
  CHECK(all.records[0].usage.bytes(SmapsKey::locked) == Bytes{8192});
  CHECK_FALSE(all.records[1].usage[SmapsKey::locked]);
  CHECK(all.records[2].usage.bytes(SmapsKey::locked) == Bytes{8192});
  CHECK_FALSE(all.records[3].usage[SmapsKey::locked]);
}

TEST_CASE("keys in another order than the first record's go to their own places", "[proc]") {
  const std::string first =
      "1000-2000 rw-p 00000000 00:00 0 \n" + key_line("Size", 1) + key_line("Rss", 2) + key_line("Pss", 3);
  const std::string second =
      "2000-3000 rw-p 00000000 00:00 0 \n" + key_line("Pss", 6) + key_line("Size", 4) + key_line("Rss", 5);
  const auto all = read_all(first + second + first);
  REQUIRE(all.records.size() == 3);
  CHECK(all.records[1].usage.bytes(SmapsKey::size) == Bytes{4 * 1024});
  CHECK(all.records[1].usage.bytes(SmapsKey::rss) == Bytes{5 * 1024});
  CHECK(all.records[1].usage.bytes(SmapsKey::pss) == Bytes{6 * 1024});
  check_same(all.records[0], all.records[2]);
}

TEST_CASE("a record without any key is its line of maps", "[proc]") {
  const auto all = read_all("1000-2000 rw-p 00000000 00:00 0 \n2000-3000 rw-p 00000000 00:00 0 [heap]\n");
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 2);
  CHECK(all.records[0].usage.empty());
  CHECK(all.records[1].vma.name == "[heap]");
}

TEST_CASE("a known key with words for a number is malformed, with the record's number", "[proc]") {
  for (const std::string_view bad : {"Rss:  many kB\n", "Rss:                   4 MB\n", "Rss:\n",
                                     "no colon\n", "Rss:               ! kB\n"}) {
    INFO(bad);
    const auto all =
        read_all(std::string(kModern) + "f000000-f001000 rw-p 00000000 00:00 0 \n" + std::string(bad));
    REQUIRE_FALSE(all.last);
    CHECK(all.last.error().code == Errc::malformed);
    CHECK(all.last.error().file == "smaps");
    CHECK(all.last.error().line == 3);
    CHECK(all.records.size() == 2);
  }
}

TEST_CASE("a column that holds anything but a number is malformed and not read as one", "[proc]") {
  for (const std::string_view value :
       {"       !", "       )", "      -4", "     0x4", "       a", "     4  ", "    1 23", "       \x7f"}) {
    INFO(value);
    std::string text(kModern);
    const auto at = text.rfind("Rss:                   4 kB");
    text.replace(at + 16, 8, value);
    const auto all = read_all(text);
    CHECK_FALSE(all.last);
    CHECK(all.records.size() == 1);
  }
}

TEST_CASE("smaps that is cut anywhere is shorter or malformed and never has another number", "[proc]") {
  const auto whole = read_all(kModern);
  REQUIRE(whole.records.size() == 2);
  for (std::size_t length = 0; length < kModern.size(); ++length) {
    const auto cut = read_all(kModern.substr(0, length));
    const bool at_line_end = length == 0 || kModern[length - 1] == '\n';
    INFO(length);
    REQUIRE(cut.last.has_value() == at_line_end);
    for (std::size_t i = 0; i < cut.records.size(); ++i) {
      for (const auto& [key, text] : kSmapsKeys) {
        const auto value = cut.records[i].usage[key];
        if (value && value != whole.records[i].usage[key]) FAIL(text << " of record " << i);
      }
    }
  }
}

// The reader's buffer ends 32 KiB into the text: a first name of growing length moves that end over every
// byte of the records behind it.
TEST_CASE("records are the same wherever a read ends within them", "[proc]") {
  constexpr std::size_t kBuffer = 32768;
  const auto expected = read_all(kModern);
  std::string filler;
  for (int i = 0; i < 30; ++i) {
    filler += "100000-101000 rw-p 00000000 00:00 0 \n";
    const auto keys = kModern.substr(kModern.find('\n') + 1);
    filler += keys.substr(0, keys.find("00651000"));
  }
  REQUIRE(filler.size() < kBuffer - kModern.size());
  const std::string head = "200000-201000 rw-p 00000000 fe:00 3 /";
  const std::string tail = "\n" + key_line("Size", 4);
  const auto longest = kBuffer - filler.size() - head.size() - tail.size();
  REQUIRE(longest > kModern.size());
  for (std::size_t back = 0; back <= kModern.size(); ++back) {
    const auto all = read_all(filler + head + std::string(longest - back, 'n') + tail + std::string(kModern));
    INFO(back);
    REQUIRE(all.last);
    REQUIRE(all.records.size() == 33);
    REQUIRE(all.records[30].vma.name.size() == longest - back + 1);
    check_same(all.records[31], expected.records[0]);
    check_same(all.records[32], expected.records[1]);
  }
}

TEST_CASE("records are the same whatever the pieces are that a pipe gives", "[proc]") {
  const auto expected = read_all(kModern);
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 27UL, 28UL, 64UL, 1000UL}) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    std::thread writer([to = UniqueFd(ends[1]), piece] {
      for (std::size_t at = 0; at < kModern.size(); at += piece) {
        const auto part = kModern.substr(at, piece);
        if (::write(to.get(), part.data(), part.size()) < 0) return;
      }
    });
    const auto all = read_all(UniqueFd(ends[0]));
    writer.join();
    REQUIRE(all.records.size() == 2);
    check_same(all.records[0], expected.records[0]);
    check_same(all.records[1], expected.records[1]);
  }
}

TEST_CASE("a record that is longer than the buffer is read whole", "[proc]") {
  const std::string name = "/" + std::string(100'000, 'x');
  const auto all =
      read_all("1000-2000 r--p 00000000 fe:00 3 " + name + "\n" + key_line("Rss", 4) + std::string(kModern));
  REQUIRE(all.last);
  REQUIRE(all.records.size() == 3);
  CHECK(all.records[0].vma.name == name);
  CHECK(all.records[0].usage.bytes(SmapsKey::rss) == Bytes{4096});
  CHECK(all.records[2].usage[SmapsKey::protection_key] == 3);
}

TEST_CASE("has_vm_flag finds whole words only", "[proc]") {
  CHECK(has_vm_flag("rd wr ht", "ht"));
  CHECK(has_vm_flag("ht", "ht"));
  CHECK_FALSE(has_vm_flag("rd wr", "ht"));
  CHECK_FALSE(has_vm_flag("rdht wr", "ht"));
  CHECK_FALSE(has_vm_flag("", "ht"));
}

}  // namespace
}  // namespace pageloupe
