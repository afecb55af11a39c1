// SPDX-License-Identifier: MIT
#include "sample/growth.h"

#include <algorithm>

namespace pageloupe {
namespace {

ByteChange difference(Bytes now, Bytes before) {
  return {static_cast<std::int64_t>(now.value - before.value)};
}

}  // namespace

const GrowthTrack::Point& GrowthTrack::point(std::size_t i) const {
  return (*ring_)[(next_ + kPoints - used_ + i) % kPoints];
}

void GrowthTrack::push(Point point) {
  (*ring_)[next_] = point;
  next_ = static_cast<std::uint32_t>((next_ + 1) % kPoints);
  used_ = std::min<std::uint32_t>(used_ + 1, kPoints);
}

void GrowthTrack::note(Instant at, Bytes size) {
  const bool again = notes_ != 0 && at == last_seen_;
  if (!again) before_ = latest_;
  if (notes_ == 0) {
    first_seen_ = at;
    before_ = mark_ = size;
  } else if (size != latest_) {
    if (!ring_) {
      ring_ = std::make_unique<std::array<Point, kPoints>>();
      push({first_seen_, latest_});
    }
    push({at, size});
  }
  if (!again) ++notes_;
  latest_ = size;
  peak_ = std::max(peak_, size);
  last_seen_ = at;
}

void GrowthTrack::mark() { mark_ = latest_; }

std::optional<ByteChange> GrowthTrack::since_before() const {
  if (notes_ < 2) return std::nullopt;
  return difference(latest_, before_);
}

std::optional<ByteChange> GrowthTrack::since_mark() const {
  if (notes_ == 0) return std::nullopt;
  return difference(latest_, mark_);
}

std::optional<Bytes> GrowthTrack::at(Instant when) const {
  if (notes_ == 0 || when < first_seen_) return std::nullopt;
  if (!ring_) return latest_;
  if (when < point(0).at) return std::nullopt;
  auto size = point(0).size;
  for (std::size_t i = 1; i < used_ && point(i).at <= when; ++i) size = point(i).size;
  return size;
}

// The size is a staircase: it is looked at in equal steps, so that a long time without a change weighs as
// long as it was.
std::optional<ByteChange> GrowthTrack::slope_per_second(Nanoseconds window) const {
  constexpr int kSteps = 32;
  if (notes_ < 2 || window.value == 0) return std::nullopt;
  if (!ring_) return ByteChange{0};
  const auto oldest = std::max(first_seen_, point(0).at);
  const auto begin =
      last_seen_.value > window.value ? std::max(oldest, Instant{last_seen_.value - window.value}) : oldest;
  const auto span = to_seconds(last_seen_ - begin);
  if (span <= 0) return std::nullopt;
  const auto origin = at(begin).value_or(latest_);
  double sum_ty = 0;
  double sum_y = 0;
  double sum_t = 0;
  double sum_tt = 0;
  for (int i = 0; i <= kSteps; ++i) {
    const auto t = span * i / kSteps;
    const auto when = i == kSteps ? last_seen_ : begin + Nanoseconds{static_cast<std::uint64_t>(t * 1e9)};
    const auto y = static_cast<double>(difference(at(when).value_or(origin), origin).value);
    sum_ty += t * y;
    sum_y += y;
    sum_t += t;
    sum_tt += t * t;
  }
  constexpr double kCount = kSteps + 1;
  const auto slope = (kCount * sum_ty - sum_t * sum_y) / (kCount * sum_tt - sum_t * sum_t);
  return ByteChange{static_cast<std::int64_t>(slope)};
}

}  // namespace pageloupe
