// SPDX-License-Identifier: MIT
#include "proc/maps.h"

#include <string>

#include "proc/smaps.h"
#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

Vma parsed(std::string_view line) {
  Vma vma;
  INFO(line);
  REQUIRE(parse_maps_line(line, vma));
  return vma;
}

TEST_CASE("parse_maps_line reads every field of a mapped file", "[proc]") {
  const auto vma = parsed(
      "7f7a33068000-7f7a331d9000 r-xp 00026000 fe:0a 131522                     "
      "/usr/lib/x86_64-linux-gnu/libc.so.6");
  CHECK(vma.start == Address{0x7f7a33068000});
  CHECK(vma.end == Address{0x7f7a331d9000});
  CHECK(vma.size() == Bytes{0x171000});
  CHECK(vma.perms == Perms{.read = true, .execute = true});
  CHECK(vma.offset == Bytes{0x26000});
  CHECK(vma.device == Device{0xfe, 0x0a});
  CHECK(vma.inode == 131522);
  CHECK(vma.name == "/usr/lib/x86_64-linux-gnu/libc.so.6");
  CHECK_FALSE(vma.anonymous());
}

TEST_CASE("anonymous memory has no name, with or without the blank that ends its line", "[proc]") {
  for (const std::string_view line : {"7f7a3305e000-7f7a33060000 rw-p 00000000 00:00 0 ",
                                      "7f7a3305e000-7f7a33060000 rw-p 00000000 00:00 0"}) {
    const auto vma = parsed(line);
    CHECK(vma.name.empty());
    CHECK(vma.anonymous());
  }
}

TEST_CASE("names in brackets are anonymous and keep what stands in them", "[proc]") {
  CHECK(parsed("00400000-00401000 rw-p 00000000 00:00 0                          [heap]").anonymous());
  CHECK(parsed("00400000-00401000 rw-p 00000000 00:00 0                          [anon:dalvik main space]")
            .name == "[anon:dalvik main space]");
  CHECK_FALSE(
      parsed("00400000-00401000 rw-s 00000000 00:01 7                          [anon_shmem:x]").anonymous());
}

TEST_CASE("addresses of sixteen digits fit and those of seventeen do not", "[proc]") {
  const auto vma =
      parsed("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]");
  CHECK(vma.start == Address{0xffffffffff600000});
  CHECK(vma.end == Address{0xffffffffff601000});
  Vma ignored;
  CHECK_FALSE(parse_maps_line("0ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0", ignored));
}

TEST_CASE("every number of digits is read alike, at known places or one by one", "[proc]") {
  constexpr std::string_view kDigits = "fedcba9876543210";
  for (std::size_t first = 1; first <= 16; ++first) {
    for (std::size_t last = first; last <= 16; ++last) {
      for (const std::string_view rest :
           {" rw-p 89abcdef fe:0a 7", " rw-p 89abcdef 103:00001 7", " rw-p 9 0:1 7"}) {
        const auto low = std::string(first - 1, '0') + "1";
        const auto high = std::string(kDigits.substr(0, last));
        const auto vma = parsed(low + "-" + high + std::string(rest));
        CHECK(vma.start == Address{1});
        CHECK(vma.end == Address{std::stoull(high, nullptr, 16)});
        CHECK(vma.offset == Bytes{rest.contains("89") ? 0x89abcdefU : 9U});
        CHECK(vma.inode == 7);
      }
    }
  }
}

TEST_CASE("a character that is no lower-case digit is refused at every place of the usual line", "[proc]") {
  const std::string usual = "00001a305e000-00007a33060000 rw-p 0012f000 fe:0a 5 ";
  for (std::size_t i = 0; i < usual.find("5 "); ++i) {
    for (const char bad : {'A', 'F', 'g', '`', '/', ':', 'x', '\0', '\x80', '\xb0', '\xff'}) {
      auto line = usual;
      if (line[i] == bad || (bad == 'x' && i == usual.find("-p"))) continue;  // executable
      line[i] = bad;
      Vma vma;
      INFO(i << " " << static_cast<int>(bad));
      CHECK_FALSE(parse_maps_line(line, vma));
    }
  }
}

TEST_CASE("all sixteen permissions read back as their letters", "[proc]") {
  for (const char* const text : {"---p", "r--p", "-w-p", "--xp", "rw-p", "r-xp", "-wxp", "rwxp", "---s",
                                 "r--s", "-w-s", "--xs", "rw-s", "r-xs", "-wxs", "rwxs"}) {
    const auto vma = parsed("1000-2000 " + std::string(text) + " 0 00:00 0");
    const auto letters = vma.perms.letters();
    CHECK(std::string(letters.data(), letters.size()) == text);
    CHECK(vma.perms.none() == std::string_view(text).starts_with("---"));
  }
}

TEST_CASE("a deleted file, a newline and blanks stay in the name as the kernel wrote them", "[proc]") {
  CHECK(parsed("1000-2000 r--p 00000000 fe:00 12                         /tmp/x (deleted)").name ==
        "/tmp/x (deleted)");
  CHECK(parsed("1000-2000 r--p 00000000 fe:00 12                         /tmp/a\\012b").name ==
        "/tmp/a\\012b");
  CHECK(parsed("1000-2000 r--p 00000000 fe:00 12                         /tmp/two  blanks ").name ==
        "/tmp/two  blanks ");
  CHECK(parsed("1000-2000 r--p 00000000 fe:00 12                         /tmp/\x1b[2J\xff").name ==
        "/tmp/\x1b[2J\xff");
}

