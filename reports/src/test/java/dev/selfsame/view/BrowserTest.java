package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.evidence.Category;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.view.BrowserSession.Key;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report in a real browser, as it is seen, worked by keys and printed. */
@Needs(Component.CHROMIUM)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserTest {
  private BrowserSession browser;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    browser = new BrowserSession(folder);
  }

  @AfterAll
  void end() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  private static final String MEASURE =
      """
      (() => {
        document.querySelectorAll('details').forEach(e => e.open = true);
        const wide = [...document.querySelectorAll('body *')].filter(e =>
          !e.closest('.scroll') && !e.closest('svg')
          && e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5);
        const cards = [...document.querySelectorAll('table.cards')];
        const cut = cards.filter(e => e.parentElement.scrollWidth > e.parentElement.clientWidth);
        return {
          page: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
          height: document.documentElement.scrollHeight,
          wide: wide.map(e => e.outerHTML.slice(0, 80)), cards: cards.length, cut: cut.length };
      })()
      """;

  @ParameterizedTest
  @CsvSource({
    "journey, 360",
    "journey, 768",
    "journey, 1440",
    "rebuilt, 360",
    "unexplained, 360",
    "unexplained, 1440",
    "crates, 360",
    "crates, 1440",
    "binary, 360",
    "binary, 1440"
  })
  void nothing_is_wider_than_the_window_and_no_guess_is_cut_off(String kind, int width)
      throws Exception {
    browser.open(page(kind), width, 900);
    JsonNode measured = browser.evaluate(MEASURE);
    assertEquals(width, measured.path("window").asInt(), "the window has another width");
    assertEquals("[]", measured.path("wide").toString(), "sticks out");
    assertEquals(width, measured.path("page").asInt(), "the page scrolls sideways");
    boolean guesses = !List.of("journey", "binary").contains(kind);
    assertEquals(guesses ? 1 : 0, measured.path("cards").asInt(), "guesses");
    assertEquals(0, measured.path("cut").asInt(), "a guess is seen only after scrolling");
    assertTrue(measured.path("height").asInt() > 2000, "the page was not laid out");
  }

  private static String page(String kind) {
    String name = "a-binary-with-a-name-that-has-no-place-to-break-" + "x".repeat(60);
    return switch (kind) {
      case "rebuilt" -> HtmlReport.of(Samples.rebuilt());
      case "unexplained" -> HtmlReport.of(Samples.unexplained());
      case "crates" -> HtmlReport.of(Samples.withSymbols());
      case "binary" -> HtmlReport.of(Samples.withSymbols().b());
      default -> HtmlReport.of(Samples.journey(name));
    };
  }

  private static final String MEASURE_PICTURE =
      """
      (() => {
        const root = document.documentElement, whole = root.getBoundingClientRect();
        const texts = [...document.querySelectorAll('text')].filter(e => e.textContent.trim());
        const box = e => e.getBoundingClientRect();
        const fill = name => getComputedStyle(document.querySelector(name)).fill;
        return {
          root: root.localName, errors: document.querySelectorAll('parsererror').length,
          asked: [root.getAttribute('width'), root.getAttribute('height')].join(),
          drawn: [whole.width, whole.height].join(), texts: texts.length,
          unseen: texts.filter(e => box(e).width <= 0).map(e => e.textContent),
          wide: texts.filter(e => box(e).left < whole.left - 0.5
            || box(e).right > whole.right + 0.5 || box(e).top < whole.top - 0.5
            || box(e).bottom > whole.bottom + 0.5).map(e => e.textContent),
          ground: fill('.ground'), text: fill('text'), bar: fill('.c-code, .bad') };
      })()
      """;

  /** Only a browser knows how wide a text is, and which rules of its style hold. */
  @ParameterizedTest
  @CsvSource({"comparison", "unexplained", "rebuilt", "crates", "terminal"})
  void a_picture_is_drawn_whole_and_in_its_colours(String kind) throws Exception {
    browser.openPicture(picture(kind), 1000, 1400);
    boolean terminal = kind.equals("terminal");
    for (String scheme : List.of("light", "dark")) {
      browser.media("", scheme);
      JsonNode measured = browser.evaluate(MEASURE_PICTURE);
      assertEquals("svg", measured.path("root").asText(), measured.toString());
      assertEquals(0, measured.path("errors").asInt(), "no XML");
      assertEquals(measured.path("asked").asText(), measured.path("drawn").asText(), "its size");
      assertTrue(measured.path("texts").asInt() > 15, measured.toString());
      assertEquals("[]", measured.path("unseen").toString(), "texts that are not drawn");
      assertEquals("[]", measured.path("wide").toString(), "texts that are cut off");
      boolean light = scheme.equals("light");
      assertEquals(
          terminal ? "rgb(29, 36, 48)" : light ? "rgb(255, 255, 255)" : "rgb(16, 22, 29)",
          measured.path("ground").asText());
      assertEquals(
          terminal ? "rgb(255, 138, 128)" : light ? "rgb(36, 99, 196)" : "rgb(47, 111, 210)",
          measured.path("bar").asText());
      if (!terminal) {
        assertEquals(
            light ? "rgb(22, 32, 44)" : "rgb(230, 235, 241)", measured.path("text").asText());
      }
    }
  }

  /** Source: WCAG 2.2, relative luminance and contrast ratio. */
  private static final String COLOURS =
      """
      const linear = colour => (/^rgb\\((\\d+), (\\d+), (\\d+)\\)$/.exec(colour) || []).slice(1)
        .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      const luminance = colour => {
        const [r, g, b] = linear(colour);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratio = (one, other) => {
        const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
      };
      """;

  /**
   * Texts, tiles and bars by category that hardly stand out from what was drawn before them at the
   * same place: at their beginning, middle and end. axe looks at no fill of a picture.
   *
   * <p>Source: WCAG 2.2, 1.4.3 (texts, 4.5 to 1) and 1.4.11 (graphical objects, 3 to 1).
   */
  private static final String CONTRAST =
      "(() => {\n"
          + COLOURS
          + """
            const fill = e => getComputedStyle(e).fill;
            const drawn = [...document.querySelectorAll('rect, text')]
              .map(e => ({e, box: e.getBoundingClientRect(), text: e.localName == 'text'}));
            const isBar = e => e.matches('[class^="c-"]');
            // Bars stand beside each other: none is beneath another.
            const beneath = (i, x, y) => drawn.slice(0, i).filter(({e, box, text}) => !text
              && !(isBar(e) && isBar(drawn[i].e))
              && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom).pop();
            const faint = [], looked = {texts: 0, tiles: 0, bars: 0};
            drawn.forEach(({e, box, text}, i) => {
              const bar = isBar(e);
              if (!text && !bar && !e.matches('.grows, .shrinks, .total')) return;
              looked[text ? 'texts' : bar ? 'bars' : 'tiles']++;
              const ratios = [0.02, 0.5, 0.98].map(share => {
                const under = beneath(i, box.left + share * box.width, box.top + box.height / 2);
                return under ? ratio(fill(e), fill(under.e)) : 0;
              });
              // What is no number is no contrast either.
              if (!ratios.every(r => r >= (text ? 4.5 : 3)))
                faint.push([e.getAttribute('class'), e.textContent, ...ratios.map(r => r.toFixed(2))]
                  .join(' '));
            });
            return {faint, ...looked};
          })()
          """;

  @ParameterizedTest
  @CsvSource({"comparison", "unexplained", "rebuilt", "crates", "terminal"})
  void texts_tiles_and_bars_of_a_picture_stand_out_from_what_is_beneath_them(String kind)
      throws Exception {
    browser.openPicture(picture(kind), 1000, 1400);
    for (String scheme : List.of("light", "dark")) {
      browser.media("", scheme);
      JsonNode measured = browser.evaluate(CONTRAST);
      assertEquals("[]", measured.path("faint").toString(), scheme);
      assertTrue(measured.path("texts").asInt() > 15, measured.toString());
      assertEquals(
          kind.equals("terminal"), measured.path("tiles").asInt() == 0, measured.toString());
      assertEquals(
          kind.equals("terminal"), measured.path("bars").asInt() == 0, measured.toString());
    }
    browser.evaluate("document.querySelector('text').style.fill = 'rgb(120, 120, 120)'");
    JsonNode measured = browser.evaluate(CONTRAST);
    assertEquals(1, measured.path("faint").size(), "grey is not seen as faint: " + measured);
  }

  /**
   * The categories whose colour is hardly told from what bars and legends stand on, and those that
   * are hardly told from each other: any two may be neighbours, where what is between is absent.
   *
   * <p>Source: CSS Color 4, OKLab and deltaEOK, of which 0.02 can just be noticed.
   */
  private static final String CATEGORIES =
      "(() => {\n"
          + COLOURS
          + """
            const lab = colour => {
              const [r, g, b] = linear(colour);
              const [l, m, s] = [
                0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
                0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
                0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b].map(Math.cbrt);
              return [
                0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
                1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s];
            };
            const style = e => getComputedStyle(e), of = name => style(document.querySelector(name));
            const grounds = document.body
              ? [of('body').backgroundColor, of('.bar svg').backgroundColor]
              : [of('.ground').fill, of('.panel').fill];
            const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
            document.querySelector('svg').append(rect);
            const colours = WORDS.map(word => {
              rect.setAttribute('class', 'c-' + word);
              return {word, fill: style(rect).fill, legend: style(rect).backgroundColor};
            });
            rect.remove();
            const faint = colours.filter(({fill, legend}) =>
              fill != legend || !grounds.every(ground => ratio(fill, ground) >= 3));
            const alike = colours.flatMap((one, i) => colours.slice(0, i)
              .filter(other => !(Math.hypot(
                ...lab(one.fill).map((x, at) => x - lab(other.fill)[at])) >= 0.07))
              .map(other => one.word + ' ' + other.word));
            return {grounds, colours: colours.length, faint, alike};
          })()
          """;

  @ParameterizedTest
  @CsvSource({"page", "picture"})
  void every_category_stands_out_and_no_two_look_alike(String kind) throws Exception {
    if (kind.equals("page")) {
      browser.open(page("crates"), 1440, 900);
    } else {
      browser.openPicture(picture("crates"), 1000, 1400);
    }
    String words =
        Arrays.stream(Category.values())
            .map(Category::word)
            .collect(Collectors.joining("', '", "['", "']"));
    for (String media : List.of("", "print")) {
      for (String scheme : List.of("light", "dark")) {
        browser.media(media, scheme);
        JsonNode measured = browser.evaluate(CATEGORIES.replace("WORDS", words));
        boolean dark = media.isEmpty() && scheme.equals("dark");
        assertEquals(
            dark ? "rgb(16, 22, 29)" : "rgb(255, 255, 255)",
            measured.path("grounds").path(0).asText(),
            media + scheme);
        assertEquals(Category.values().length, measured.path("colours").asInt());
        assertEquals("[]", measured.path("faint").toString(), measured.toString());
        assertEquals("[]", measured.path("alike").toString(), measured.toString());
      }
    }
  }

  private static String picture(String kind) {
    return switch (kind) {
      case "comparison" -> ComparisonSvg.of(Samples.comparison());
      case "unexplained" -> ComparisonSvg.of(Samples.unexplained());
      case "rebuilt" -> ComparisonSvg.of(Samples.rebuilt());
      case "crates" -> ComparisonSvg.of(Samples.withSymbols());
      default ->
          TerminalSvg.of(
              "a comparison", ComparisonText.of(Samples.comparison(), new Ink(true), false), 80);
    };
  }

  @Test
  void the_page_is_seen_in_a_light_and_a_dark_window() throws Exception {
    browser.open(page("journey"), 1440, 3600);
    List<String> grounds = new ArrayList<>();
    for (String scheme : List.of("light", "dark")) {
      browser.media("", scheme);
      assertTrue(browser.picture().length > 20_000, scheme + " picture is empty");
      grounds.add(browser.evaluate("getComputedStyle(document.body).backgroundColor").asText());
    }
    assertEquals(List.of("rgb(255, 255, 255)", "rgb(16, 22, 29)"), grounds);
  }

  /** What has the focus: its place among all that can have it, and whether that is seen. */
  private static final String FOCUS =
      """
      (() => {
        const e = document.activeElement;
        const all = [...document.querySelectorAll('summary, [tabindex="0"]')]
          .filter(x => x.checkVisibility({contentVisibilityAuto: true}));
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        return {
          place: all.indexOf(e), all: all.length, summary: e.matches('summary'),
          open: e.parentElement ? e.parentElement.open === true : false,
          outline: style.outlineStyle == 'none' ? 0 : parseFloat(style.outlineWidth),
          seen: box.top < innerHeight && box.bottom > 0, text: e.textContent.slice(0, 60) };
      })()
      """;

  /** From the top to the end, nothing but Tab and Enter. */
  @ParameterizedTest
  @CsvSource({"crates, 1440", "crates, 360", "binary, 1440", "journey, 360"})
  void whatever_opens_is_reached_and_opened_by_keys(String kind, int width) throws Exception {
    browser.open(page(kind), width, 900);
    int folded =
        browser.evaluate("document.querySelectorAll('details:not([open])').length").asInt();
    assertTrue(folded > 1, "nothing to open");
    int opened = 0;
    int regions = 0;
    JsonNode focus;
    for (int place = 0; ; place++) {
      browser.press(Key.TAB);
      focus = browser.evaluate(FOCUS);
      if (focus.path("place").asInt() < 0) {
        assertEquals(place, focus.path("all").asInt(), "the end is reached before all was");
        break;
      }
      assertEquals(place, focus.path("place").asInt(), "not in the order of the page: " + focus);
      assertTrue(
          focus.path("outline").asDouble() >= 2, "where the focus is does not show: " + focus);
      assertTrue(focus.path("seen").asBoolean(), "the focus is out of sight: " + focus);
      if (focus.path("summary").asBoolean()) {
        browser.press(Key.ENTER);
        assertTrue(browser.evaluate(FOCUS).path("open").asBoolean(), "stays shut: " + focus);
        opened++;
      } else {
        regions++;
      }
    }
    assertEquals(folded, opened);
    assertTrue(regions > folded, "what was opened is not reached: " + regions);
    assertEquals(
        0, browser.evaluate("document.querySelectorAll('details:not([open])').length").asInt());
  }

  private static final String FOLDED_ROWS =
      """
      [...document.querySelectorAll('details:not([open]) tr')]
        .map(e => e.checkVisibility({contentVisibilityAuto: true})
          && e.getBoundingClientRect().height > 0)
      """;

  @ParameterizedTest
  @CsvSource({"crates", "binary", "journey"})
  void what_is_folded_on_the_screen_is_printed(String kind) throws Exception {
    browser.open(page(kind), 1440, 900);
    List<Boolean> screen = shown();
    assertTrue(screen.size() > 10 && !screen.contains(true), "rows that are folded: " + screen);
    int folded = sheets();
    browser.media("print", "light");
    List<Boolean> paper = shown();
    assertEquals(screen.size(), paper.size());
    assertTrue(!paper.contains(false), "rows that are not printed: " + paper);
    browser.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)");
    assertEquals(sheets(), folded, "sheets of paper");
    browser.evaluate("document.querySelectorAll('details').forEach(e => e.remove())");
    assertTrue(sheets() < folded, "what is folded takes no paper");
  }

  private List<Boolean> shown() throws Exception {
    List<Boolean> shown = new ArrayList<>();
    browser.evaluate(FOLDED_ROWS).forEach(row -> shown.add(row.asBoolean()));
    return shown;
  }

  /** Source: ISO 32000-1, 7.7.3.3, page objects, which Chromium does not compress. */
  private int sheets() throws Exception {
    String pdf = new String(browser.print(), StandardCharsets.ISO_8859_1);
    return (int) Pattern.compile("/Type\\s*/Page\\b").matcher(pdf).results().count();
  }
}
