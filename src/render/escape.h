// SPDX-License-Identifier: MIT
// The one door through which strangers' bytes leave: names, arguments, paths. A process may call itself
// ESC[2J, and a file may be called anything but "/" and NUL.
#pragma once

#include <string_view>

#include "render/output.h"

namespace pageloupe {

// What the terminal, or the file that output goes to, can show.
struct TextStyle {
  bool utf8 = false;  // else every byte over 0x7e is escaped
  bool raw = false;   // give the bytes as they are
  // Whether a character over 0x7f passes is the locale's to say. False, for files that are to be the same
  // everywhere: every one that can be seen passes, and its columns are a guess.
  bool by_locale = true;
};

// Appends `text` as one line of printable characters: \n, \t, \x1b, \xff (a byte that is no UTF-8) and
// \u{202e} (an invisible or reordering character) stand for what may not pass. A backslash is not doubled:
// JSON is the form without loss. Returns the columns it takes on a terminal.
std::size_t append_escaped(Buffer& buffer, std::string_view text, TextStyle style);

// Cuts the printable text from `begin` to the end of the buffer down to `columns` on a terminal; returns what
// is left of them in use.
std::size_t cut_columns(Buffer& buffer, std::size_t begin, std::size_t columns);

// Appends `text` as a JSON string in quotes, always valid UTF-8: bytes that are none become U+FFFD, and then
// the answer is false. Controls (C1 and DEL, too) and invisible characters are \uXXXX: the same to a parser.
bool append_json_string(Buffer& buffer, std::string_view text);

// Appends `text`, escaped, as a field of RFC 4180: in quotes where it holds a comma or a quote, and where raw
// text holds a line end.
void append_csv_field(Buffer& buffer, std::string_view text, TextStyle style);

// Appends base64 of RFC 4648, for bytes that JSON cannot hold.
void append_base64(Buffer& buffer, std::string_view bytes);

}  // namespace pageloupe
