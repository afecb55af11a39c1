// SPDX-License-Identifier: MIT
#include "proc/sysvipc.h"

#include <array>
#include <concepts>
#include <optional>

#include "base/text.h"

namespace pageloupe {
namespace {

// The numbers of a line, in the order of the kernel's columns. A later kernel may add columns behind.
class Numbers {
 public:
  explicit Numbers(std::string_view line) : rest_(line) {}

  template <std::integral T>
  Numbers& to(T& value, int base = 10) {
    const auto number = to_number<T>(take_word(rest_), base);
    good_ = good_ && number.has_value();
    value = number.value_or(T{});
    return *this;
  }
  Numbers& skip() {
    good_ = good_ && !take_word(rest_).empty();
    return *this;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// `parse(line, record)` tells whether the line has the right shape.
template <class Record, class Parse>
Result<std::vector<Record>> parse_lines(std::string_view text, std::string_view first_column,
                                        std::string_view file, Parse parse) {
  auto heading = take_line(text);
  if (take_word(heading) != "key" || take_word(heading) != first_column) return malformed(file, {}, 1);
  std::vector<Record> records;
  for (std::uint32_t line = 2; !text.empty(); ++line) {
    Record record;
    if (!parse(take_line(text), record)) return malformed(file, {}, line);
    records.push_back(record);
  }
  return records;
}

constexpr std::uint32_t kRemoved = 01000;  // SHM_DEST

bool parse_shm(std::string_view line, SysvShm& shm) {
  std::uint32_t perms = 0;
  Numbers numbers(line);
  numbers.to(shm.key).to(shm.shmid).to(perms, 8).to(shm.size.value).to(shm.cpid.value).to(shm.lpid.value);
  numbers.to(shm.nattch).skip().skip().skip().skip().skip().skip().skip();
  numbers.to(shm.rss.value).to(shm.swap.value);
  shm.doomed = (perms & kRemoved) != 0;
  return numbers.good();
}

bool parse_sem(std::string_view line, SysvSem& sem) {
  return Numbers(line).to(sem.key).to(sem.semid).skip().to(sem.nsems).good();
}

bool parse_msg(std::string_view line, SysvMsg& msg) {
  return Numbers(line)
      .to(msg.key)
      .to(msg.msqid)
      .skip()
      .to(msg.bytes.value)
      .to(msg.messages)
      .to(msg.lspid.value)
      .to(msg.lrpid.value)
      .good();
}

}  // namespace

Result<std::vector<SysvShm>> parse_sysvipc_shm(std::string_view text) {
  return parse_lines<SysvShm>(text, "shmid", "sysvipc/shm", parse_shm);
}

Result<std::vector<SysvSem>> parse_sysvipc_sem(std::string_view text) {
  return parse_lines<SysvSem>(text, "semid", "sysvipc/sem", parse_sem);
}

Result<std::vector<SysvMsg>> parse_sysvipc_msg(std::string_view text) {
  return parse_lines<SysvMsg>(text, "msqid", "sysvipc/msg", parse_msg);
}

}  // namespace pageloupe
