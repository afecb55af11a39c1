// SPDX-License-Identifier: MIT
// The table of what a recording holds of a process: a row for each slot of Process.
#pragma once

#include "record/json_line.h"
#include "record/slot_members.h"

namespace pageloupe {

struct SlotRow {
  std::string_view name{};  // of the kernel's file, where there is one
  // Written with the first line of a process in a frame and when it changes: what seldom does, and is long.
  bool stable = false;
  std::optional<Errc> (*error)(const Process& process) = nullptr;  // nothing: there is a value
  void (*write)(Buffer& buffer, std::string_view name, const Process& process) = nullptr;  // of a value
  void (*mix)(Digest& digest, const Process& process) = nullptr;                           // of a value
  void (*begin)(Process& process) = nullptr;  // makes it a value, with nothing in it
  void (*fail)(Process& process, Errc code) = nullptr;
  bool (*read)(Process& process, const LineMember& member, std::size_t& hint) = nullptr;  // into a value
};

// ---- How the values of slots are written, read and told from others ---------------------------------------

// A record with a table of its members.
template <const auto& kTable>
struct RecordSlot {
  using Record = typename std::remove_cvref_t<decltype(kTable)>::value_type;

  template <class T>
  static void write(Buffer& buffer, std::string_view name, const T& record) {
    append_name(buffer, name);
    buffer.push_back('{');
    for (const auto& row : kTable) row.write(buffer, row.name, record);
    close_object(buffer);
    buffer.push_back(',');
  }
  template <class T>
  static void mix(Digest& digest, const T& record) {
    for (const auto& row : kTable) row.mix(digest, record);
  }
  template <class T>
  static bool read(const LineMember& member, T& record, std::size_t& hint) {
    const auto* row = find_row<Record>(kTable, member.name, hint);
    return row == nullptr || row->read(member.value, member.element, record);
  }
};

// Numbers under the kernel's keys.
template <const auto& kSpellings>
struct KeyedSlot {
  using Key = decltype(kSpellings.front().key);

  static constexpr std::string_view suffix(Key key) {
    return keyed_as(key) == KeyedAs::bytes ? "_bytes" : "";
  }

  static void append_members(Buffer& buffer, const KeyedValues<Key>& values) {
    for (const auto& [key, text] : kSpellings) {
      const auto value = values[key];
      if (!value) continue;
      buffer.push_back('"');
      append(buffer, text);
      append(buffer, suffix(key));
      append(buffer, "\":");
      if (keyed_as(key) == KeyedAs::bits) {
        append_hex(buffer, *value);
      } else {
        append_number(buffer, *value);
      }
      buffer.push_back(',');
    }
  }
  static void write(Buffer& buffer, std::string_view name, const KeyedValues<Key>& values) {
    append_name(buffer, name);
    buffer.push_back('{');
    append_members(buffer, values);
    close_object(buffer);
    buffer.push_back(',');
  }
  static void mix(Digest& digest, const KeyedValues<Key>& values) {
    for (const auto& spelling : kSpellings) {
      MemberValue<std::optional<std::uint64_t>>::mix(digest, values[spelling.key]);
    }
  }
  static bool read(const LineMember& member, KeyedValues<Key>& values, std::size_t& hint) {
    for (std::size_t tried = 0; tried < kSpellings.size(); ++tried) {
      const auto at = (hint + tried) % kSpellings.size();
      const auto& [key, text] = kSpellings[at];
      if (!member.name.starts_with(text) || member.name.substr(text.size()) != suffix(key)) continue;
      hint = at + 1;
      std::uint64_t value = 0;
      const bool bits = keyed_as(key) == KeyedAs::bits;
      if (!(bits ? read_hex(member.value, value) : read_number(member.value, value))) return false;
      values.set(key, value);
      return true;
    }
    return true;
  }
};

// status: its members and its keyed values side by side.
struct StatusSlot {
  using Keyed = KeyedSlot<kStatusKeys>;
  using Own = RecordSlot<kStatusMembers>;

