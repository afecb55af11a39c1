// SPDX-License-Identifier: MIT
#include "record/map_lines.h"

#include "base/text.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

VmaRow row(std::uint64_t start, std::uint64_t rss, std::string name = {}) {
  VmaRow made;
  made.record.vma = {.start = {start},
                     .end = {start + 0x2000},
                     .perms = {.read = true, .write = true},
                     .offset = Bytes{4096},
                     .device = {0xfe, 1},
                     .inode = 77,
                     .name = std::move(name)};
  made.record.usage.set(SmapsKey::size, 0x2000);
  made.record.usage.set(SmapsKey::rss, rss);
  made.record.usage.set(SmapsKey::pss, rss / 2);
  made.record.usage.set(SmapsKey::thp_eligible, 1);
  made.record.vm_flags = "rd wr mr";
  made.identity.kind = VmaKind::thread_stack;
  made.identity.stack_by = StackEvidence::guard_page;
  made.has_usage = true;
  return made;
}

// Writes a sample of process 7 with that map.
void take(RecordingWriter& writer, std::uint64_t second, const std::vector<VmaRow>& rows,
          std::uint64_t start = 1) {
  writer.begin_sample(at_second(second));
  writer.add(plain_process(7, start, 1));
  writer.add_map(rows);
  REQUIRE(writer.end_sample());
}

// "start=rss …" of the map of process 7 at that time.
std::string map_at(RecordingReader& reader, std::uint64_t second) {
  REQUIRE(reader.seek(at_second(second).time));
  const auto map = reader.sample().maps.find(7);
  if (map == reader.sample().maps.end()) return "none";
  if (map->second.error) return std::string(name(*map->second.error));
  std::string text;
  for (const auto& [start, one] : map->second.rows) {
    text += (text.empty() ? "" : " ") + std::to_string(start / 0x1000) + "=" +
            std::to_string(one.record.usage[SmapsKey::rss].value_or(0));
  }
  return text;
}

std::size_t lines_with(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("a mapping is read back in every member", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  const auto mapped = row(0x7f0000001000, 8192, "/bad\xff name");
  {
    auto writer = must_create(path);
    take(*writer, 10, {mapped});
  }
  auto reader = must_open(path);
  REQUIRE(reader->next());
  const auto& map = reader->sample().maps.at(7);
  REQUIRE(map.rows.size() == 1);
  const auto& read = map.rows.at(0x7f0000001000);
  CHECK(read.record.vma.end == mapped.record.vma.end);
  CHECK(read.record.vma.perms == mapped.record.vma.perms);
  CHECK(read.record.vma.offset == mapped.record.vma.offset);
  CHECK(read.record.vma.device == mapped.record.vma.device);
  CHECK(read.record.vma.inode == 77);
  CHECK(read.record.vma.name == "/bad\xff name");
  for (const auto& key : kSmapsKeys) {
    // The size is that of the addresses.
    if (key.key == SmapsKey::size) continue;
    CHECK(read.record.usage[key.key] == mapped.record.usage[key.key]);
  }
  CHECK(read.record.vm_flags == "rd wr mr");
  CHECK(read.identity.kind == VmaKind::thread_stack);
  CHECK(read.identity.stack_by == StackEvidence::guard_page);
  CHECK(read.has_usage);
}

TEST_CASE("each time has the map of that time, and only what changed is written", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  {
    auto writer = must_create(path, {.frame_samples = 4});
    take(*writer, 10, {row(0x1000, 1), row(0x4000, 2)});
    take(*writer, 20, {row(0x1000, 1), row(0x4000, 3)});
    take(*writer, 30, {row(0x1000, 1), row(0x8000, 4)});
    take(*writer, 40, {row(0x1000, 1), row(0x8000, 4)});
    take(*writer, 50, {row(0x1000, 1), row(0x8000, 4)});  // the next frame
  }
  const auto text = read_file(path);
  CHECK(lines_with(text, R"({"record":"vma")") == 2 + 1 + 1 + 0 + 2);
  CHECK(lines_with(text, R"({"record":"unmapped","pid":7,"starts":["0x4000"]})") == 1);
  auto reader = must_open(path);
  CHECK(map_at(*reader, 10) == "1=1 4=2");
  CHECK(map_at(*reader, 20) == "1=1 4=3");
  CHECK(map_at(*reader, 30) == "1=1 8=4");
  CHECK(map_at(*reader, 40) == "1=1 8=4");
  CHECK(map_at(*reader, 50) == "1=1 8=4");
  CHECK(map_at(*reader, 20) == "1=1 4=3");
}

TEST_CASE("a process that has an ID again has nothing of the map of the one before", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  {
    auto writer = must_create(path);
    take(*writer, 10, {row(0x1000, 1), row(0x4000, 2)}, 100);
    take(*writer, 20, {row(0x4000, 2)}, 200);
  }
  auto reader = must_open(path);
  CHECK(map_at(*reader, 20) == "4=2");
}

TEST_CASE("why there is no map is recorded, and a process that ended has none", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  {
    auto writer = must_create(path);
    take(*writer, 10, {row(0x1000, 1)});
    writer->begin_sample(at_second(20));
    writer->add(plain_process(7, 1, 1));
    writer->add_map(Errc::denied);
    REQUIRE(writer->end_sample());
    take(*writer, 30, {row(0x1000, 5)});
    writer->begin_sample(at_second(40));
    writer->add(plain_process(8, 1, 1));
    REQUIRE(writer->end_sample());
  }
  auto reader = must_open(path);
  CHECK(map_at(*reader, 10) == "1=1");
  CHECK(map_at(*reader, 20) == "denied");
  CHECK(map_at(*reader, 30) == "1=5");
  CHECK(map_at(*reader, 40) == "none");
}

TEST_CASE("lines of maps that make no sense are damage", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  {
    auto writer = must_create(path);
    take(*writer, 10, {row(0x1000, 1)});
  }
  const auto good = read_file(path);
  const auto with = [&](std::string_view from, std::string_view to) {
    auto text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    write_file(path, text);
    return RecordingReader::open(path).has_value();
  };
  CHECK(with(R"("record":"map","pid":7)", R"("record":"map","pid":7)"));
  CHECK_FALSE(with(R"("record":"map","pid":7)", R"("record":"map","pid":9)"));
  CHECK_FALSE(with(R"("record":"map","pid":7)", R"("record":"xxx","pid":7)"));
  CHECK_FALSE(with(R"("start":"0x1000")", R"("start":"7")"));
}
