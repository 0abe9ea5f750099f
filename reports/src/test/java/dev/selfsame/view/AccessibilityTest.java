package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of page by axe-core, in a real browser, light and dark, narrow and wide. */
@Needs(Component.CHROMIUM)
@Needs(Component.NPM)
@Execution(ExecutionMode.CONCURRENT)
class AccessibilityTest {
  private static final String AXE = "axe-core@4.10.3";
  private static final String SHA256 =
      "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb";

  private static final Pattern POLICY =
      Pattern.compile("<meta http-equiv=\"Content-Security-Policy\"[^>]*>");

  /**
   * Everything unfolded; texts that lie on one another are found by their rectangles. Of what
   * passed only the number counts: without being told axe would make up a selector for each such
   * element.
   */
  private static final String CHECK =
      """
      <pre id="answer" hidden></pre><script>%s</script><script>
      document.querySelectorAll('details').forEach(e => e.open = true);
      const said = [];
      const texts = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let n = walker.nextNode(); n; n = walker.nextNode()) {
        const e = n.parentElement;
        if (!n.data.trim() || e.closest('script,style,title,.tile,#answer')) continue;
        const range = document.createRange();
        range.selectNodeContents(n);
        for (const r of range.getClientRects()) texts.push([r, n.data.trim().slice(0, 40)]);
      }
      texts.sort((a, b) => a[0].top - b[0].top);
      for (let i = 0; i < texts.length; i++) {
        for (let j = i + 1; j < texts.length && texts[j][0].top < texts[i][0].bottom - 2; j++) {
          const a = texts[i][0], b = texts[j][0];
          if (a.left < b.right - 2 && b.left < a.right - 2)
            said.push('overlap: ' + texts[i][1] + ' / ' + texts[j][1]);
        }
      }
      axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
        resultTypes: ['violations'], selectors: false })
        .then(r => {
          for (const v of r.violations)
            said.push(v.id + ': ' + v.nodes[0].html.slice(0, 120) + ' '
              + v.nodes[0].any.map(a => a.message).join(' '));
          document.getElementById('answer').textContent =
            'PASSED ' + r.passes.length + ' TEXTS ' + texts.length + ' SAID ' + said.join(' | ') + ' END';
        });
      </script></body>
      """;

  /** A window cannot be as narrow as a telephone; a frame can. All stand at one place. */
  private static final String FRAME =
      """
      <iframe title="%s" width="%s" height="900" srcdoc="%s"
        style="border:0; position:absolute; top:0; left:0"></iframe>
      """;

  /** A browser is started once for many pages, which takes longer than to look at one. */
  private static final String FRAMES =
      """
      <!DOCTYPE html><meta charset="utf-8"><meta name="color-scheme" content="light dark">
      <body>%s<pre id="r"></pre><script>
      const t = setInterval(() => {
        const all = [...document.querySelectorAll('iframe')]
          .map(f => [f.title, f.contentDocument.getElementById('answer')]);
        if (all.every(([title, a]) => a && a.textContent)) {
          document.getElementById('r').textContent =
            all.map(([title, a]) => title + ' ' + a.textContent).join('\\n');
          clearInterval(t);
        }
      }, 50);
      </script></body>
      """;

  @TempDir private Path folder;

  /**
   * @param pages each with its width in pixels
   */
  @ParameterizedTest
  @CsvSource({
    "light, journey 360, comparison 1440, equivalent 360, rebuilt 360, unexplained 1440,"
        + " crates 360, binary 360",
    "dark, journey 1440, comparison 360, equivalent 1440, rebuilt 1440, unexplained 360,"
        + " crates 1440, binary 1440"
  })
  void nothing_is_hard_to_read_or_to_reach(ArgumentsAccessor asked) throws Exception {
    List<String> pages = asked.toList().stream().skip(1).map(String::valueOf).toList();
    Path file = Files.writeString(folder.resolve("w.html"), FRAMES.formatted(frames(pages)));
    List<String> flags =
        new ArrayList<>(
            List.of("--dump-dom", "--virtual-time-budget=60000", "--window-size=1600,1000"));
    if (asked.getString(0).equals("dark")) {
      flags.add("--blink-settings=preferredColorScheme=0");
    }
    flags.add(file.toUri().toString());
    String dom = new Browser(folder).run(flags.toArray(String[]::new));
    for (String page : pages) {
      Matcher answer =
          Pattern.compile(page + " PASSED (\\d+) TEXTS (\\d+) SAID (.*?) END", Pattern.DOTALL)
              .matcher(dom);
      assertTrue(answer.find(), "axe did not answer for " + page);
      assertTrue(Integer.parseInt(answer.group(1)) > 15, "axe looked at too little: " + page);
      assertTrue(Integer.parseInt(answer.group(2)) > 50, "hardly a text: " + page);
      assertEquals("", answer.group(3), page);
    }
  }

  private static String frames(List<String> pages) throws Exception {
    String axe = Files.readString(Published.npm(AXE, "package/axe.min.js", SHA256));
    String check = CHECK.formatted(axe.replace("</script", "<\\/script"));
    StringBuilder frames = new StringBuilder();
    for (String named : pages) {
      String[] words = named.split(" ", -1);
      String page = POLICY.matcher(page(words[0])).replaceFirst("").replace("</body>", check);
      String quoted = page.replace("&", "&amp;").replace("\"", "&quot;");
      frames.append(FRAME.formatted(named, words[1], quoted));
    }
    return frames.toString();
  }

  private static String page(String kind) {
    return switch (kind) {
      case "journey" -> HtmlReport.of(Samples.journey("agent"));
      case "comparison" -> HtmlReport.of(Samples.comparison());
      case "rebuilt" -> HtmlReport.of(Samples.rebuilt());
      case "unexplained" -> HtmlReport.of(Samples.unexplained());
      case "crates" -> HtmlReport.of(Samples.withSymbols());
      case "equivalent" -> HtmlReport.of(Samples.equivalent());
      default -> HtmlReport.of(Samples.withSymbols().b());
    };
  }
}
