// SPDX-License-Identifier: MIT
#include "sample/tty.h"

#include <array>

namespace pageloupe {
namespace {

// Of Documentation/admin-guide/devices.txt: minors first..last of a major are prefix + number from `base` on.
struct Driver {
  unsigned major;
  unsigned first;
  unsigned last;
  unsigned base;
  const char* prefix;
};

constexpr auto kDrivers = std::to_array<Driver>({
    {4, 0, 63, 0, "tty"},
    {4, 64, 255, 0, "ttyS"},
    {5, 1, 1, 1, "console"},
    {136, 0, 255, 0, "pts/"},
    {137, 0, 255, 256, "pts/"},
    {138, 0, 255, 512, "pts/"},
    {139, 0, 255, 768, "pts/"},
    {140, 0, 255, 1024, "pts/"},
    {141, 0, 255, 1280, "pts/"},
    {142, 0, 255, 1536, "pts/"},
    {143, 0, 255, 1792, "pts/"},
    {166, 0, 255, 0, "ttyACM"},
    {188, 0, 255, 0, "ttyUSB"},
    {204, 64, 79, 0, "ttyAMA"},
    {229, 0, 255, 0, "hvc"},
});

}  // namespace

std::string tty_name(std::int32_t tty_nr) {
  // The kernel's old encoding: minor in bits 0–7 and 20–31, major in bits 8–19.
  const auto device = static_cast<std::uint32_t>(tty_nr);
  const unsigned major = device >> 8 & 0xfff;
  const unsigned minor = (device & 0xff) | (device >> 12 & 0xfff00);
  if (major == 136) return "pts/" + std::to_string(minor);  // all of them, in today's kernels
  for (const auto& driver : kDrivers) {
    if (driver.major != major || minor < driver.first || minor > driver.last) continue;
    if (driver.first == driver.last) return driver.prefix;
    return driver.prefix + std::to_string(driver.base + minor - driver.first);
  }
  return std::to_string(major) + ":" + std::to_string(minor);
}

}  // namespace pageloupe
