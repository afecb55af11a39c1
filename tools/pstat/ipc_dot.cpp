// SPDX-License-Identifier: MIT
#include <set>

#include "pstat/ipc_report.h"
#include "render/escape.h"
#include "render/format.h"

namespace pageloupe::pstat {
namespace {

// A text within the quotes of dot: printable ASCII, a backslash and a quote with a backslash before them.
void append_quoted(Buffer& buffer, std::string_view text) {
  Buffer plain;
  append_escaped(plain, text, {});
  for (const char c : plain.view()) {
    if (c == '"' || c == '\\') buffer.push_back('\\');
    buffer.push_back(c);
  }
}

std::set<Pid> processes_of(const Channel& channel) {
  std::set<Pid> pids;
  for (const auto& end : channel.ends) pids.insert(end.pid);
  return pids;
}

bool sends(EndRole role) { return role == EndRole::write || role == EndRole::last_sent; }
bool takes(EndRole role) {
  return role == EndRole::read || role == EndRole::last_taken || role == EndRole::target;
}

// Who only sends, and who only takes, has an arrow; of all others both directions are possible.
std::string_view direction(const Channel& channel, Pid from) {
  bool from_sends = false;
  bool from_takes = false;
  for (const auto& end : channel.ends) {
    if (end.pid != from) continue;
    from_sends = from_sends || !takes(end.role);
    from_takes = from_takes || !sends(end.role);
  }
  return from_sends && from_takes ? "both" : from_sends ? "forward" : "back";
}

void append_label(Buffer& buffer, const Channel& channel) {
  append(buffer, "label=\"");
  append_quoted(buffer, name(channel.type));
  if (!channel.name.empty()) {
    append(buffer, "\\n");
    append_quoted(buffer, channel.name);
  }
  if (channel.waiting && *channel.waiting != Bytes{})
    append_format(buffer, "\\n{} bytes waiting", channel.waiting->value);
  append(buffer, "\"");
}

void append_process(Buffer& buffer, Pid pid, std::string_view comm, bool inside) {
  append_format(buffer, "  p{} [label=\"{} ", pid.value, pid.value);
  append_quoted(buffer, comm);
  append(buffer, inside ? "\"];\n" : "\", style=dashed];\n");
}

// Where the other one's role says more, it decides: a pipe that a parent holds both ends of.
std::string_view direction(const Channel& channel, Pid one, Pid other) {
  const auto of_one = direction(channel, one);
  if (of_one != "both") return of_one;
  const auto of_other = direction(channel, other);
  return of_other == "forward" ? "back" : of_other == "back" ? "forward" : "both";
}

void append_edge(Buffer& buffer, const Channel& channel, Pid one, Pid other) {
  append_format(buffer, "  p{} -> p{} [dir={}, ", one.value, other.value, direction(channel, one, other));
  append_label(buffer, channel);
  append(buffer, "];\n");
}

void append_hub(Buffer& buffer, const Channel& channel, const std::set<Pid>& pids, std::size_t number) {
  append_format(buffer, "  c{} [shape=box, ", number);
  append_label(buffer, channel);
  append(buffer, "];\n");
  for (const auto pid : pids)
    append_format(buffer, "  p{} -> c{} [dir={}];\n", pid.value, number, direction(channel, pid));
}

}  // namespace

void append_dot(Buffer& buffer, const std::vector<Channel>& channels, const Comms& comms) {
  append(buffer, "digraph ipc {\n  rankdir=LR;\n  node [shape=ellipse];\n");
  std::set<Pid> inside;
  std::set<Pid> shown;
  for (const auto& channel : channels) {
    for (const auto& end : channel.ends) {
      if (end.inside) inside.insert(end.pid);
    }
    const auto pids = processes_of(channel);
    if (pids.size() > 1) shown.insert(pids.begin(), pids.end());
  }
  for (const auto& [pid, comm] : comms) {
    if (shown.contains(pid) || inside.contains(pid)) append_process(buffer, pid, comm, inside.contains(pid));
  }
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto pids = processes_of(channels[i]);
    if (pids.size() == 2) append_edge(buffer, channels[i], *pids.begin(), *pids.rbegin());
    if (pids.size() > 2) append_hub(buffer, channels[i], pids, i);
  }
  append(buffer, "}\n");
}

}  // namespace pageloupe::pstat
