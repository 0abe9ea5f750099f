package dev.selfsame.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.audit.gate.Answers;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class JunitXmlTest {
  static List<String> hostile() {
    return Scenes.HOSTILE;
  }

  private static Element read(String xml) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(null);
    return builder
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
  }

  private static List<Element> all(Element within, String name) {
    NodeList nodes = within.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void a_binary_is_a_test_case() throws Exception {
    Element suites = read(JunitXml.of(Scenes.oneOfEach(), "gate"));
    for (Element counted : List.of(suites, all(suites, "testsuite").getFirst())) {
      assertEquals("selfsame gate", counted.getAttribute("name"));
      assertEquals("6", counted.getAttribute("tests"));
      assertEquals("4", counted.getAttribute("failures"));
      assertEquals("1", counted.getAttribute("errors"));
    }
    assertEquals(6, all(suites, "testcase").size());
    assertEquals(4, all(suites, "failure").size());
    assertEquals(
        List.of("not-promoted", "unknown", "runs-other-bytes", "bad-evidence"),
        all(suites, "failure").stream().map(each -> each.getAttribute("type")).toList());
    Element error = all(suites, "error").getFirst();
    assertEquals("could-not-tell", error.getAttribute("type"));
    assertEquals("no file at dist/absent; check the path", error.getAttribute("message"));
    assertEquals("dist/absent", ((Element) error.getParentNode()).getAttribute("name"));
  }

  @Test
  void no_time_is_made_up() {
    assertTrue(!JunitXml.of(Scenes.oneOfEach(), "gate").contains("time="));
  }

  @Test
  void checks_that_are_not_met_are_one_failure_that_names_each() throws Exception {
    Element suites = read(JunitXml.of(Scenes.strict(Answers.promoted("agent")), "gate"));
    assertEquals("1", suites.getAttribute("failures"));
    String text = all(suites, "failure").getFirst().getTextContent();
    assertEquals(3, text.lines().count(), text);
    for (String check : List.of("operators: ", "pin: ", "age: ")) {
      assertTrue(text.contains(check), text);
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_stays_a_name(String where) throws Exception {
    Element suites = read(JunitXml.of(Scenes.about(where), "gate"));
    assertEquals(6, all(suites, "testcase").size());
    assertEquals(4, all(suites, "failure").size());
    assertEquals(1, all(suites, "error").size());
    for (Element each : all(suites, "testcase")) {
      assertEquals(written(where), each.getAttribute("name"));
    }
  }

  /** What XML 1.0 can say of it. */
  private static String written(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> OneLine.shown(c) || c == '\n' || c == '\r' || c == '\t' ? c : 0xFFFD)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
