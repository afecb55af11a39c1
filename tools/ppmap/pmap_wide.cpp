// SPDX-License-Identifier: MIT
#include "ppmap/pmap_wide.h"

#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

// What -X leaves out and -XX shows.
constexpr auto kOnlyEverything = std::to_array<SmapsKey>({
    SmapsKey::kernel_page_size,
    SmapsKey::mmu_page_size,
    SmapsKey::shared_clean,
    SmapsKey::shared_dirty,
    SmapsKey::private_clean,
    SmapsKey::private_dirty,
    SmapsKey::anon_huge_pages,
});

constexpr auto kLeading = std::to_array<std::string_view>({"Address", "Perm", "Offset", "Device", "Inode"});

bool is_plain_number(SmapsKey key) {
  return key == SmapsKey::thp_eligible || key == SmapsKey::protection_key;
}

bool is_additive(SmapsKey key) {
  return !is_plain_number(key) && key != SmapsKey::kernel_page_size && key != SmapsKey::mmu_page_size;
}

void add_number(CellGrid& grid, std::uint64_t value) { grid.add(Decimal(value).view()); }

}  // namespace

void WideReport::choose_keys(const VmaRow& first, const VmaFieldTable& table) {
  keys_.clear();
  for (const auto& spelling : kSmapsKeys) {
    const bool more = std::ranges::find(kOnlyEverything, spelling.key) != kOnlyEverything.end();
    if (!first.record.usage[spelling.key] || (more && !request_.everything)) continue;
    keys_.push_back({.header = spelling.text,
                     .key = spelling.key,
                     .divisor = is_plain_number(spelling.key) ? 1U : 1024U,
                     .additive = is_additive(spelling.key)});
  }
  for (const auto& field : table.fields().subspan(vma_fields().size())) {
    const bool kib = field.column.type == Type::bytes;
    keys_.push_back({.header = field.column.header,
                     .unknown = field.argument,
                     .divisor = kib ? 1024U : 1U,
                     .additive = kib});
  }
}

void WideReport::add_headings() {
  std::vector<std::size_t> widths(kLeading.size() + keys_.size() + (request_.everything ? 2 : 1));
  grid_.reset(std::move(widths));
  if (!request_.writer.headings) return;
  for (const auto heading : kLeading) grid_.add(heading);
  for (const auto& key : keys_) grid_.add(key.header);
  if (request_.everything) grid_.add("VmFlags");
  grid_.add("Mapping");
}

void WideReport::add_row(const VmaRow& row) {
  const auto& vma = row.record.vma;
  auto& text = grid_.text();
  const auto hex = [&](std::uint64_t value, std::size_t width) {
    const auto before = text.size();
    append_hex(text, value, width);
    grid_.end_cell(text.size() - before);
  };
  hex(vma.start.value, 8);
  const auto letters = vma.perms.letters();
  grid_.add({letters.data(), letters.size()});
  hex(vma.offset.value, 8);
  grid_.end_cell(append_cell(text, vma.device, {}));
  add_number(grid_, vma.inode);
  for (auto& key : keys_) {
    const auto value =
        key.key != SmapsKey::count_ ? row.record.usage[key.key].value_or(0) : row.record.unknown[key.unknown];
    key.total += value / key.divisor;
    add_number(grid_, value / key.divisor);
  }
  if (request_.everything) grid_.add(row.record.vm_flags);
  const std::string_view name = vma.name;
  const bool shorten = !request_.show_path && name.starts_with('/');
  grid_.end_cell(
      append_escaped(text, shorten ? name.substr(name.rfind('/') + 1) : name, request_.writer.cell.text));
}

// The last cell is the name, flush left; all others are flush right. The rule and the sums end before
// VmFlags.
void WideReport::write_grid() {
  auto& buffer = output_.buffer();
  const auto last = grid_.widths().size() - 1;
  grid_.for_each([&](std::size_t column, std::string_view text, std::size_t columns) {
    if (column != last) buffer.append_blanks(grid_.widths()[column] - columns);
    append(buffer, text);
    buffer.push_back(column == last ? '\n' : ' ');
    output_.written();
  });
}

void WideReport::write_totals() {
  auto& buffer = output_.buffer();
  const auto& widths = grid_.widths();
  std::size_t indent = 0;
  for (std::size_t i = 0; i < kLeading.size(); ++i) indent += widths[i] + 1;
  buffer.append_blanks(indent);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    for (std::size_t n = 0; n < widths[kLeading.size() + i]; ++n) buffer.push_back('=');
    buffer.push_back(' ');
  }
  buffer.push_back('\n');
  buffer.append_blanks(indent);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto width = widths[kLeading.size() + i];
    if (keys_[i].additive) {
      append_padded(buffer, keys_[i].total, width);
    } else {
      // What does not add up has no sum; the place stays, for who counts columns.
      buffer.append_blanks(width - 1);
      buffer.push_back('-');
    }
    buffer.push_back(' ');
  }
  append(buffer, "KB \n");
}

Result<void> WideReport::show(const OpenProcess& process) {
  append_escaped(output_.buffer(), title(process.head), request_.writer.cell.text);
  output_.buffer().push_back('\n');
  auto source = RowSource::open(process, request_, Source::smaps);
  if (!source) return std::unexpected(source.error());
  if (source->empty()) return no_memory();
  Result<bool> more = source->next();
  if (more && !*more) return {};
  if (more) {
    choose_keys(source->row(), source->table());
    add_headings();
  }
  for (; more && *more; more = source->next()) add_row(source->row());
  // A sum may be wider than all that it sums up.
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].additive && request_.writer.footer)
      grid_.widen(kLeading.size() + i, Decimal(keys_[i].total).size());
  }
  write_grid();
  if (request_.writer.footer) write_totals();
  if (!more) return std::unexpected(more.error());
  return {};
}

}  // namespace pageloupe::ppmap