  static void write(Buffer& buffer, std::string_view name, const StatusRecord& status) {
    append_name(buffer, name);
    buffer.push_back('{');
    for (const auto& row : kStatusMembers) row.write(buffer, row.name, status);
    Keyed::append_members(buffer, status.values);
    close_object(buffer);
    buffer.push_back(',');
  }
  static void mix(Digest& digest, const StatusRecord& status) {
    Own::mix(digest, status);
    Keyed::mix(digest, status.values);
  }
  static bool read(const LineMember& member, StatusRecord& status, std::size_t& hint) {
    std::size_t from = 0;
    const auto* row = find_row<Member<StatusRecord>>(kStatusMembers, member.name, from);
    if (row != nullptr) return row->read(member.value, member.element, status);
    return Keyed::read(member, status.values, hint);
  }
};

// A number or a text, the line's own member.
struct PlainSlot {
  template <class T>
  static void write(Buffer& buffer, std::string_view name, const T& value) {
    MemberValue<T>::write(buffer, name, value);
  }
  template <class T>
  static void mix(Digest& digest, const T& value) {
    MemberValue<T>::mix(digest, value);
  }
  template <class T>
  static bool read(const LineMember& member, T& value, std::size_t& /*hint*/) {
    return MemberValue<T>::read(member.value, member.element, value);
  }
};

// ---- Rows -------------------------------------------------------------------------------------------------

template <auto kWhere>
auto& slot_in(auto& process) {
  if constexpr (std::same_as<decltype(kWhere), Namespace>) {
    return process.namespaces[static_cast<std::size_t>(kWhere)];
  } else {
    return process.*kWhere;
  }
}

struct Often {
  static constexpr bool kStable = false;
};
struct Seldom {
  static constexpr bool kStable = true;
};

template <auto kWhere, class How, class Changes = Often>
consteval SlotRow slot(std::string_view name) {
  return {.name = name,
          .stable = Changes::kStable,
          .error = [](const Process& process) -> std::optional<Errc> {
            const auto& value = slot_in<kWhere>(process);
            return value ? std::nullopt : std::optional(value.error());
          },
          .write = [](Buffer& buffer, std::string_view key,
                      const Process& process) { How::write(buffer, key, *slot_in<kWhere>(process)); },
          .mix = [](Digest& digest, const Process& process) { How::mix(digest, *slot_in<kWhere>(process)); },
          .begin =
              [](Process& process) {
                auto& value = slot_in<kWhere>(process);
                value = typename std::remove_cvref_t<decltype(value)>::value_type{};
              },
          .fail = [](Process& process, Errc code) { slot_in<kWhere>(process) = std::unexpected(code); },
          .read = [](Process& process, const LineMember& member,
                     std::size_t& hint) { return How::read(member, *slot_in<kWhere>(process), hint); }};
}

inline constexpr auto kSlots = std::to_array<SlotRow>({
    slot<&Process::stat, RecordSlot<kStatMembers>>("stat"),
    slot<&Process::statm, RecordSlot<kStatmMembers>>("statm"),
    slot<&Process::status, StatusSlot>("status"),
    slot<&Process::rollup, KeyedSlot<kSmapsKeys>>("smaps_rollup"),
    slot<&Process::io, RecordSlot<kIoMembers>>("io"),
    slot<&Process::ksm, RecordSlot<kKsmMembers>>("ksm_stat"),
    slot<&Process::owner, RecordSlot<kOwnerMembers>>("owner"),
    slot<&Process::wchan, PlainSlot>("wchan"),
    slot<&Process::oom_score, PlainSlot>("oom_score"),
    slot<&Process::oom_score_adj, PlainSlot>("oom_score_adj"),
    slot<&Process::fds, PlainSlot>("fds"),
    slot<&Process::limits, RecordSlot<kLimitMembers>, Seldom>("limits"),
    slot<&Process::cmdline, PlainSlot, Seldom>("cmdline"),
    slot<&Process::exe, PlainSlot, Seldom>("exe"),
    slot<&Process::cwd, PlainSlot, Seldom>("cwd"),
    slot<&Process::cgroup, RecordSlot<kCgroupMembers>, Seldom>("cgroup"),
    slot<&Process::security, PlainSlot, Seldom>("security"),
    slot<Namespace::pid, PlainSlot, Seldom>("ns_pid"),
    slot<Namespace::mnt, PlainSlot, Seldom>("ns_mnt"),
    slot<Namespace::cgroup, PlainSlot, Seldom>("ns_cgroup"),
    slot<Namespace::ipc, PlainSlot, Seldom>("ns_ipc"),
    slot<Namespace::net, PlainSlot, Seldom>("ns_net"),
    slot<Namespace::time, PlainSlot, Seldom>("ns_time"),
    slot<Namespace::user, PlainSlot, Seldom>("ns_user"),
    slot<Namespace::uts, PlainSlot, Seldom>("ns_uts"),
});
static_assert(names_are_sound(kSlots));

// Stops the compiler when Process gains a member that has no row: 17 slots, namespaces, its own four, and
// counters, which are not recorded: they count from when a recorder opened them.
constexpr bool all_of_process(const Process& process) {
  const auto& [pid, tgid, stat, statm, status, rollup, io, limits, ksm, owner, cmdline, exe, cwd, cgroup,
               wchan, security, namespaces, oom_score, oom_score_adj, fds, counters, one_thread,
               memory_elsewhere] = process;
  return pid == tgid || memory_elsewhere;
}
static_assert(kSlots.size() == 17 + kNamespaces);

}  // namespace pageloupe
