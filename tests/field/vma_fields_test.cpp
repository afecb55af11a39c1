// SPDX-License-Identifier: MIT
#include "field/vma_fields.h"

#include <set>
#include <string>

#include "field/filter.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

Value cell(std::string_view name, const VmaRow& row) { return (**find_field(vma_fields(), name))(row); }

VmaRow row_of(std::string_view line) {
  VmaRow row;
  REQUIRE(parse_maps_line(line, row.record.vma));
  return row;
}

TEST_CASE("every column has a header, a help text, a source and a type", "[field]") {
  std::set<std::string_view> names;
  for (const auto& field : vma_fields()) {
    const auto& column = field.column;
    INFO(column.name);
    CHECK_FALSE(column.header.empty());
    CHECK_FALSE(column.help.empty());
    CHECK_FALSE(column.origin.files.empty());
    CHECK(column.type != Type::none);
    CHECK(names.insert(column.name).second);
    auto aliases = column.aliases;
    while (!skip_blanks(aliases).empty()) CHECK(names.insert(take_word(aliases)).second);
  }
}

TEST_CASE("every key of smaps that a record has is a column or part of one", "[field]") {
  for (const auto& [key, text] : kSmapsKeys) {
    if (text.starts_with("Pss_") && text != "Pss_Dirty") continue;  // of smaps_rollup
    INFO(text);
    CHECK(std::ranges::any_of(vma_fields(),
                              [&](const auto& field) { return field.column.origin.key.contains(text); }));
  }
}

// 5 MiB resident of 8, of which one huge page is in use already.
VmaRow half_huge() {
  constexpr std::uint64_t kMiB = 1U << 20U;
  auto row = row_of("7f0000000000-7f0000800000 rw-p 00000000 00:00 0");
  row.has_usage = true;
  row.record.usage.set(SmapsKey::kernel_page_size, 4096);
  row.record.usage.set(SmapsKey::rss, 5 * kMiB);
  row.record.usage.set(SmapsKey::anon_huge_pages, 2 * kMiB);
  return row;
}

TEST_CASE("huge pages save the TLB entries of what may be in them and is not", "[field]") {
  auto row = half_huge();
  row.record.usage.set(SmapsKey::thp_eligible, 1);
  CHECK(std::get<std::uint64_t>(cell("tlb_entries", row)) == 1 + 768);
  CHECK(std::get<std::uint64_t>(cell("tlb_if_huge", row)) == 3);
  CHECK(std::get<std::uint64_t>(cell("tlb_saved", row)) == 766);
  // Not eligible, for want of advice perhaps: it could be.
  row.record.usage.set(SmapsKey::thp_eligible, 0);
  CHECK(std::get<std::uint64_t>(cell("tlb_saved", row)) == 766);
  row.record.vma.inode = 7;
  row.record.vma.name = "/usr/lib/libc.so.6";
  CHECK(std::get<std::uint64_t>(cell("tlb_saved", row)) == 0);
}

TEST_CASE("where the kernel does not say what may be huge, it is not known what that would save", "[field]") {
  const auto row = half_huge();
  CHECK(std::get<std::uint64_t>(cell("tlb_entries", row)) == 1 + 768);
  CHECK(std::get<Errc>(cell("tlb_if_huge", row)) == Errc::unsupported);
  CHECK(std::get<Errc>(cell("tlb_saved", row)) == Errc::unsupported);
}

TEST_CASE("an alias finds the column that bears it and an empty name finds none", "[field]") {
  CHECK((*find_field(vma_fields(), "vsz"))->column.name == "size");
  CHECK((*find_field(vma_fields(), "mode"))->column.name == "perms");
  CHECK((*find_field(vma_fields(), "address"))->column.name == "start");
  CHECK_FALSE(find_field(vma_fields(), ""));
  CHECK_FALSE(find_field(vma_fields(), "reserved vsz"));
}

TEST_CASE("a list selects its columns in order and names the first that is unknown", "[field]") {
  const auto selected = select_fields(vma_fields(), "rss, start ,rss");
  REQUIRE(selected);
  REQUIRE(selected->size() == 3);
  CHECK((*selected)[0]->column.name == "rss");
  CHECK((*selected)[1]->column.name == "start");
  CHECK(select_fields(vma_fields(), "rss,rsss,nope").error().name == "rsss");
  CHECK(select_fields(vma_fields(), "rsss").error().nearest == "rss");
  for (const std::string_view list : {"", ",", "rss,", ",rss", "rss,,pss"}) {
    INFO(list);
    CHECK(select_fields(vma_fields(), list).error().name.empty());
  }
}

TEST_CASE("the nearest name is found within a third of its letters and not beyond", "[field]") {
  constexpr std::array<std::string_view, 3> kNames{"private_dirty", "rss", "pss"};
  CHECK(nearest_name("privat_dirty", kNames) == "private_dirty");
  CHECK(nearest_name("rs", kNames) == "rss");
  CHECK(nearest_name("swap", kNames).empty());
  CHECK(nearest_name(std::string(65, 'x'), kNames).empty());
  CHECK(nearest_name("rss", {}).empty());
}

TEST_CASE("a plan is the union of what its columns need", "[field]") {
  CHECK(plan_for<VmaRow>(*select_fields(vma_fields(), "start,size")) == SourceSet(Source::maps));
  CHECK(plan_for<VmaRow>(*select_fields(vma_fields(), "start,rss,pss")) == (Source::maps | Source::smaps));
  CHECK(plan_for<VmaRow>(Selection<VmaRow>{}).empty());
}

