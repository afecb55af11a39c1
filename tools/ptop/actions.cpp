// SPDX-License-Identifier: MIT
#include "ptop/actions.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "render/format.h"
#include "sample/signals.h"

namespace pageloupe::ptop {
namespace {

struct Failure {
  const ActionTarget* target;
  Error error;
};

std::string called(const ActionTarget& target) {
  return format_text("{} ({})", target.target.pid.value, target.name);
}

std::string_view cause(const Error& error) {
  switch (error.code) {
    case Errc::gone: return "it has exited";
    case Errc::denied: return "permission denied";
    case Errc::unsupported: return "this kernel has no pidfd_open";
    case Errc::not_applicable: return "these are not the processes of this machine";
    case Errc::not_sampled:
    case Errc::not_recorded:
    case Errc::no_previous:
    case Errc::no_memory:
    case Errc::blocked:
    case Errc::no_pmu:
    case Errc::event_missing:
    case Errc::not_scheduled:
    case Errc::did_not_run:
    case Errc::counter_stuck:
    case Errc::no_descriptors:
    case Errc::malformed:
    case Errc::io: return reason(error.code);
  }
  return reason(error.code);
}

// "812 (bash)", "812 (bash) and 3 others"
std::string list_of(std::span<const Failure> failures) {
  if (failures.size() == 1) return called(*failures[0].target);
  return format_text("{} and {} other{}", called(*failures[0].target), failures.size() - 1,
                     failures.size() == 2 ? "" : "s");
}

// "12 (a) and 1 other: permission denied; 40 (b): it has exited"
std::string failures_text(std::span<Failure> failures) {
  std::ranges::stable_sort(failures, {}, [](const Failure& failure) { return failure.error.code; });
  std::string text;
  while (!failures.empty()) {
    const auto code = failures.front().error.code;
    const auto end = std::ranges::find_if(failures, [code](const auto& f) { return f.error.code != code; });
    const auto same = failures.first(static_cast<std::size_t>(end - failures.begin()));
    if (!text.empty()) text += "; ";
    text += list_of(same) + ": " + std::string(cause(same.front().error));
    failures = failures.subspan(same.size());
  }
  return text;
}

std::string targets_text(std::size_t done, const ActionTarget* only, std::string_view what) {
  if (done == 1 && only != nullptr) return called(*only);
  return format_text("{} {}", done, what);
}

struct Outcome {
  std::vector<Failure> failures{};
  const ActionTarget* last_done = nullptr;
};

// `verb` is "SIGTERM sent to" or "nice 5 for", `refusal` is "SIGTERM not sent to" or "not reniced:".
ActionReport report(std::span<const ActionTarget> targets, Outcome outcome, std::string_view verb,
                    std::string_view refusal) {
  ActionReport result{.done = targets.size() - outcome.failures.size(), .failed = outcome.failures.size()};
  const bool threads =
      !targets.empty() && std::ranges::all_of(targets, [](const auto& t) { return t.target.is_thread(); });
  if (result.done != 0) {
    result.text = format_text(
        "{} {}", verb, targets_text(result.done, outcome.last_done, threads ? "threads" : "processes"));
  }
  if (result.failed == 0) return result;
  const auto failures = failures_text(outcome.failures);
  result.text +=
      result.done == 0 ? format_text("{} {}", refusal, failures) : format_text("; not {}", failures);
  return result;
}

}  // namespace

ActionReport send_signal_to(const ProcFs& procfs, std::span<const ActionTarget> targets, int signal) {
  Outcome outcome;
  for (const auto& target : targets) {
    if (const auto sent = send_signal(procfs, target.target, signal)) {
      outcome.last_done = &target;
    } else {
      outcome.failures.push_back({&target, sent.error()});
    }
  }
  const auto name = signal_name(signal);
  return report(targets, std::move(outcome), format_text("SIG{} sent to", name),
                format_text("SIG{} not sent to", name));
}

ActionReport renice(const ProcFs& procfs, std::span<const ActionTarget> targets, NiceChange change) {
  Outcome outcome;
  std::optional<int> nice;
  bool same = true;
  for (const auto& target : targets) {
    const auto changed = change_nice(procfs, target.target, change);
    if (!changed) {
      outcome.failures.push_back({&target, changed.error()});
      continue;
    }
    outcome.last_done = &target;
    same = same && nice.value_or(changed->nice) == changed->nice;
    nice = changed->nice;
  }
  const auto verb = same ? format_text("nice {} for", nice.value_or(change.value))
                         : format_text("nice {:+} for", change.value);
  return report(targets, std::move(outcome), verb, "not reniced:");
}

std::optional<NiceChange> parse_nice(std::string_view text) {
  text = trim(text);
  const bool relative = text.starts_with('+');
  const auto value = to_number<int>(relative ? text.substr(1) : text);
  if (!value || *value < -20 || *value > 19 || (relative && *value < 0)) return std::nullopt;
  return NiceChange{.value = *value, .relative = relative};
}

}  // namespace pageloupe::ptop
