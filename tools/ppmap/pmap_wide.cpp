// SPDX-License-Identifier: MIT
#include "ppmap/pmap_wide.h"

#include <algorithm>

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
constexpr std::string_view kFlagsHeading = "VmFlags";
constexpr std::uint64_t kKiB = 1024;

bool is_plain_number(SmapsKey key) {
  return key == SmapsKey::thp_eligible || key == SmapsKey::protection_key;
}

bool is_additive(SmapsKey key) {
  return !is_plain_number(key) && key != SmapsKey::kernel_page_size && key != SmapsKey::mmu_page_size;
}

std::uint64_t pack(const Perms& perms) {
  return (perms.read ? 8U : 0U) | (perms.write ? 4U : 0U) | (perms.execute ? 2U : 0U) |
         (perms.shared ? 1U : 0U);
}
Perms unpack_perms(std::uint64_t bits) {
  return {(bits & 8) != 0, (bits & 4) != 0, (bits & 2) != 0, (bits & 1) != 0};
}

std::uint64_t pack(const Device& device) { return std::uint64_t{device.major} << 32 | device.minor; }
Device unpack_device(std::uint64_t number) {
  return {static_cast<std::uint32_t>(number >> 32), static_cast<std::uint32_t>(number)};
}

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

void WideReport::begin_rows() {
  const auto headed = [this](std::string_view heading) {
    return request_.writer.headings ? heading.size() : std::size_t{0};
  };
  widths_.clear();
  for (const auto heading : kLeading) widths_.push_back(headed(heading));
  for (const auto& key : keys_) widths_.push_back(headed(key.header));
  if (request_.everything) widths_.push_back(headed(kFlagsHeading));
  numbers_.assign(name_column() + 1, 0);
  rows_.reset(numbers_.size());
  flags_.assign(1, {});
  names_.clear();
  name_ends_.assign(1, 0);
  last_name_.clear();
  // What is never changed is as it is here.
  for (std::size_t i = 0; i < widths_.size(); ++i) {
    cell_.clear();
    append_number(cell_, i, 0);
    widths_[i] = std::max(widths_[i], cell_.size());
  }
}

// Its place among the texts of VmFlags: there are few.
std::uint64_t WideReport::flags_number(std::string_view flags) {
  const auto known = std::ranges::find(flags_, flags);
  const auto number = static_cast<std::uint64_t>(known - flags_.begin());
  if (known == flags_.end()) flags_.emplace_back(flags);
  return number;
}

// 0 for no name; neighbours often have the same one.
std::uint64_t WideReport::name_number(std::string_view name) {
  if (name.empty()) return 0;
  if (name != last_name_) {
    last_name_ = name;
    const bool shorten = !request_.show_path && name.starts_with('/');
    append_escaped(names_, shorten ? name.substr(name.rfind('/') + 1) : name, request_.writer.cell.text);
    name_ends_.push_back(names_.size());
  }
  return name_ends_.size() - 1;
}

void WideReport::add_row(const VmaRow& row) {
  const auto& vma = row.record.vma;
  numbers_[kAddress] = vma.start.value;
  numbers_[kPerm] = pack(vma.perms);
  numbers_[kOffset] = vma.offset.value;
  numbers_[kDevice] = pack(vma.device);
  numbers_[kInode] = vma.inode;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    auto& key = keys_[i];
    const auto value =
        key.key != SmapsKey::count_ ? row.record.usage[key.key].value_or(0) : row.record.unknown[key.unknown];
    const auto number = key.divisor == 1 ? value : value / kKiB;
    key.total += number;
    numbers_[kLeadingCount + i] = number;
  }
  if (request_.everything) numbers_[flags_column()] = flags_number(row.record.vm_flags);
  numbers_[name_column()] = name_number(vma.name);
  rows_.add(numbers_, [this](std::size_t column, std::uint64_t number) {
    if (column == name_column()) return;
    cell_.clear();
    append_number(cell_, column, number);
    widths_[column] = std::max(widths_[column], cell_.size());
  });
}

void WideReport::append_number(Buffer& buffer, std::size_t column, std::uint64_t number) const {
  if (column == kAddress || column == kOffset) return append_hex(buffer, number, 8);
  if (column == kPerm) {
    const auto letters = unpack_perms(number).letters();
    return append(buffer, {letters.data(), letters.size()});
  }
  if (column == kDevice) {
    append_cell(buffer, unpack_device(number), {});
  } else if (request_.everything && column == flags_column()) {
    append(buffer, flags_[number]);
  } else {
    append(buffer, Decimal(number).view());
  }
}

void WideReport::write_headings() {
  auto& buffer = output_.buffer();
  std::size_t i = 0;
  const auto write = [&](std::string_view heading) {
    buffer.append_blanks(widths_[i++] - heading.size());
    append(buffer, heading);
    buffer.push_back(' ');
  };
  for (const auto heading : kLeading) write(heading);
  for (const auto& key : keys_) write(key.header);
  if (request_.everything) write(kFlagsHeading);
  append(buffer, "Mapping\n");
}

// All cells are flush right in columns of one width, but the last, which is the name: from one line to the
// next only the cells that differ are written anew.
void WideReport::write_rows() {
  std::vector<std::size_t> ends;
  std::string line;
  const auto set_cell = [&](std::size_t column, std::uint64_t number) {
    cell_.clear();
    append_number(cell_, column, number);
    const auto begin = line.begin() + static_cast<std::ptrdiff_t>(ends[column] - widths_[column]);
    const auto padded = std::fill_n(begin, widths_[column] - cell_.size(), ' ');
    std::ranges::copy(cell_.view(), padded);
  };
  for (const auto width : widths_) {
    ends.push_back(line.size() + width);
    line.append(width + 1, ' ');
  }
  for (std::size_t i = 0; i < widths_.size(); ++i) set_cell(i, 0);
  std::string_view name;
  const auto changed = [&](std::size_t column, std::uint64_t number) {
    if (column != name_column()) return set_cell(column, number);
    const auto begin = number == 0 ? 0 : name_ends_[number - 1];
    name = names_.view().substr(begin, name_ends_[number] - begin);
  };
  rows_.replay(changed, [&] {
    auto& buffer = output_.buffer();
    append(buffer, line);
    append(buffer, name);
    buffer.push_back('\n');
    output_.written();
  });
}

// The rule and the sums end before VmFlags.
void WideReport::write_totals() {
  auto& buffer = output_.buffer();
  std::size_t indent = 0;
  for (std::size_t i = 0; i < kLeading.size(); ++i) indent += widths_[i] + 1;
  buffer.append_blanks(indent);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    for (std::size_t n = 0; n < widths_[kLeading.size() + i]; ++n) buffer.push_back('=');
    buffer.push_back(' ');
  }
  buffer.push_back('\n');
  buffer.append_blanks(indent);
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto width = widths_[kLeading.size() + i];
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
  if (!more) return std::unexpected(more.error());
  if (!*more) return {};
  choose_keys(source->row(), source->table());
  begin_rows();
  for (; more && *more; more = source->next()) add_row(source->row());
  // A sum may be wider than all that it sums up.
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    auto& width = widths_[kLeadingCount + i];
    if (keys_[i].additive && request_.writer.footer) width = std::max(width, Decimal(keys_[i].total).size());
  }
  if (request_.writer.headings) write_headings();
  write_rows();
  if (request_.writer.footer) write_totals();
  if (!more) return std::unexpected(more.error());
  return {};
}

}  // namespace pageloupe::ppmap
