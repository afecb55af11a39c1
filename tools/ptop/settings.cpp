// SPDX-License-Identifier: MIT
#include "ptop/settings.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

constexpr std::chrono::milliseconds kLeastDelay{10};
constexpr std::chrono::seconds kLeastWindow{1};

struct MeterStyleName {
  MeterStyle style{};
  std::string_view name{};
};
constexpr auto kMeterStyles = std::to_array<MeterStyleName>({
    {MeterStyle::bars, "bars"},
    {MeterStyle::figures, "figures"},
    {MeterStyle::off, "off"},
});

std::optional<MeterStyle> parse_style(std::string_view name) {
  const auto found = std::ranges::find(kMeterStyles, name, &MeterStyleName::name);
  return found == kMeterStyles.end() ? std::nullopt : std::optional(found->style);
}

std::string_view style_name(MeterStyle style) { return kMeterStyles[static_cast<std::size_t>(style)].name; }

std::optional<MemoryScale> parse_scale(std::string_view name) {
  if (name.empty() || name == "h") return MemoryScale::human;
  return name.size() == 1 ? scale_of(name.front()) : std::nullopt;
}

std::string_view scale_text(MemoryScale scale) {
  const auto& found = info(scale);
  return scale == MemoryScale::human ? std::string_view("h") : std::string_view(&found.letter, 1);
}

std::vector<std::string> scale_words() {
  std::vector<std::string> words;
  for (const auto& scale : kScales) words.emplace_back(scale_text(scale.scale));
  return words;
}

// The flags, which are the same in both.
struct Flag {
  std::string_view name{};
  std::string_view help{};
  bool SettingOptions::* option = nullptr;
  bool Settings::* setting = nullptr;
  bool inverted = false;  // the option is the setting's contrary
  std::string_view letters{};
};
constexpr auto kFlags = std::to_array<Flag>({
    {"tree", "children below their parents", &SettingOptions::tree, &Settings::tree},
    {"sums", "sums of all below a process beside each, in a tree", &SettingOptions::sums, &Settings::sums},
    {"threads", "threads as rows of their own", &SettingOptions::threads, &Settings::threads, false, "-H"},
    {"no-kernel", "without threads of the kernel", &SettingOptions::no_kernel, &Settings::kernel, true},
    {"no-idle", "without what does nothing", &SettingOptions::no_idle, &Settings::idle, true, "-i"},
    {"command-line", "whole command lines instead of names", &SettingOptions::whole_command,
     &Settings::whole_command, false, "-c"},
    {"solaris", "CPU as a share of all CPUs", &SettingOptions::solaris, &Settings::irix, true},
    {"monochrome", "no colours, whatever the terminal has", &SettingOptions::no_color, &Settings::color,
     true},
});

}  // namespace

void add_setting_options(CommandLine& line, SettingOptions& options) {
  line.section("Settings, which W saves");
  line.text("--set", "NAME", options.set,
            "columns to begin with: main, memory, growth, faults, tlb, threads, io");
  line.offers({.offer = Offer::words, .words = names_in(kColumnSets, &ColumnSet::name)});
  line.text("-d,--delay", "SECS", options.delay, "seconds between refreshes (3)");
  line.text("-e,--scale-tasks", "UNIT", options.scale,
            "sizes in the table: h (human), k, m, g, t, p, e (h; k in batch mode)");
  line.offers({.offer = Offer::words, .words = scale_words()});
  line.text("-E,--scale-summary", "UNIT", options.summary_scale, "sizes above it");
  line.offers({.offer = Offer::words, .words = scale_words()});
  for (const auto& flag : kFlags)
    line.flag(std::string(flag.letters) + (flag.letters.empty() ? "--" : ",--") + std::string(flag.name),
              options.*flag.option, std::string(flag.help));
  line.flag("-1,--per-core", options.per_core, "each CPU, not all as one");
  line.text("--cpu-meter", "STYLE", options.cpu_meter, "bars, figures or off");
  line.offers({.offer = Offer::words, .words = names_in(kMeterStyles, &MeterStyleName::name)});
  line.text("--memory-meter", "STYLE", options.memory_meter, "bars, figures or off");
  line.offers({.offer = Offer::words, .words = names_in(kMeterStyles, &MeterStyleName::name)});
  line.flag("--no-load", options.no_load, "without uptime and load");
  line.text("--window", "SECS", options.window, "what slopes and trends look back on (60)");
  for (std::size_t i = 0; i < kColumnSets.size(); ++i) {
    const auto& set = kColumnSets[i];
    options.sets[i] = {std::string(set.columns), std::string(set.sort)};
    const auto name = "--" + std::string(set.name);
    line.text(name + "-columns", "LIST", options.sets[i].columns, "columns: " + std::string(set.help));
    line.offers({.offer = Offer::columns, .is_list = true});
    line.text(name + "-sort", "[-]COLUMN", options.sets[i].sort, "its order");
  }
}

