// SPDX-License-Identifier: MIT
#include "ppmap/page_summary.h"

#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kHugetlb = place_of(KpageFlag::huge);
constexpr auto kZero = place_of(KpageFlag::zero_page);

std::string size_text(Bytes size, bool bytes) {
  Buffer buffer;
  append_cell(buffer, size, {.size = bytes ? SizeUnit::bytes : SizeUnit::human});
  return {buffer.data(), buffer.size()};
}

// "what the frames are is not known: permission denied; run as root to see it"
std::string line_of(std::string_view what, Errc code) {
  std::string line = std::string(what) + " is not known: " + std::string(reason(code));
  if (code == Errc::denied) line += "; run as root to see it";
  return line + "\n";
}

// What says nothing of this process: there is no such thing, or it was not asked for.
bool is_silent(Errc code) { return code == Errc::not_applicable || code == Errc::not_sampled; }

void keep_first(std::optional<Errc>& reason, Errc code) {
  if (!reason && !is_silent(code)) reason = code;
}

}  // namespace

void PageSummary::add(const VmaRow& row) {
  if (!row.pages) return;
  const auto& [table, frames, counts, cache, soft_dirty, uffd_wp] = *row.pages;
  if (table) {
    has_table_ = true;
    table_.present += table->present;
    table_.swapped += table->swapped;
    table_.detached += table->detached;
  } else {
    keep_first(no_table_, table.error());
  }
  if (frames) {
    has_frames_ = true;
    frames_.rss += frames->rss;
    frames_.special += frames->special;
    for (const auto place : {kHugetlb, kZero}) frames_.flagged[place] += frames->flagged[place];
  } else {
    keep_first(no_frames_, frames.error());
  }
  if (!cache) keep_first(no_cache_, cache.error());
}

std::string PageSummary::sums(const ProcessHead& head, Scope scope) const {
  const auto size = [&scope](Bytes amount) { return size_text(amount, scope.bytes); };
  std::string text = size(table_.present) + " present";
  if (has_frames_) {
    text += ": " + size(frames_.rss) + " that RSS counts";
    const auto add = [&](Bytes amount, std::string_view what) {
      if (amount != Bytes{}) text += ", " + size(amount) + std::string(what);
    };
    add(frames_.flagged[kZero], " of the page of zeros");
    add(frames_.flagged[kHugetlb], " of the huge page pool");
    add(frames_.special, " of the kernel or a device");
  }
  if (table_.swapped != Bytes{}) text += "; " + size(table_.swapped) + " in swap";
  if (table_.detached != Bytes{}) text += "; " + size(table_.detached) + " being moved or held by a device";
  if (has_frames_ && !scope.subset && head.rss != frames_.rss)
    text += "\nRSS was " + size(head.rss) + " before its pages were read: they change";
  return text + "\n";
}

std::string PageSummary::text(const ProcessHead& head, Scope scope) const {
  std::string text = has_table_ ? sums(head, scope) : std::string{};
  if (no_table_) text += line_of("what is present", *no_table_);
  if (no_frames_ && !no_table_) text += line_of("what the frames are", *no_frames_);
  if (no_cache_) text += line_of("how much of some files is in the page cache", *no_cache_);
  return text;
}

}  // namespace pageloupe::ppmap
