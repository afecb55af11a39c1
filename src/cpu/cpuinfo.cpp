// SPDX-License-Identifier: MIT
#include "cpu/cpuinfo.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace pageloupe {
namespace {

// 0x-prefixed or decimal, as the kernel prints MIDR fields.
std::optional<std::uint32_t> to_field(std::string_view text) {
  if (text.starts_with("0x")) return to_number<std::uint32_t>(text.substr(2), 16);
  return to_number<std::uint32_t>(text);
}

// The state of one pass over the text.
struct Reader {
  Cpuinfo cpuinfo;
  ArmMidr midr;  // of the CPU being read
  bool has_midr = false;

  void finish_cpu() {
    if (has_midr && std::ranges::find(cpuinfo.midrs, midr) == cpuinfo.midrs.end()) {
      cpuinfo.midrs.push_back(midr);
    }
    midr = {};
    has_midr = false;
  }
};

void keep_first(std::optional<std::string>& slot, std::string_view value) {
  if (!slot && !value.empty()) slot = std::string(value);
}

bool keep_number(std::optional<std::uint32_t>& slot, std::string_view value) {
  const auto number = to_number<std::uint32_t>(value);
  if (!slot) slot = number;
  return number.has_value();
}

bool read_midr_field(Reader& reader, std::uint32_t ArmMidr::* field, std::string_view value) {
  const auto number = to_field(value);
  if (!number) return false;
  reader.midr.*field = *number;
  return true;
}

// "3584 4K pages"; "1024 4K pages"
bool read_tlb_size(Reader& reader, std::string_view value) {
  const auto entries = to_number<std::uint32_t>(take_word(value));
  auto page = take_word(value);
  if (!entries || !page.ends_with('K') || take_word(value) != "pages") return false;
  page.remove_suffix(1);
  const auto kib = to_number<std::uint64_t>(page);
  const auto size = kib ? from_kib(*kib) : std::nullopt;
  if (!size) return false;
  if (!reader.cpuinfo.tlb_size) reader.cpuinfo.tlb_size = CpuinfoTlbSize{*entries, *size};
  return true;
}

struct Key {
  std::string_view name;
  bool (*read)(Reader& reader, std::string_view value);
};

bool read_model(Reader& reader, std::string_view value) {
  keep_first(reader.cpuinfo.model_name, value);
  return true;
}

constexpr auto kKeys = std::to_array<Key>({
    {"CPU implementer",
     [](Reader& reader, std::string_view value) {
       reader.has_midr = true;
       return read_midr_field(reader, &ArmMidr::implementer, value);
     }},
    {"CPU part",
     [](Reader& reader, std::string_view value) { return read_midr_field(reader, &ArmMidr::part, value); }},
    {"CPU revision",
     [](Reader& reader, std::string_view value) {
       return read_midr_field(reader, &ArmMidr::revision, value);
     }},
    {"CPU variant", [](Reader& reader,
                       std::string_view value) { return read_midr_field(reader, &ArmMidr::variant, value); }},
    {"Model Name", read_model},
    {"TLB Entries",
     [](Reader& reader, std::string_view value) {
       return keep_number(reader.cpuinfo.loongson_tlb_entries, value);
     }},
    {"TLB size", read_tlb_size},
    {"cpu model", read_model},
    {"model name", read_model},
    {"processor",
     [](Reader& reader, std::string_view) {
       ++reader.cpuinfo.processors;
       return true;
     }},
    {"tlb_entries",
     [](Reader& reader, std::string_view value) {
       return keep_number(reader.cpuinfo.mips_tlb_entries, value);
     }},
    {"vendor_id",
     [](Reader& reader, std::string_view value) {
       keep_first(reader.cpuinfo.vendor, value);
       return true;
     }},
});
static_assert(std::ranges::is_sorted(kKeys, std::ranges::less_equal{}, &Key::name));

constexpr std::string_view kSource = "/proc/cpuinfo";

}  // namespace

Result<Cpuinfo> parse_cpuinfo(std::string_view text) {
  Reader reader;
  std::uint32_t number = 0;
  while (!text.empty()) {
    auto line = take_line(text);
    ++number;
    if (trim(line).empty()) {
      reader.finish_cpu();
      continue;
    }
    if (!line.contains(':')) return malformed("cpuinfo", "", number);
    const auto name = trim(take_until(line, ':'));
    const auto* key = std::ranges::lower_bound(kKeys, name, {}, &Key::name);
    if (key == kKeys.end() || key->name != name) continue;
    if (!key->read(reader, trim(line))) return malformed("cpuinfo", key->name, number);
  }
  reader.finish_cpu();
  return std::move(reader.cpuinfo);
}

std::vector<TlbLevel> decode_tlb(const Cpuinfo& cpuinfo) {
  std::vector<TlbLevel> rows;
  if (cpuinfo.tlb_size) {
    rows.push_back({.level = 2,
                    .kind = TlbKind::unified,
                    .pages = {PageSize::k4},
                    .entries = cpuinfo.tlb_size->entries,
                    .source = kSource,
                    .note = "data and instruction entries added up, so not comparable with a measured data "
                            "TLB; kernels that ignore the unit of 32 entries of Zen 5 print a 32nd of it"});
  }
  if (cpuinfo.mips_tlb_entries) {
    rows.push_back({.level = 2,
                    .kind = TlbKind::unified,
                    .entries = cpuinfo.mips_tlb_entries,
                    .source = kSource,
                    .note = "the joint TLB that the kernel fills; an entry maps two adjacent pages"});
  }
  if (cpuinfo.loongson_tlb_entries) {
    rows.push_back({.level = 2,
                    .kind = TlbKind::unified,
                    .entries = cpuinfo.loongson_tlb_entries,
                    .source = kSource,
                    .note = "the STLB (one page size) and the MTLB (any page size) added up"});
  }
  // A kernel that says 0 does not know.
  std::erase_if(rows, [](const TlbLevel& row) { return row.entries == 0U; });
  return rows;
}

}  // namespace pageloupe