TEST_CASE("a path of four thousand bytes is kept whole", "[proc]") {
  const std::string path = "/" + std::string(4094, 'x');
  CHECK(parsed("1000-2000 r--p 00000000 fe:00 12 " + path).name == path);
}

TEST_CASE("the largest offsets, devices and inodes are read", "[proc]") {
  const auto vma = parsed("1000-2000 r--s fffffffffffff000 fff:fffff 18446744073709551615 /x");
  CHECK(vma.offset == Bytes{0xfffffffffffff000});
  CHECK(vma.device == Device{0xfff, 0xfffff});
  CHECK(vma.inode == ~std::uint64_t{0});
  Vma ignored;
  CHECK_FALSE(parse_maps_line("1000-2000 r--s 0 0:0 18446744073709551616 /x", ignored));
  CHECK_FALSE(parse_maps_line("1000-2000 r--s 0 0:0 99999999999999999999 /x", ignored));
  CHECK_FALSE(parse_maps_line("1000-2000 r--s 0 0:0 118446744073709551615 /x", ignored));
}

TEST_CASE("a mapping that ends before it begins is refused", "[proc]") {
  Vma vma;
  CHECK_FALSE(parse_maps_line("2000-1000 r--p 00000000 00:00 0", vma));
  CHECK(parse_maps_line("2000-2000 r--p 00000000 00:00 0", vma));
}

TEST_CASE("a line of another form is no mapping", "[proc]") {
  for (const std::string_view line : {"",
                                      " ",
                                      "1000",
                                      "1000-",
                                      "1000-2000",
                                      "-2000 r--p 0 00:00 0",
                                      "1000 2000 r--p 0 00:00 0",
                                      "1000-2000  r--p 0 00:00 0",
                                      "1000-2000 r--q 0 00:00 0",
                                      "1000-2000 r-p 0 00:00 0",
                                      "1000-2000 wr-p 0 00:00 0",
                                      "1000-2000 r--p 0 0000 0",
                                      "1000-2000 r--p 0 00:00",
                                      "1000-2000 r--p 0 00:00 x",
                                      "1000-2000 r--p 0 00:00 12x",
                                      "1000-2000 R--p 0 00:00 0",
                                      "1G00-2000 r--p 0 00:00 0",
                                      "1000-2000 r--p 0 00:00 -1",
                                      "1000-2000 r--p  0 00:00 0",
                                      "Rss: 12 kB"}) {
    INFO(line);
    Vma vma;
    CHECK_FALSE(parse_maps_line(line, vma));
  }
}

TEST_CASE("the capacity of a name is used again and its text is not", "[proc]") {
  Vma vma;
  REQUIRE(parse_maps_line("1000-2000 r--p 0 fe:00 12 /a/long/path/of/many/parts/that/is/not/short", vma));
  REQUIRE(parse_maps_line("2000-3000 rw-p 0 00:00 0", vma));
  CHECK(vma.name.empty());
  CHECK(vma.start == Address{0x2000});
}

TEST_CASE("MapsReader gives the lines in turn and then the end, again and again", "[proc]") {
  MapsReader reader(descriptor_with("1000-2000 r--p 0 00:00 0\n2000-4000 rw-p 0 00:00 0 [heap]\n"));
  VmaRecord record;
  CHECK(reader.next(record).value());
  CHECK(record.vma.start == Address{0x1000});
  CHECK(reader.next(record).value());
  CHECK(record.vma.name == "[heap]");
  CHECK_FALSE(reader.next(record).value());
  CHECK_FALSE(reader.next(record).value());
}

TEST_CASE("a process without memory has no mappings", "[proc]") {
  VmaRecord record;
  MapsReader maps(descriptor_with(""));
  CHECK_FALSE(maps.next(record).value());
  SmapsReader smaps(descriptor_with(""));
  CHECK_FALSE(smaps.next(record).value());
}

TEST_CASE("MapsReader names the line that is malformed", "[proc]") {
  MapsReader reader(descriptor_with("1000-2000 r--p 0 00:00 0\nnonsense\n"));
  VmaRecord record;
  REQUIRE(reader.next(record).value());
  const auto second = reader.next(record);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Errc::malformed);
  CHECK(second.error().file == "maps");
  CHECK(second.error().line == 2);
}

TEST_CASE("maps that is cut anywhere is shorter or malformed and never another mapping", "[proc]") {
  const std::string text =
      "1000-2000 r--p 00000000 00:00 0 \n"
      "7f7a33068000-7f7a331d9000 r-xp 00026000 fe:0a 131522                     /usr/lib/libc.so.6\n"
      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    MapsReader reader(descriptor_with(std::string_view(text).substr(0, length)));
    VmaRecord record;
    std::size_t count = 0;
    auto more = reader.next(record);
    for (; more && *more; more = reader.next(record)) ++count;
    const auto whole_lines = static_cast<std::size_t>(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
    const bool at_line_end = length == 0 || text[length - 1] == '\n';
    INFO(length);
    CHECK(count == whole_lines);
    CHECK(more.has_value() == at_line_end);
  }
}

}  // namespace
}  // namespace pageloupe
