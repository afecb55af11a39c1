// SPDX-License-Identifier: MIT
// A map kept for comparison: some sixty bytes a mapping and eight a measure, not the half kilobyte of a row.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "field/map_measures.h"
#include "field/vma_fields.h"

namespace pageloupe {

class MapSnapshot {
 public:
  struct Entry {
    Address start{};
    Address end{};
    Bytes offset{};
    std::uint64_t inode = 0;
    Device device{};
    std::uint32_t name = 0;  // where its names are
    std::uint16_t name_length = 0;
    std::uint16_t label_length = 0;
    VmaKind kind = VmaKind::anon;
    Perms perms{};
    std::uint16_t known = 0;  // which measures have a value

    [[nodiscard]] Bytes size() const { return end - start; }
  };

  explicit MapSnapshot(MeasureSet measures);

  // Forgets the mappings and keeps the memory.
  void clear();
  // The mappings of one process, in any order.
  void add(const VmaRow& row);
  // Orders them by address. False where mappings overlap: then they are not of one moment.
  bool finish();

  [[nodiscard]] MeasureSet measures() const { return measures_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const Entry& operator[](std::size_t i) const { return entries_[i]; }
  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] Measures measures_of(std::size_t i) const;
  // The columns path and mapping: views into the snapshot.
  [[nodiscard]] std::string_view name(const Entry& entry) const {
    return std::string_view(names_).substr(entry.name, entry.name_length);
  }
  [[nodiscard]] std::string_view label(const Entry& entry) const {
    return std::string_view(names_).substr(entry.name + entry.name_length, entry.label_length);
  }

  [[nodiscard]] const Measures& totals() const { return totals_; }
  // What it holds itself.
  [[nodiscard]] Bytes memory() const;

 private:
  struct Kept {
    Measure measure = Measure::size;
    const Field<VmaRow>* field = nullptr;
  };

  MeasureSet measures_;
  const Field<VmaRow>* label_;
  std::vector<Kept> kept_;  // but the size, which the addresses say
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> values_;  // kept_ of each entry
  std::string names_;
  Measures totals_;
};

}  // namespace pageloupe
