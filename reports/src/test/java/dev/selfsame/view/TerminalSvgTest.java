package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class TerminalSvgTest {
  private static List<String> texts(String svg) throws Exception {
    NodeList found =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
            .getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      Element text = (Element) found.item(i);
      texts.add("%s|%s".formatted(text.getAttribute("class"), text.getTextContent()));
    }
    return texts;
  }

  @Test
  void colours_become_classes_and_gaps_places() throws Exception {
    String svg = TerminalSvg.of("run", "$ go\n\u001b[31mdiffers\u001b[0m:  a b\n", 40);
    assertEquals(List.of("|$ go", "bad|differs", "|:", "|a b"), texts(svg));
    assertTrue(svg.contains("<title>run</title>"), svg);
  }

  @Test
  void a_colour_holds_until_it_ends() throws Exception {
    assertEquals(
        List.of("good|one", "good|two", "|three"),
        texts(TerminalSvg.of("", "\u001b[32mone\ntwo\u001b[0m three", 40)));
  }

  @Test
  void what_is_too_wide_is_cut_visibly() throws Exception {
    assertEquals(List.of("|abcd…"), texts(TerminalSvg.of("", "abcdefgh", 5)));
    assertEquals(List.of("|abcde"), texts(TerminalSvg.of("", "abcde", 5)));
  }

  @Test
  void markup_and_other_sequences_do_no_harm() throws Exception {
    String svg = TerminalSvg.of("<t>", "\u001b[2K\u001b[1;31m<script>\u0007&amp;\r\n", 40);
    assertEquals(List.of("|<script>", "|&amp;"), texts(svg));
    assertFalse(svg.contains("<script>"), svg);
  }

  @Test
  void the_same_transcript_gives_the_same_picture() {
    assertEquals(TerminalSvg.of("a", "b\nc", 9), TerminalSvg.of("a", "b\nc", 9));
  }
}
