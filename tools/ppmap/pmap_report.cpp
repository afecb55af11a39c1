// SPDX-License-Identifier: MIT
#include "ppmap/pmap_report.h"

#include "ppmap/pmap_wide.h"
#include "ppmap/row_source.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr std::uint64_t kKiB = 1024;

// pmap's five letters: "-" for private, and a fifth place that is never used.
std::array<char, 5> mode(const Perms& perms) {
  const auto letters = perms.letters();
  return {letters[0], letters[1], letters[2], perms.shared ? 's' : '-', '-'};
}

// What the two narrow layouts have in common: a line a mapping, sums below.
class NarrowReport : public Report {
 public:
  NarrowReport(const Request& request, Output& output) : request_(request), output_(output) {}

  void begin(const Facts& /*document*/) override {}
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> /*problems*/) override { output_.flush(); }

 protected:
  virtual void heading() = 0;
  virtual void line(const VmaRow& row) = 0;
  virtual void footer() = 0;
  [[nodiscard]] virtual SourceSet needs() const = 0;

  void append_name(const VmaRow& row) {
    append_pmap_name(buffer(), row, request_.show_path, request_.writer.cell.text);
  }
  [[nodiscard]] Buffer& buffer() { return output_.buffer(); }

 private:
  Request request_;
  Output& output_;
};

Result<void> NarrowReport::show(const OpenProcess& process) {
  append_escaped(buffer(), title(process.head), request_.writer.cell.text);
  buffer().push_back('\n');
  auto source = RowSource::open(process, request_, needs());
  if (!source) return std::unexpected(source.error());
  if (request_.writer.headings) heading();
  Result<bool> more = source->next();
  for (; more && *more; more = source->next()) {
    line(source->row());
    output_.written();
  }
  if (request_.writer.footer) footer();
  if (!more) return std::unexpected(more.error());
  if (source->empty()) return no_memory();
  return {};
}

class ExtendedReport : public NarrowReport {
 public:
  using NarrowReport::NarrowReport;

 private:
  void heading() override {
    append(buffer(), "Address           Kbytes     RSS   Dirty Mode  Mapping\n");
    size_ = rss_ = dirty_ = 0;
  }
  void line(const VmaRow& row) override {
    const auto& vma = row.record.vma;
    const auto size = vma.size().value / kKiB;
    const auto kib = [&row](SmapsKey key) { return row.record.usage[key].value_or(0) / kKiB; };
    const auto rss = kib(SmapsKey::rss);
    const auto dirty = kib(SmapsKey::shared_dirty) + kib(SmapsKey::private_dirty);
    size_ += size;
    rss_ += rss;
    dirty_ += dirty;
    append_hex(buffer(), vma.start.value, 16);
    append_padded(buffer(), size, 8);
    append_padded(buffer(), rss, 8);
    append_padded(buffer(), dirty, 8);
    buffer().push_back(' ');
    const auto letters = mode(vma.perms);
    append(buffer(), {letters.data(), letters.size()});
    buffer().push_back(' ');
    append_name(row);
    buffer().push_back('\n');
  }
  void footer() override {
    append_format(buffer(), "---------------- ------- ------- ------- \ntotal kB         {:7} {:7} {:7}\n",
                  size_, rss_, dirty_);
  }
  [[nodiscard]] SourceSet needs() const override { return Source::smaps; }

  std::uint64_t size_ = 0;
  std::uint64_t rss_ = 0;
  std::uint64_t dirty_ = 0;
};

class DeviceReport : public NarrowReport {
 public:
  using NarrowReport::NarrowReport;

 private:
  void heading() override {
    append(buffer(), "Address           Kbytes Mode  Offset           Device    Mapping\n");
    mapped_ = writable_private_ = shared_ = 0;
  }
  void line(const VmaRow& row) override {
    const auto& vma = row.record.vma;
    const auto size = vma.size().value / kKiB;
    mapped_ += size;
    if (vma.perms.shared) {
      shared_ += size;
    } else if (vma.perms.write) {
      writable_private_ += size;
    }
    const auto letters = mode(vma.perms);
    append_hex(buffer(), vma.start.value, 16);
    append_padded(buffer(), size, 8);
    append_format(buffer(), " {} {:016x} {:03x}:{:05x} ", std::string_view(letters.data(), letters.size()),
                  vma.offset.value, vma.device.major, vma.device.minor);
    append_name(row);
    buffer().push_back('\n');
  }
  void footer() override {
    append_format(buffer(), "mapped: {}K    writeable/private: {}K    shared: {}K\n", mapped_,
                  writable_private_, shared_);
  }
  [[nodiscard]] SourceSet needs() const override { return Source::maps; }

  std::uint64_t mapped_ = 0;
  std::uint64_t writable_private_ = 0;
  std::uint64_t shared_ = 0;
};

}  // namespace

void append_pmap_name(Buffer& buffer, const VmaRow& row, bool show_path, TextStyle style) {
  const std::string_view name = row.record.vma.name;
  if (row.identity.kind == VmaKind::sysv_shm) {
    append_format(buffer, "  [ shmid={:#x} ]", row.record.vma.inode);
  } else if (!row.label.empty()) {
    if (row.label.front() == '[') append(buffer, "  ");
    append_escaped(buffer, row.label, style);
  } else if (name.empty()) {
    append(buffer, "  [ anon ]");
  } else if (name == "[stack]") {
    append(buffer, "  [ stack ]");
  } else if (name.front() == '/') {
    append_escaped(buffer, show_path ? name : name.substr(name.rfind('/') + 1), style);
  } else {
    append(buffer, "  ");
    append_escaped(buffer, name, style);
  }
}

std::unique_ptr<Report> make_pmap_report(const Request& request, Output& output) {
  if (request.view == View::extended) return std::make_unique<ExtendedReport>(request, output);
  if (request.view == View::device) return std::make_unique<DeviceReport>(request, output);
  return std::make_unique<WideReport>(request, output);
}

}  // namespace pageloupe::ppmap
