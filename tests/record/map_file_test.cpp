// SPDX-License-Identifier: MIT
#include "record/map_file.h"

#include <fstream>
#include <random>

#include "field/vma_fields.h"
#include "record/support.h"
#include "render/json.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

// A document with the text in place of its mappings.
std::string document(const std::string& mappings, const std::string& schema = "pageloupe.ppmap/1") {
  return R"({"schema":")" + schema +
         R"(","tool_version":"1","host":"h","boot_id":"b","time_ns":5,"processes":[{"pid":7,"comm":"x",)"
         R"("command":"x y","state":"S","started_ns":9,"threads":2,"vsz_bytes":4096,"rss_bytes":0,"mappings":[)" +
         mappings + R"(],"totals":{"rows":1}}],"errors":[]})";
}

struct Loaded {
  std::optional<SavedMaps> maps{};
  std::string error{};
};

Loaded load(const std::string& text) {
  const TemporaryFolder folder;
  const auto name = folder.file("map.json");
  std::ofstream(name, std::ios::binary) << text;
  auto maps = load_map_file(name);
  if (!maps) return {{}, maps.error().message};
  return {std::move(*maps), {}};
}

const VmaRow& only_row(const Loaded& loaded) {
  REQUIRE(loaded.maps);
  REQUIRE(loaded.maps->processes.size() == 1);
  REQUIRE(loaded.maps->processes[0].rows.size() == 1);
  return loaded.maps->processes[0].rows[0];
}

}  // namespace

TEST_CASE("a saved mapping is the row that it was", "[record][map_file]") {
  const auto loaded = load(document(
      R"({"start":"0x1000","end":"0x3000","size_bytes":8192,"perms":"rw-s","offset_bytes":4096,"device":"fe:1f",)"
      R"("inode":"77","kind":"lib-data","path":"/a/b.so","mapping":"b.so","tid":null,"rss_bytes":4096,)"
      R"("pss_bytes":2048,"uss_bytes":1,"thp_eligible":true,"vm_flags":"rd wr"})"));
  const auto& row = only_row(loaded);
  const auto& vma = row.record.vma;
  CHECK((vma.start == Address{0x1000} && vma.end == Address{0x3000}));
  CHECK(vma.perms == Perms{.read = true, .write = true, .shared = true});
  CHECK((vma.offset == Bytes{4096} && vma.device == Device{0xfe, 0x1f} && vma.inode == 77));
  CHECK((vma.name == "/a/b.so" && row.label.empty() && row.identity.kind == VmaKind::lib_data));
  CHECK((row.has_usage && row.record.usage[SmapsKey::pss] == 2048));
  CHECK(row.record.usage[SmapsKey::thp_eligible] == 1);
  CHECK_FALSE(row.record.usage[SmapsKey::swap]);
  CHECK(row.record.vm_flags == "rd wr");
  const auto& head = loaded.maps->processes[0].head;
  CHECK((head.pid == Pid{7} && head.command == "x y" && head.since_boot == Nanoseconds{9}));
  CHECK((head.mappings == 1 && head.keys.size() == 16 && head.keys[3] == "perms"));
  CHECK((loaded.maps->document.host == "h" && loaded.maps->document.time == Timestamp{5}));
}

TEST_CASE("names that are no UTF-8 come back as their bytes, and labels stay", "[record][map_file]") {
  const auto loaded = load(document(
      R"({"start":"0x1000","end":"0x2000","path":"/a\ufffd","path_base64":"L2H/","mapping":"libc.so [bss]"})"));
  CHECK(only_row(loaded).record.vma.name == "/a\xff");
  CHECK(only_row(loaded).label == "libc.so [bss]");
}

TEST_CASE("keys of a later kernel are kept under their names", "[record][map_file]") {
  const auto loaded = load(document(R"({"start":"0x1000","end":"0x2000","new_key_bytes":8192,"other":3})"));
  const auto& unknown = loaded.maps->processes[0].head.unknown_keys;
  REQUIRE(unknown.size() == 2);
  CHECK((unknown[0].text == "new_key" && unknown[0].kib && unknown[1].text == "other" && !unknown[1].kib));
  CHECK(only_row(loaded).record.unknown == std::vector<std::uint64_t>{8192, 3});
}

