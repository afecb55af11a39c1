// SPDX-License-Identifier: MIT
#include "record/open_replay.h"

#include "record/recording_info.h"
#include "record/when.h"

namespace pageloupe {

std::expected<std::unique_ptr<RecordingReader>, std::string> open_replay(
    const std::string& path, const std::optional<std::string>& at) {
  auto opened = RecordingReader::open(path);
  if (!opened) return std::unexpected("'" + path + "' " + opened.error());
  auto& reader = **opened;
  const WhenContext when{
      .first = reader.first_time(), .last = reader.last_time(), .current = reader.last_time()};
  const auto time = at ? parse_when(*at, when) : when.last;
  if (!time) return std::unexpected(time.error());
  if (*time < when.first) {
    return std::unexpected("'" + path + "' begins later, at " + date_time(when.first));
  }
  if (!reader.seek(*time)) {
    return std::unexpected("'" + path +
                           "' holds no sample that can be read: " + damage_text(reader.damage()));
  }
  return opened;
}

}  // namespace pageloupe
