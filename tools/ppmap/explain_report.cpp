// SPDX-License-Identifier: MIT
#include "ppmap/explain_report.h"

#include "ppmap/explain.h"
#include "render/format.h"
#include "render/json_object.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "topic", .header = "TOPIC", .help = "what it is about, a word", .type = Type::text},
    {.name = "statement", .header = "STATEMENT", .help = "what there is to say", .type = Type::text},
    {.name = "see", .header = "SEE", .help = "the command that shows it in full", .type = Type::text},
    {.name = "figures",
     .header = "FIGURES",
     .help = "what it is made of, NAME=VALUE with blanks between",
     .type = Type::text},
});
constexpr auto kColumnPointers = pointers_to(kColumns);
// JSON has the figures as an object.
constexpr std::size_t kWords = 3;

std::string figures_text(const Statement& statement) {
  Buffer text;
  for (const auto& figure : statement.figures) {
    append_format(text, "{}{}=", text.empty() ? "" : " ", figure.name);
    append_csv_value(text, figure.value, {.raw = true});  // who prints the cell escapes it
  }
  return std::string(text.view());
}

// The words of `text` in lines of at most 80 characters.
void append_wrapped(Buffer& buffer, std::string_view text, TextStyle style) {
  constexpr std::size_t kWidth = 80;
  std::size_t at = 0;
  while (!skip_blanks(text).empty()) {
    const auto word = take_word(text);
    if (at != 0 && at + 1 + word.size() > kWidth) {
      buffer.push_back('\n');
      at = 0;
    }
    const std::size_t blanks = at == 0 ? 0 : 1;
    buffer.append_blanks(blanks);
    at += blanks + append_escaped(buffer, word, style);
  }
  buffer.push_back('\n');
}

class ExplainReport : public Report {
 public:
  ExplainReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(&procfs),
        output_(&output),
        writer_(make_writer(request.format, output, kExplainShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  void write(const std::vector<Statement>& statements, Pid pid);
  void write_words(const Statement& statement);
  void write_json(const Statement& statement, bool first, Pid pid);

  Request request_;
  const ProcFs* procfs_;
  Output* output_;
  std::unique_ptr<Writer> writer_;
};

Result<void> ExplainReport::show(const OpenProcess& process) {
  const auto facts = head_values(process.head);
  const auto heading = title(process.head);
  const Section section{{head_columns(), facts}, heading};
  const auto found = process.head.has_memory()
                         ? read_facts(process, *procfs_, {request_.live, request_.show_path})
                         : Result<ExplainFacts>(std::unexpected(no_memory().error()));
  if (!found && found.error().code == Errc::gone) return std::unexpected(found.error());
  const bool csv = request_.format == Format::csv;
  begin_table(*writer_, *output_, request_, section, found && csv ? kColumnPointers : Columns{});
  if (found) {
    write(explain(*found), process.head.pid);
    writer_->end_section(nullptr, "");
    return {};
  }
  const bool absent = found.error().code == Errc::no_memory;
  writer_->end_section(
      nullptr, absent ? process.head.has_memory() ? kExiting : std::string_view(process.head.absence) : "");
  return std::unexpected(found.error());
}

void ExplainReport::write(const std::vector<Statement>& statements, Pid pid) {
  bool first = true;
  for (const auto& statement : statements) {
    switch (request_.format) {
      case Format::table: write_words(statement); break;
      case Format::prometheus: break;  // not offered here: it is of groups
      case Format::csv: {
        const auto figures = figures_text(statement);
        const auto values =
            std::to_array<Value>({statement.topic, std::string_view(statement.text),
                                  std::string_view(statement.see), std::string_view(figures)});
        writer_->row(values);
        break;
      }
      case Format::json:
      case Format::jsonl: write_json(statement, std::exchange(first, false), pid); break;
    }
  }
}

void ExplainReport::write_words(const Statement& statement) {
  auto& buffer = output_->buffer();
  append_wrapped(buffer, statement.text, request_.writer.cell.text);
  // In one line, to be copied.
  if (request_.writer.footer) append_format(buffer, "    see: {}\n", statement.see);
}

// Rows of a Writer hold no objects.
void ExplainReport::write_json(const Statement& statement, bool first, Pid pid) {
  auto& buffer = output_->buffer();
  const bool lines = request_.format == Format::jsonl;
  if (lines) {
    append_format(buffer, R"({{"record":"{}","pid":{},)", kExplainShape.row, pid.value);
  } else {
    append(buffer, first ? "\n{" : ",\n{");
  }
  const auto values = std::to_array<Value>(
      {statement.topic, std::string_view(statement.text), std::string_view(statement.see)});
  JsonKeys(Columns(kColumnPointers).first(kWords)).append_members(buffer, values);
  append(buffer, ",\"figures\":{");
  for (bool begun = false; const auto& figure : statement.figures) {
    if (std::exchange(begun, true)) buffer.push_back(',');
    append_json_key(buffer, figure.name);
    append_json_value(buffer, figure.value);
  }
  append(buffer, lines ? "}}\n" : "}}");
  output_->written();
}

}  // namespace

Columns explain_columns() { return Columns(kColumnPointers).first(kWords); }

std::unique_ptr<Report> make_explain_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<ExplainReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
