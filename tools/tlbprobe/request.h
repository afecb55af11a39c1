// SPDX-License-Identifier: MIT
// Options that have been checked: what tlbprobe will do.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>

#include "cpu/tlb.h"
#include "probe/inference.h"
#include "tlbprobe/options.h"

namespace pageloupe::tlbprobe {

enum class Kinds : std::uint8_t { all, data, instruction };
enum class Pages : std::uint8_t { all, base, huge_2m, huge_1g };

// The words of --kind and --page-size.
template <class T>
struct Choice {
  std::string_view name;
  T value;
};

inline constexpr auto kKinds = std::to_array<Choice<Kinds>>(
    {{"all", Kinds::all}, {"data", Kinds::data}, {"instruction", Kinds::instruction}});
inline constexpr auto kPages = std::to_array<Choice<Pages>>(
    {{"all", Pages::all}, {"4k", Pages::base}, {"2m", Pages::huge_2m}, {"1g", Pages::huge_1g}});

struct Request {
  Format format = Format::table;
  WriterOptions writer{};
  std::optional<std::string> columns{};  // names; nothing: those of the view
  std::optional<std::string> filter{};   // has been parsed once, so it is one
  std::optional<std::string> sort{};     // a column's name
  bool descending = false;

  std::optional<unsigned> level{};
  Kinds kinds = Kinds::all;
  Pages pages = Pages::all;

  bool timed = true;
  InferenceOptions inference{};
  std::optional<int> cpu{};
  unsigned runs = 1;
  bool setup_hugepages = false;
  bool verbose = false;

  std::optional<std::string> cpuid{};
  std::string proc_root = "/proc";
  std::optional<Pid> reach{};
  std::optional<std::string> svg{};
  bool curve = false;

  // Whether rows of that level, kind or page size are asked for.
  [[nodiscard]] bool wants(std::uint8_t which, TlbKind kind, Bytes page_size) const;
};

// What the terminal and the clock add to the options.
struct Surroundings {
  bool terminal = false;   // stdout is one
  std::uint64_t seed = 1;  // without --seed
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<Request, std::string> make_request(const Options& options,
                                                               const Surroundings& around);

}  // namespace pageloupe::tlbprobe
