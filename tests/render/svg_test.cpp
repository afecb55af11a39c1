// SPDX-License-Identifier: MIT
#include "render/svg.h"

#include "support/catch.h"

namespace pageloupe {

TEST_CASE("strangers' text cannot leave its element", "[render]") {
  CHECK(xml_text("</text><script>alert('&')\"") == "&lt;/text&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&quot;");
}

TEST_CASE("what XML forbids is escaped as on a terminal", "[render]") {
  CHECK(xml_text(std::string("a\0b\x01\x1b[2J\n", 9)) == "a\\x00b\\x01\\x1b[2J\\n");
  CHECK(xml_text("\xff") == "\\xff");
  CHECK(xml_text("\u202egnp") == "\\u{202e}gnp");
  CHECK_FALSE(xml_text("\uffff").contains("\uffff"));
  CHECK_FALSE(xml_text("\ufffe").contains("\ufffe"));
}

TEST_CASE("text is cut by columns, not within a character or an entity", "[render]") {
  CHECK(xml_text("abcdef", 6) == "abcdef");
  CHECK(xml_text("abcdefg", 6) == "abcde…");
  CHECK(xml_text("<<<<", 3) == "&lt;&lt;…");
}

TEST_CASE("numbers have one decimal at most, and a point", "[render]") {
  CHECK(svg_number(12) == "12");
  CHECK(svg_number(12.34) == "12.3");
  CHECK(svg_number(-0.01) == "0");
}

TEST_CASE("elements have their title inside", "[render]") {
  CHECK(svg_line({1, 2}, {3, 4}, "class=\"a\"") ==
        "<line x1=\"1\" y1=\"2\" x2=\"3\" y2=\"4\" class=\"a\"/>\n");
  CHECK(svg_rect({1, 2, 3, 4}, "", "t") ==
        "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\"><title>t</title></rect>\n");
  CHECK(svg_text({1, 2.5}, "", "t") == "<text x=\"1\" y=\"2.5\">t</text>\n");
}

}  // namespace pageloupe