TEST_CASE("all columns that come from one key are read back as they were written", "[record][map_file]") {
  VmaRow row;
  row.record.vma = {.start = {0x1000}, .end = {0x9000}, .perms = {.read = true}, .name = "[heap]"};
  row.identity.kind = VmaKind::heap;
  row.has_usage = true;
  for (std::size_t i = 0; i < kSmapsKeys.size(); ++i)
    row.record.usage.set(static_cast<SmapsKey>(i),
                         kSmapsKeys[i].key == SmapsKey::thp_eligible ? 1 : i * 4096);
  row.record.vm_flags = "rd mr";
  const auto columns = columns_of(vma_fields());
  std::vector<Value> values;
  for (const auto& field : vma_fields()) values.push_back(field(row));
  Buffer buffer;
  buffer.push_back('{');
  JsonKeys(columns).append_members(buffer, values);
  buffer.push_back('}');
  const auto loaded = load(document(std::string(buffer.view())));
  INFO(loaded.error);
  const auto& back = only_row(loaded);
  for (const auto& field : vma_fields()) {
    INFO(field.column.name);
    if (field.column.name == "thp_why") continue;  // the machine's settings are not saved
    CHECK(field(back) == field(row));
  }
}

TEST_CASE("what cannot be used says why and where", "[record][map_file]") {
  const auto good = document(R"({"start":"0x1000","end":"0x2000"})");
  REQUIRE(load(good).maps);
  struct Case {
    std::string text;
    std::string says;
  };
  const auto cases = std::to_array<Case>({
      {"", "line 1, byte 0: it is empty"},
      {good.substr(0, good.size() / 2), "cut off"},
      {"hello", "line 1, byte 1: this is not JSON"},
      {good + "x", "this is not JSON"},
      {"{\n\n]", "line 3, byte 4: this is not JSON"},
      {"[]", "no schema"},
      {"7", "no map saved"},
      {"{}", "no schema"},
      {R"({"schema":"pageloupe.ppmap/1","errors":[]})", "no processes"},
      {document("", "pageloupe.ppmap/2"), "reads 'pageloupe.ppmap/1' only"},
      {document("", "pageloupe.pstat/1"), "no map saved"},
      {R"({"record":"document","schema":"pageloupe.ppmap/1"})", "JSON Lines"},
      {document(R"({"start":"0x1000"})"), "without its addresses"},
      {document(R"({"start":"0x2000","end":"0x1000"})"), "without its addresses"},
      {document(R"({"start":4096,"end":"0x2000"})"), "'start' has a value"},
      {document(R"({"start":"0x1000","end":"0x2000","kind":"new"})"), "'kind' has a value"},
      {document(R"({"start":"0x1000","end":"0x2000","rss_bytes":-1})"), "'rss_bytes' has a value"},
      {document("5"), "a value where an object"},
      {std::string(100, '['), "nested deeper"},
  });
  for (const auto& [text, says] : cases) {
    const auto loaded = load(text);
    INFO(text << " said " << loaded.error);
    CHECK_FALSE(loaded.maps);
    CHECK(loaded.error.contains(says));
  }
}

TEST_CASE("a document that is cut anywhere is refused", "[record][map_file]") {
  const auto good = document(R"({"start":"0x1000","end":"0x2000","path":"/a"})");
  for (std::size_t length = 0; length < good.size(); ++length) {
    INFO(length);
    CHECK_FALSE(load(good.substr(0, length)).maps);
  }
}

TEST_CASE("members may come in any order, as other programs write them", "[record][map_file]") {
  const auto loaded = load(
      R"({"errors":[{"pid":3,"subject":"maps","reason":"denied","message":"no"}],"processes":[{"mappings":)"
      R"([{"end":"0x2000","start":"0x1000"},{"start":"0x3000","size_bytes":4096}],"pid":7}],)"
      R"("schema":"pageloupe.ppmap/1"})");
  REQUIRE(loaded.maps);
  CHECK(loaded.maps->processes[0].rows[1].record.vma.end == Address{0x4000});
  REQUIRE(loaded.maps->document.problems.size() == 1);
  CHECK(loaded.maps->document.problems[0].code == Errc::denied);
}

TEST_CASE("a document with any bytes changed is read or refused with its place", "[record][map_file]") {
  const auto good = document(
      R"({"start":"0x1000","end":"0x2000","path":"/a\u00e9","inode":"7","rss_bytes":4096,"new":1,"tid":null},)"
      R"({"start":"0x3000","size_bytes":4096,"kind":"heap","vm_flags":"rd"})");
  REQUIRE(load(good).maps);
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    auto text = good;
    for (std::size_t n = random() % 4 + 1; n > 0; --n) {
      const auto at = random() % text.size();
      const auto what = random() % 3;
      if (what == 0) text[at] = static_cast<char>(random());
      if (what == 1) text.erase(at, random() % 8);
      if (what == 2) text.insert(at, good.substr(random() % good.size(), random() % 16));
    }
    const auto loaded = load(text);
    if (!loaded.maps) CHECK(loaded.error.starts_with("line "));
  }
}
