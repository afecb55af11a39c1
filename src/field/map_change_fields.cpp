// SPDX-License-Identifier: MIT
#include "field/map_change_fields.h"

#include "field/perms_text.h"

namespace pageloupe {
namespace {

template <class T>
using Cell = std::expected<T, Errc>;

constexpr auto kNotApplicable = std::unexpected(Errc::not_applicable);

// The mapping as it is, or was where it is gone.
const MapSnapshot& map_of(const MapChangeRow& row) {
  return row.change->count_after != 0 ? *row.after : *row.before;
}
const MapSnapshot::Entry& entry_of(const MapChangeRow& row) {
  const auto& change = *row.change;
  return change.count_after != 0 ? (*row.after)[change.first_after] : (*row.before)[change.first_before];
}

std::string_view change(const MapChangeRow& row) {
  return kChangeNames[static_cast<std::size_t>(row.change->what)];
}
Address start(const MapChangeRow& row) { return row.change->start; }
Address end(const MapChangeRow& row) { return row.change->end; }
std::string_view perms(const MapChangeRow& row) { return perms_text(entry_of(row).perms); }
Cell<std::string_view> perms_before(const MapChangeRow& row) {
  if (row.change->count_before == 0) return kNotApplicable;
  return perms_text((*row.before)[row.change->first_before].perms);
}
std::string_view kind(const MapChangeRow& row) { return name(row.kind ? *row.kind : entry_of(row).kind); }
Bytes offset(const MapChangeRow& row) { return entry_of(row).offset; }
Device device(const MapChangeRow& row) { return entry_of(row).device; }
Inode inode(const MapChangeRow& row) { return {entry_of(row).inode}; }
Cell<std::string_view> path(const MapChangeRow& row) {
  const auto path = map_of(row).name(entry_of(row));
  return path.empty() ? Cell<std::string_view>(kNotApplicable) : path;
}
std::string_view mapping(const MapChangeRow& row) { return map_of(row).label(entry_of(row)); }
std::uint64_t mappings(const MapChangeRow& row) { return row.change->count_after; }
std::uint64_t mappings_before(const MapChangeRow& row) { return row.change->count_before; }

Measure measure_at(std::size_t i) { return static_cast<Measure>(i); }

// Why a measure has no value.
Errc absence(const MapSnapshot& map, std::size_t measure) {
  return map.measures().has(measure_at(measure)) ? Errc::unsupported : Errc::not_sampled;
}
Cell<Bytes> at_one_time(const MapSnapshot& map, std::uint32_t count, const Measures& values,
                        std::size_t measure) {
  if (count == 0) return kNotApplicable;
  const auto value = values[measure_at(measure)];
  return value ? Cell<Bytes>(Bytes{*value}) : std::unexpected(absence(map, measure));
}
Cell<Bytes> now(const MapChangeRow& row, std::size_t measure) {
  return at_one_time(*row.after, row.change->count_after, row.change->after, measure);
}
Cell<Bytes> before(const MapChangeRow& row, std::size_t measure) {
  return at_one_time(*row.before, row.change->count_before, row.change->before, measure);
}
Cell<ByteChange> grown(const MapChangeRow& row, std::size_t measure) {
  const auto by = growth(row.change->before, row.change->after, measure_at(measure));
  return by ? Cell<ByteChange>(ByteChange{*by}) : std::unexpected(absence(map_of(row), measure));
}
Cell<ByteChange> gained(const MapChangeRow& row, std::size_t measure) {
  const auto known = grown(row, measure);
  if (!known || row.gained == nullptr) return known ? Cell<ByteChange>(ByteChange{}) : known;
  const auto by = growth(row.gained->before, row.gained->after, measure_at(measure));
  return by ? Cell<ByteChange>(ByteChange{*by}) : std::unexpected(absence(map_of(row), measure));
}

// Texts that are made of the measures' names.
struct Text {
  std::array<char, 24> letters{};
  std::size_t length = 0;
  constexpr void append(std::string_view text) {
    for (const char c : text) letters[length++] = c;
  }
  [[nodiscard]] constexpr std::string_view view() const { return {letters.data(), length}; }
};
struct Affixes {
  std::string_view name;  // behind the measure's
  std::string_view before_header;
  std::string_view behind_header;
};
constexpr auto kForms = std::to_array<Affixes>(
    {{"", "", ""}, {"_before", "WAS ", ""}, {"_growth", "", " +-"}, {"_gained", "+", ""}});
enum Form : std::uint8_t { form_now, form_before, form_growth, form_gained };

struct Texts {
  Text name;
  Text header;
};
constexpr auto kTexts = [] {
  std::array<std::array<Texts, kMeasureCount>, kForms.size()> texts{};
  for (std::size_t form = 0; form < kForms.size(); ++form) {
    for (std::size_t i = 0; i < kMeasureCount; ++i) {
      auto& [name, header] = texts[form][i];
      name.append(kMeasureNames[i]);
      name.append(kForms[form].name);
      header.append(kForms[form].before_header);
      for (const char c : kMeasureNames[i]) {
        const char upper = static_cast<char>(c - 'a' + 'A');
        header.append({&upper, 1});
      }
      header.append(kForms[form].behind_header);
    }
  }
  return texts;
}();

template <Form kForm, auto Getter>
consteval Field<MapChangeRow> measured(std::size_t measure, std::string_view help) {
  const auto files =
      measure == static_cast<std::size_t>(Measure::size) ? SourceSet(Source::maps) : SourceSet(Source::smaps);
  return field_of<Getter, MapChangeRow>({.name = kTexts[kForm][measure].name.view(),
                                         .header = kTexts[kForm][measure].header.view(),
                                         .origin = {files, kMeasureNames[measure]},
                                         .fold = kSum,
                                         .help = help,
                                         .width = 6},
                                        measure);
}

constexpr auto kWhats = std::to_array<Field<MapChangeRow>>({
    field_of<change, MapChangeRow>({.name = "change",
                                    .header = "CHANGE",
                                    .origin = {Source::maps, ""},
                                    .help = "what became of it: appeared, vanished, grew, shrank, split, …",
                                    .width = 8,
                                    .choices = kChangeNames}),
    field_of<start, MapChangeRow>({.name = "start",
                                   .header = "ADDRESS",
                                   .aliases = "address",
                                   .origin = {Source::maps, ""},
                                   .help = "first address, as it is, or was where it is gone",
                                   .width = 12}),
    field_of<end, MapChangeRow>({.name = "end",
                                 .header = "END",
                                 .origin = {Source::maps, ""},
                                 .help = "first address behind it",
                                 .width = 12}),
    field_of<perms, MapChangeRow>({.name = "perms",
                                   .header = "PERM",
                                   .aliases = "mode",
                                   .origin = {Source::maps, ""},
                                   .help = "read, write, execute; private or shared",
                                   .width = 4}),
    field_of<perms_before, MapChangeRow>({.name = "perms_before",
                                          .header = "WAS",
                                          .origin = {Source::maps, ""},
                                          .help = "the same as it was before",
                                          .width = 4}),
    field_of<kind, MapChangeRow>({.name = "kind",
                                  .header = "KIND",
                                  .origin = {Source::maps | Source::exe, ""},
                                  .help = "what it is for: text, heap, thread-stack, …",
                                  .width = 12}),
    field_of<offset, MapChangeRow>({.name = "offset",
                                    .header = "OFFSET",
                                    .origin = {Source::maps, ""},
                                    .help = "where in the file it begins",
                                    .width = 7}),
    field_of<device, MapChangeRow>({.name = "device",
                                    .header = "DEVICE",
                                    .origin = {Source::maps, ""},
                                    .help = "device of the file, major:minor",
                                    .width = 6}),
    field_of<inode, MapChangeRow>({.name = "inode",
                                   .header = "INODE",
                                   .origin = {Source::maps, ""},
                                   .help = "inode of the file",
                                   .width = 6}),
    field_of<path, MapChangeRow>({.name = "path",
                                  .header = "PATH",
                                  .origin = {Source::maps, ""},
                                  .help = "the kernel's name for it: path, [heap], [anon:…]"}),
    field_of<mapping, MapChangeRow>({.name = "mapping",
                                     .header = "MAPPING",
                                     .origin = {Source::maps, ""},
                                     .help = "a name for people, as in the map"}),
    field_of<mappings, MapChangeRow>({.name = "mappings",
                                      .header = "NOW",
                                      .origin = {Source::maps, ""},
                                      .fold = kSum,
                                      .help = "how many mappings it is now"}),
    field_of<mappings_before, MapChangeRow>({.name = "mappings_before",
                                             .header = "WERE",
                                             .origin = {Source::maps, ""},
                                             .fold = kSum,
                                             .help = "how many mappings it was before"}),
});

// Those of the watching alone come last.
constexpr std::size_t kDiffFields = kWhats.size() + 3 * kMeasureCount;
constexpr auto kFields = []() consteval {
  std::array<Field<MapChangeRow>, kDiffFields + kMeasureCount> fields{};
  auto to = std::ranges::copy(kWhats, fields.begin()).out;
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    *to++ = measured<form_now, now>(i, "that much of it now");
    *to++ = measured<form_before, before>(i, "that much of it before");
    *to++ = measured<form_growth, grown>(i, "by how much it grew");
  }
  for (std::size_t i = 0; i < kMeasureCount; ++i)
    *to++ = measured<form_gained, gained>(i, "by how much it grew since the watching began");
  return fields;
}();
static_assert(names_are_unique(kFields));

}  // namespace

FieldSpan<MapChangeRow> map_diff_fields() { return FieldSpan<MapChangeRow>(kFields).first(kDiffFields); }
FieldSpan<MapChangeRow> map_watch_fields() { return kFields; }

std::optional<Measure> measure_of(const Column& column) {
  return column.fold == kSum ? find_measure(column.origin.key) : std::nullopt;
}

}  // namespace pageloupe
