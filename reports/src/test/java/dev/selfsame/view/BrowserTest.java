package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report in a real browser. */
@Needs(Component.CHROMIUM)
class BrowserTest {
  @TempDir private Path folder;

  private Browser browser() {
    return new Browser(folder);
  }

  /** Measured in a frame of that width; the page itself may not run scripts. */
  private static final String WRAPPER =
      """
      <!DOCTYPE html><meta charset="utf-8"><body><iframe id="f" width="%d" height="900"
      style="border:0" srcdoc="%s"></iframe><pre id="r"></pre><script>
      const f = document.getElementById('f');
      f.onload = () => {
        const d = f.contentDocument;
        d.querySelectorAll('details').forEach(e => e.open = true);
        const wide = [...d.querySelectorAll('body *')].filter(e =>
          !e.closest('.scroll') && !e.closest('svg')
          && e.getBoundingClientRect().right > d.documentElement.clientWidth + 0.5);
        const cards = [...d.querySelectorAll('table.cards')];
        const cut = cards.filter(e => e.parentElement.scrollWidth > e.parentElement.clientWidth);
        document.getElementById('r').textContent = 'MEASURED ' + d.documentElement.scrollWidth
          + ' ' + d.documentElement.clientWidth + ' ' + wide.length + ' '
          + (wide[0] ? wide[0].outerHTML.slice(0, 80) : '')
          + ' CARDS ' + cards.length + ' ' + cut.length + ' HEIGHT ' + d.documentElement.scrollHeight + ' END';
      };
      </script></body>
      """;

  @ParameterizedTest
  @CsvSource({
    "journey, 360",
    "journey, 768",
    "journey, 1440",
    "rebuilt, 360",
    "unexplained, 360",
    "unexplained, 1440"
  })
  void nothing_is_wider_than_the_window_and_no_guess_is_cut_off(String kind, int width)
      throws Exception {
    String name = "a-binary-with-a-name-that-has-no-place-to-break-" + "x".repeat(60);
    String page =
        switch (kind) {
          case "rebuilt" -> HtmlReport.of(Samples.rebuilt());
          case "unexplained" -> HtmlReport.of(Samples.unexplained());
          default -> HtmlReport.of(Samples.journey(name));
        };
    String escaped = page.replace("&", "&amp;").replace("\"", "&quot;");
    Path wrapper = Files.writeString(folder.resolve("w.html"), WRAPPER.formatted(width, escaped));
    String dom = browser().run("--dump-dom", "--window-size=1600,1000", wrapper.toUri().toString());
    Matcher measured =
        Pattern.compile("MEASURED (\\d+) (\\d+) (\\d+) (.*?) CARDS (\\d+) (\\d+) HEIGHT (\\d+) END")
            .matcher(dom);
    assertTrue(measured.find(), "no measure in: " + dom.substring(Math.max(0, dom.length() - 400)));
    assertEquals("0", measured.group(3), "sticks out: " + measured.group(4));
    assertEquals(measured.group(2), measured.group(1), "the page scrolls sideways");
    assertEquals(kind.equals("journey") ? "0" : "1", measured.group(5), "tables of guesses");
    assertEquals("0", measured.group(6), "a guess is seen only after scrolling");
    assertTrue(Integer.parseInt(measured.group(7)) > 2000, "the page was not laid out");
  }

  @Test
  void the_page_prints_in_a_light_and_a_dark_window() throws Exception {
    Path page = folder.resolve("report.html");
    Files.writeString(page, HtmlReport.of(Samples.journey("agent")), StandardCharsets.UTF_8);
    for (String scheme : List.of("light", "dark")) {
      Path picture = folder.resolve(scheme + ".png");
      List<String> flags = new ArrayList<>(List.of("--screenshot=" + picture));
      if (scheme.equals("dark")) {
        flags.add("--force-dark-mode");
        flags.add("--blink-settings=preferredColorScheme=0");
      }
      flags.addAll(List.of("--window-size=1440,3600", page.toUri().toString()));
      browser().run(flags.toArray(String[]::new));
      assertTrue(Files.size(picture) > 20_000, scheme + " picture is empty");
    }
  }
}