TEST_CASE("usage that was not read is not_sampled and a key that is not there unsupported", "[field]") {
  auto row = row_of("1000-5000 rw-p 00000000 00:00 0");
  for (const auto* const name : {"rss", "uss", "touched", "huge", "vm_flags", "thp_eligible", "untouched"}) {
    INFO(name);
    CHECK(cell(name, row) == Value(Errc::not_sampled));
  }
  row.has_usage = true;
  for (const auto* const name : {"rss", "uss", "touched", "huge", "thp_eligible", "untouched"}) {
    INFO(name);
    CHECK(cell(name, row) == Value(Errc::unsupported));
  }
  CHECK(cell("tid", row) == Value(Errc::not_applicable));
  CHECK(cell("stack_by", row) == Value(Errc::not_applicable));
  CHECK(cell("path", row) == Value(Errc::not_applicable));
}

TEST_CASE("touched counts swap and hugetlb, and untouched is never below zero", "[field]") {
  auto row = row_of("1000-5000 rw-p 00000000 00:00 0");
  row.has_usage = true;
  row.record.usage.set(SmapsKey::rss, 4096);
  CHECK(cell("touched", row) == Value(Percent{25}));
  CHECK(cell("untouched", row) == Value(Bytes{12288}));
  row.record.usage.set(SmapsKey::swap, 4096);
  row.record.usage.set(SmapsKey::private_hugetlb, 4096);
  CHECK(cell("resident", row) == Value(Bytes{8192}));
  CHECK(cell("rss", row) == Value(Bytes{4096}));
  CHECK(cell("touched", row) == Value(Percent{75}));
  row.record.usage.set(SmapsKey::rss, 1 << 20);
  CHECK(cell("untouched", row) == Value(Bytes{0}));
  CHECK(cell("touched", row_of("1000-1000 rw-p 00000000 00:00 0")) == Value(Errc::not_sampled));
}

TEST_CASE("a mapping is called by its label, the last part of its path, or what it is", "[field]") {
  CHECK(cell("mapping", row_of("1000-2000 r--p 0 fe:00 5 /a/b/c d")) == Value(std::string_view("c d")));
  CHECK(cell("mapping", row_of("1000-2000 rw-p 0 00:00 0 [heap]")) == Value(std::string_view("[heap]")));
  CHECK(cell("mapping", row_of("1000-2000 rw-p 0 00:00 0")) == Value(std::string_view("[anon]")));
  auto row = row_of("1000-2000 ---p 0 00:00 0");
  row.identity.kind = VmaKind::guard;
  CHECK(cell("mapping", row) == Value(std::string_view("[guard]")));
  row.label = "[stack:9]";
  CHECK(cell("mapping", row) == Value(std::string_view("[stack:9]")));
}

TEST_CASE("the columns of the line of maps have its values", "[field]") {
  const auto row = row_of("7f0000000000-7f0000002000 rwxs 00003000 fe:0a 18 /a (deleted)");
  CHECK(cell("start", row) == Value(Address{0x7f0000000000}));
  CHECK(cell("end", row) == Value(Address{0x7f0000002000}));
  CHECK(cell("size", row) == Value(Bytes{8192}));
  CHECK(cell("perms", row) == Value(std::string_view("rwxs")));
  CHECK(cell("offset", row) == Value(Bytes{0x3000}));
  CHECK(cell("device", row) == Value(Device{0xfe, 0x0a}));
  CHECK(cell("inode", row) == Value(Inode{18}));
  CHECK(cell("deleted", row) == Value(true));
  CHECK(cell("deleted", row_of("1000-2000 r--p 0 00:00 0 [x (deleted)")) == Value(false));
}

TEST_CASE("a key of a later kernel is a column in lower case and never takes the name of another",
          "[field]") {
  const VmaFieldTable table(vma_fields(), {{"Tomorrow", true}, {"A-Count", false}, {"Path", true}});
  REQUIRE(table.fields().size() == vma_fields().size() + 3);
  const auto* tomorrow = find_field(table.fields(), "tomorrow").value();
  CHECK(tomorrow->column.header == "Tomorrow");
  CHECK(tomorrow->column.type == Type::bytes);
  CHECK(tomorrow->column.fold == Fold::sum);
  CHECK(find_field(table.fields(), "a_count").value()->column.type == Type::count);
  CHECK(find_field(table.fields(), "smaps_path"));
  VmaRow row;
  row.has_usage = true;
  row.record.unknown = {8192, VmaRecord::kNoValue};
  CHECK((*tomorrow)(row) == Value(Bytes{8192}));
  CHECK((*find_field(table.fields(), "a_count").value())(row) == Value(Errc::unsupported));
  CHECK((*find_field(table.fields(), "smaps_path").value())(row) == Value(Errc::unsupported));
}

TEST_CASE("a kind that there is not is an error that names the nearest", "[field]") {
  const auto message = [](std::string_view text) {
    const auto filter = Filter::parse(text, columns_of(vma_fields()));
    return filter ? std::string{} : filter.error().message;
  };
  CHECK(message("kind=anon or kind != 'lib-text'").empty());
  CHECK(message("kind=ano") == "no kind is called 'ano'; did you mean 'anon'?");
  CHECK_THAT(message("kind=and"), Catch::Matchers::StartsWith("no kind is called 'and'"));
  CHECK(message("kind~anno").empty());  // a part of a name is no name
}

}  // namespace
}  // namespace pageloupe
