// SPDX-License-Identifier: MIT
// How the memory of one process changed while it was watched: what the getters of growth look at.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/units.h"

namespace pageloupe {

// One size over time: a ring of the points at which it changed. Most sizes never change: only one that does
// has a ring.
class GrowthTrack {
 public:
  static constexpr std::size_t kPoints = 24;

  struct Point {
    Instant at{};
    Bytes size{};
  };

  // Notes the size at that instant; a size that did not change takes no room. A second note of one instant
  // takes the place of the first.
  void note(Instant at, Bytes size);

  // Begins anew: growth since the mark is 0.
  void mark();

  // When it was noted last, changed or not.
  [[nodiscard]] Instant last_seen() const { return last_seen_; }
  [[nodiscard]] Bytes now() const { return latest_; }
  [[nodiscard]] Bytes peak() const { return peak_; }

  // Since the note before; nothing before the second.
  [[nodiscard]] std::optional<ByteChange> since_before() const;
  // Since mark(), or since the first note.
  [[nodiscard]] std::optional<ByteChange> since_mark() const;

  // The slope of the line of least squares over the window that ends now, in bytes per second; nothing where
  // less than two notes lie in it.
  [[nodiscard]] std::optional<ByteChange> slope_per_second(Nanoseconds window) const;

  // The size at an instant, as far back as the ring remembers; nothing before that.
  [[nodiscard]] std::optional<Bytes> at(Instant when) const;

 private:
  void push(Point point);
  // The i-th point that the ring remembers, oldest first.
  [[nodiscard]] const Point& point(std::size_t i) const;

  std::unique_ptr<std::array<Point, kPoints>> ring_;
  std::uint32_t next_ = 0;
  std::uint32_t used_ = 0;
  Instant last_seen_{};
  Instant first_seen_{};
  Bytes latest_{};
  Bytes before_{};
  Bytes mark_{};
  Bytes peak_{};
  std::uint64_t notes_ = 0;
};

// What is known of one process; nullptr where it is not watched.
struct Growth {
  const GrowthTrack* vsz = nullptr;
  const GrowthTrack* rss = nullptr;
  const GrowthTrack* pss = nullptr;
  Nanoseconds window{};  // of slopes and trends, ending now
};

}  // namespace pageloupe
