package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
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
    NodeList texts = document.getElementsByTagName("text");
    for (int i = 0; i < texts.getLength(); i++) {
      assertTrue(number(texts.item(i).getAttributes().getNamedItem("y").getNodeValue()) <= height);
    }
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