std::optional<std::chrono::nanoseconds> parse_delay(std::string_view text, std::chrono::nanoseconds least) {
  double factor = 1;
  if (text.ends_with("ms")) {
    factor = 1e-3;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    text.remove_suffix(1);
  } else if (text.ends_with('m')) {
    factor = 60;
    text.remove_suffix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  constexpr double kMost = 365.0 * 86400;
  if (value < 0 || value * factor > kMost) return std::nullopt;
  const std::chrono::nanoseconds delay(std::llround(value * factor * 1e9));
  return delay < least ? std::nullopt : std::optional(delay);
}

std::expected<Settings, std::string> make_settings(const SettingOptions& options) {
  Settings settings;
  const auto set = find_column_set(options.set);
  if (!set)
    return std::unexpected("there is no set of columns '" + options.set +
                           "'; there are main, memory, growth, faults, tlb, threads, io");
  settings.set = *set;
  settings.sets = options.sets;
  for (std::size_t i = 0; i < kColumnSets.size(); ++i) {
    if (const auto columns = resolve_columns(options.sets[i].columns, {}); !columns)
      return std::unexpected(std::string(kColumnSets[i].name) + "-columns: " + columns.error());
    std::string_view sort = options.sets[i].sort;
    if (sort.starts_with('-')) sort.remove_prefix(1);
    if (const auto field = resolve_sort(sort, {}); !field)
      return std::unexpected(std::string(kColumnSets[i].name) + "-sort: " + field.error());
  }
  const auto delay = parse_delay(options.delay, kLeastDelay);
  if (!delay) return std::unexpected("delay '" + options.delay + "' is no number of seconds from 0.01 on");
  settings.delay = *delay;
  const auto window = parse_delay(options.window, kLeastWindow);
  if (!window) return std::unexpected("window '" + options.window + "' is no number of seconds from 1 on");
  settings.window = *window;
  const auto scale = parse_scale(options.scale);
  const auto summary = parse_scale(options.summary_scale);
  if (!scale || !summary) return std::unexpected("a unit is one of h, k, m, g, t, p, e");
  settings.scale = *scale;
  const auto cpu = parse_style(options.cpu_meter);
  const auto memory = parse_style(options.memory_meter);
  if (!cpu || !memory) return std::unexpected("a meter is one of bars, figures, off");
  settings.meters = {.cpu = *cpu,
                     .memory = *memory,
                     .per_core = options.per_core,
                     .load = !options.no_load,
                     .scale = *summary};
  for (const auto& flag : kFlags) settings.*flag.setting = options.*flag.option != flag.inverted;
  return settings;
}

std::string settings_text(const Settings& settings) {
  Buffer text;
  append(text, "# Written by ptop. Names are those of its options.\n");
  const auto seconds = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; };
  append_format(text, "set = \"{}\"\n", kColumnSets[settings.set].name);
  append_format(text, "delay = \"{}\"\nwindow = \"{}\"\n", seconds(settings.delay), seconds(settings.window));
  append_format(text, "scale-tasks = \"{}\"\nscale-summary = \"{}\"\n", scale_text(settings.scale),
                scale_text(settings.meters.scale));
  append_format(text, "cpu-meter = \"{}\"\nmemory-meter = \"{}\"\n", style_name(settings.meters.cpu),
                style_name(settings.meters.memory));
  append_format(text, "per-core = {}\nno-load = {}\n", settings.meters.per_core, !settings.meters.load);
  for (const auto& flag : kFlags)
    append_format(text, "{} = {}\n", flag.name, settings.*flag.setting != flag.inverted);
  for (std::size_t i = 0; i < kColumnSets.size(); ++i) {
    append_format(text, "{0}-columns = \"{1}\"\n{0}-sort = \"{2}\"\n", kColumnSets[i].name,
                  settings.sets[i].columns, settings.sets[i].sort);
  }
  return std::string(text.view());
}

}  // namespace pageloupe::ptop
