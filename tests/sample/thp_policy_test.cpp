// SPDX-License-Identifier: MIT
#include "sample/thp_policy.h"

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

using Mode = ThpPolicy::Mode;

VmaRecord record_of(std::uint64_t start, std::uint64_t end, std::string flags = "rd wr mr mw me ac") {
  VmaRecord record;
  record.vma.start = Address{start};
  record.vma.end = Address{end};
  record.vm_flags = std::move(flags);
  record.usage.set(SmapsKey::kernel_page_size, 4096);
  record.usage.set(SmapsKey::thp_eligible, 0);
  return record;
}
std::string why(const VmaRecord& record, const ThpPolicy& policy = {}) {
  return std::string(thp_refusal(record, policy).value_or("eligible"));
}

constexpr std::uint64_t kMib = 1U << 20U;

TEST_CASE("the word between brackets is the mode", "[sample]") {
  CHECK(parse_thp_mode("always [madvise] never\n") == Mode::advised);
  CHECK(parse_thp_mode("always within_size advise [never] deny force") == Mode::never);
  CHECK(parse_thp_mode("[always] madvise never") == Mode::always);
  CHECK(parse_thp_mode("always [inherit] madvise never") == Mode::unknown);
  CHECK(parse_thp_mode("") == Mode::unknown);
}

TEST_CASE("the file of the huge page's own size comes first, unless it inherits", "[sample]") {
  const FakeProc tree;
  const auto root = tree.root().string();
  CHECK(read_thp_policy(root).anonymous == Mode::unknown);
  tree.file("hpage_pmd_size", "2097152\n");
  tree.file("enabled", "always [madvise] never\n");
  tree.file("shmem_enabled", "[always] within_size advise never deny force\n");
  tree.file("hugepages-2048kB/enabled", "always [inherit] madvise never\n");
  CHECK(read_thp_policy(root).anonymous == Mode::advised);
  CHECK(read_thp_policy(root).shared == Mode::always);
  tree.file("hugepages-2048kB/enabled", "always inherit madvise [never]\n");
  CHECK(read_thp_policy(root).anonymous == Mode::never);
}

TEST_CASE("what stands in the way of huge pages is said in the order of what one can change least",
          "[sample]") {
  CHECK(why(record_of(0, 4 * kMib, "rd wr ht")) == "from the huge page pool already");
  CHECK(why(record_of(0, 4 * kMib, "rd wr pf io")) == "memory of a device");
  CHECK(why(record_of(2 * kMib, 4 * kMib - 4096)) == "smaller than a huge page");
  CHECK(why(record_of(2 * kMib + 4096, 6 * kMib - 4096)) == "holds no whole, aligned huge page");
  CHECK(why(record_of(2 * kMib, 6 * kMib, "rd wr nh")) == "MADV_NOHUGEPAGE (nh)");
  CHECK(why(record_of(2 * kMib, 6 * kMib)) == "the kernel does not say why");
}

TEST_CASE("what the machine or the process forbids is named with its setting", "[sample]") {
  auto anonymous = record_of(2 * kMib, 6 * kMib);
  CHECK(why(anonymous, {.anonymous = Mode::never}) == "switched off (enabled: never)");
  CHECK(why(anonymous, {.anonymous = Mode::advised}) == "needs MADV_HUGEPAGE (enabled: madvise)");
  CHECK(why(anonymous, {.anonymous = Mode::always, .off_in_process = true}).contains("PR_SET_THP_DISABLE"));
  auto shared = anonymous;
  shared.vma.inode = 7;
  shared.vma.name = "/memfd:x (deleted)";
  CHECK(why(shared, {.shared = Mode::never}).starts_with("switched off (shmem_enabled: never)"));
  auto file = anonymous;
  file.vma.inode = 7;
  file.vma.name = "/usr/lib/libc.so.6";
  CHECK(why(file).starts_with("a file"));
}

TEST_CASE("a mapping that is eligible has nothing in its way", "[sample]") {
  auto record = record_of(2 * kMib, 6 * kMib, "rd wr nh");
  record.usage.set(SmapsKey::thp_eligible, 1);
  CHECK(why(record, {.anonymous = Mode::never}) == "eligible");
}

TEST_CASE("huge pages are possible where only a setting or advice is missing", "[sample]") {
  auto record = record_of(2 * kMib, 6 * kMib);
  CHECK(thp_possible(record));
  record.vm_flags = "rd wr nh";
  CHECK(thp_possible(record));
  record.vm_flags = "rd wr io";
  CHECK_FALSE(thp_possible(record));
  CHECK_FALSE(thp_possible(record_of(2 * kMib, 3 * kMib)));
  record = record_of(2 * kMib, 6 * kMib);
  record.vma.inode = 7;
  record.vma.name = "/memfd:x (deleted)";
  CHECK(thp_possible(record));
  record.vma.name = "/usr/lib/libc.so.6";
  CHECK_FALSE(thp_possible(record));
  record.usage.set(SmapsKey::thp_eligible, 1);
  CHECK(thp_possible(record));
}

}  // namespace
}  // namespace pageloupe
