package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ComparisonSvgTest {
  @Test
  void it_is_well_formed_and_needs_nothing_besides_itself() throws Exception {
    String picture = ComparisonSvg.of(Samples.comparison());
    Document document = parse(picture);
    assertEquals("http://www.w3.org/2000/svg", document.getDocumentElement().getNamespaceURI());
    assertFalse(picture.contains("href") || picture.contains("url(") || picture.contains("script"));
    NodeList title = document.getElementsByTagName("title");
    assertTrue(title.item(0).getTextContent().contains("differs"));
  }

  @Test
  void nothing_is_drawn_outside_of_the_picture() throws Exception {
    isWithin(ComparisonSvg.of(Samples.comparison()));
    String rebuilt = ComparisonSvg.of(Samples.rebuilt());
    isWithin(rebuilt);
    assertTrue(rebuilt.contains("From A to B, one setting a build"), rebuilt);
    assertTrue(rebuilt.contains("strip: symbols → none"), rebuilt);
  }

  private static void isWithin(String picture) throws Exception {
    Document document = parse(picture);
    double width = number(document.getDocumentElement().getAttribute("width"));
    double height = number(document.getDocumentElement().getAttribute("height"));
    NodeList boxes = document.getElementsByTagName("rect");
    assertTrue(boxes.getLength() > 20);
    for (int i = 0; i < boxes.getLength(); i++) {
      var box = boxes.item(i).getAttributes();
      double right =
          number(box.getNamedItem("x").getNodeValue())
              + number(box.getNamedItem("width").getNodeValue());
      double bottom =
          number(box.getNamedItem("y").getNodeValue())
              + number(box.getNamedItem("height").getNodeValue());
      assertTrue(right <= width + 0.1 && bottom <= height + 0.1, right + " " + bottom);
    }
    List<Line> lines = lines(document);
    for (Line line : lines) {
      assertTrue(line.y() <= height, line.toString());
      assertTrue(line.left() >= 0 && line.right() <= width, line.toString());
      for (Line other : lines) {
        boolean beside = other.end() && !line.end() && other.y() == line.y();
        assertTrue(!beside || line.right() <= other.left(), line + " and " + other);
      }
    }
  }

  /** A text in the picture, as wide as it is drawn at most; one with an end is set against it. */
  private record Line(String text, boolean end, double left, double right, double y) {}

  private static List<Line> lines(Document document) {
    NodeList texts = document.getElementsByTagName("text");
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < texts.getLength(); i++) {
      String text = texts.item(i).getTextContent();
      var at = texts.item(i).getAttributes();
      String style = at.getNamedItem("class").getNodeValue();
      double size = style.equals("t") ? 19 : style.equals("tile") ? 12 : 14;
      double width = TextWidth.of(text, size, style.equals("t") || style.equals("h"));
      double x = number(at.getNamedItem("x").getNodeValue());
      double y = number(at.getNamedItem("y").getNodeValue());
      boolean end = at.getNamedItem("text-anchor") != null;
      lines.add(new Line(text, end, end ? x - width : x, end ? x : x + width, y));
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource({
    "agent, agent",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW-x86_64, agent",
    "agent, a-very-long-name-of-a-program-with-its-version-and-target-1.2.3-aarch64-linux-musl",
    "程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序程序,"
        + "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
  })
  void names_of_any_length_keep_within_the_picture(String a, String b) throws Exception {
    String picture = ComparisonSvg.of(named(Samples.comparison(), a, b));
    isWithin(picture);
    String title = lines(parse(picture)).getFirst().text();
    // Begin and end of each, and the verdict whole.
    assertTrue(title.startsWith(a.substring(0, 5)), title);
    assertTrue(title.contains(a.substring(a.length() - 5) + " → " + b.substring(0, 5)), title);
    assertTrue(title.endsWith(b.substring(b.length() - 5) + ": differs"), title);
    assertEquals(a.equals(b), !title.contains("…"), title);
  }

  /** What fills a line is cut at no half of a character, which would be no XML. */
  @Test
  void a_character_of_two_halves_is_kept_or_left_out_whole() throws Exception {
    String name = "\ud83e\udd80".repeat(60);
    for (String a : List.of(name, "a" + name)) {
      String picture = ComparisonSvg.of(named(Samples.comparison(), a, name));
      isWithin(picture);
      String read = new String(picture.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      assertEquals(picture, read);
    }
  }

  private static Comparison named(Comparison c, String a, String b) {
    return Samples.with(c, c.verdict(), named(c.a(), a), named(c.b(), b));
  }

  private static BinaryFacts named(BinaryFacts facts, String name) {
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        name,
        facts.size(),
        facts.sha256(),
        facts.ranges(),
        facts.categories(),
        facts.facts(),
        facts.parts(),
        facts.composition(),
        facts.problems());
  }

  @Test
  void the_same_document_gives_the_same_bytes_in_any_locale() {
    String first = ComparisonSvg.of(Samples.comparison());
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertEquals(first, ComparisonSvg.of(Samples.comparison()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void identical_files_have_neither_steps_nor_a_map() {
    String picture = ComparisonSvg.of(Samples.identical());
    assertFalse(picture.contains("From A to B") || picture.contains("The difference by"));
    assertTrue(picture.contains("every one the same"));
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private static Document parse(String xml) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }
}
