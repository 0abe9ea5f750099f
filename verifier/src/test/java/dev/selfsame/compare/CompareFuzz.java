package dev.selfsame.compare;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.compare.BinaryComparison.Question;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.view.ComparisonSvg;
import dev.selfsame.view.ComparisonText;
import dev.selfsame.view.GuessesText;
import dev.selfsame.view.HtmlReport;
import dev.selfsame.view.Ink;
import dev.selfsame.view.Markdown;
import dev.selfsame.view.OwnersText;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Fuzzes the comparison of two files and all that is drawn of it. An input is a file; it is set
 * against the test binary that it is most like, and against itself with one more change. Whatever
 * the two are, the verdict is that of their bytes, every cut sums to the difference, and each view
 * is made in time and is bounded.
 */
public final class CompareFuzz {
  /** Seconds of work; instrumented code is a few times slower than what users run. */
  private static final int SLOW = 5;

  /** The terminal has 2 KB; letters may have three bytes each. */
  private static final int MOST_TEXT = 4 << 10;

  /** GitHub's limit of a comment. */
  private static final int MOST_MARKDOWN = 65_536;

  private static final int MOST_SVG = 1 << 20;

  /** A page has at most 2,000 rows of a kind, JSON as many as the input has room for. */
  private static final int MOST_PAGE = 32 << 20;

  private static final List<byte[]> KNOWN = known();

  private CompareFuzz() {}

  /** Any bytes. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    int seed = Arrays.hashCode(input);
    Path folder = Files.createTempDirectory("selfsame-fuzz");
    try {
      compared(folder, nearest(input), input, seed);
      compared(folder, input, changed(input, seed), seed * 31);
    } finally {
      Files.deleteIfExists(folder.resolve("a"));
      Files.deleteIfExists(folder.resolve("b"));
      Files.delete(folder);
    }
  }

  private static List<byte[]> known() {
    return Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR)
        .flatMap(List::stream)
        .filter(name -> !name.contains("hello"))
        .map(name -> {
          try {
            return Files.readAllBytes(Fixtures.path(name));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .toList();
  }

  /** Of which the input may have been made: the one with the most bytes in common. */
  private static byte[] nearest(byte[] input) {
    byte[] best = KNOWN.getFirst();
    int least = Integer.MAX_VALUE;
    for (byte[] one : KNOWN) {
      int common = Math.min(one.length, input.length);
      int differing = Math.max(one.length, input.length) - common;
      for (int i = 0; i < common; i++) {
        differing += one[i] == input[i] ? 0 : 1;
      }
      if (differing < least) {
        least = differing;
        best = one;
      }
    }
    return best;
  }

  /** One bit that is another, or fewer bytes, or more. */
  private static byte[] changed(byte[] input, int seed) {
    int some = Math.floorMod(seed >> 4, 64) + 1;
    return switch (Math.floorMod(seed, 4)) {
      case 0 -> Arrays.copyOf(input, Math.max(1, input.length - some));
      case 1 -> Arrays.copyOf(input, input.length + some);
      default -> {
        byte[] other = input.clone();
        other[Math.floorMod(seed * 31, input.length)] ^= (byte) (1 << (some & 7));
        yield other;
      }
    };
  }

  private static void compared(Path folder, byte[] a, byte[] b, int seed) throws IOException {
    Path fileA = Files.write(folder.resolve("a"), a);
    Path fileB = Files.write(folder.resolve("b"), b);
    Set<Ignorable> ignored = EnumSet.noneOf(Ignorable.class);
    for (Ignorable one : Ignorable.values()) {
      if ((seed >> one.ordinal() & 1) == 1) {
        ignored.add(one);
      }
    }
    long begun = cpuTime();
    Comparison comparison =
        BinaryComparison.of(
            fileA, fileB, new Question(ignored, null, List.of(), (seed & 1 << 10) != 0));
    split(fileA, fileB, comparison, (seed & 1 << 11) != 0 ? fileA : fileB);
    debug(fileA, fileB, (seed & 1 << 12) != 0 ? fileA : fileB);
    views(comparison);
    require((cpuTime() - begun) / 1e9 <= SLOW, "slow");
    verdict(comparison, Arrays.mismatch(a, b));
    sums(comparison);
  }

  /** A third file is refused for what it is, or splits the difference without a rest. */
  private static void split(Path a, Path b, Comparison without, Path third) {
    comparison(a, b, new Question(Set.of(), third, List.of(), false))
        .ifPresent(comparison -> {
          require(comparison.split() != null, "a third build, and no split");
          require(comparison.sections().equals(without.sections()), "sections by a third build");
          GuessesText.of(comparison);
        });
  }

  /** A file is its own debug file where it has a build-id, else none. */
  private static void debug(Path a, Path b, Path file) {
    comparison(a, b, new Question(Set.of(), null, List.of(file), false))
        .ifPresent(CompareFuzz::sums);
  }

  /** Empty where it is refused as it may be: wrong use, or could not tell. */
  private static Optional<Comparison> comparison(Path a, Path b, Question question) {
    try {
      return Optional.of(BinaryComparison.of(a, b, question));
    } catch (Failure e) {
      boolean refused = e.code() == ExitCode.USAGE || e.code() == ExitCode.UNDECIDED;
      require(refused, "refused by " + e.code());
      return Optional.empty();
    }
  }

  private static void verdict(Comparison comparison, long first) {
    switch (comparison.verdict()) {
      case Verdict.Identical same -> require(first < 0, "identical, but for offset " + first);
      case Verdict.Equivalent same ->
          require(same.firstDifference() == first, "equivalent, but for offset " + first);
      case Verdict.Differs(long offset) ->
          require(offset == first, "differs at %d, not %d".formatted(offset, first));
      case Verdict.CouldNotTell unknown -> require(false, "could not tell: " + unknown.why());
    }
    require(
        first < 0
            ? comparison.places().isEmpty()
            : comparison.places().getFirst().offset() == first,
        "the first place is not at " + first);
  }

  private static void sums(Comparison comparison) {
    long delta = comparison.b().size() - comparison.a().size();
    require(comparison.sizeDelta() == delta, "not the sizes' difference");
    long categories = 0;
    for (Category category : Category.values()) {
      long told = comparison.categories().getOrDefault(category, 0L);
      long held =
          comparison.b().categories().getOrDefault(category, 0L)
              - comparison.a().categories().getOrDefault(category, 0L);
      require(told == held, "%s is %d, not %d".formatted(category.word(), told, held));
      categories += told;
    }
    require(categories == delta, "categories sum to " + categories);
    long sure = of(comparison, Grade.PROVED) + of(comparison, Grade.SUSPECTED);
    long open = of(comparison, Grade.UNEXPLAINED);
    require(open == comparison.unexplained(), "unexplained are " + open);
    require(sure + open == delta, "causes sum to " + (sure + open));
    require(
        comparison.causes().stream().noneMatch(cause -> cause.grade() == Grade.MEASURED),
        "measured, and nothing was built");
  }

  private static long of(Comparison comparison, Grade grade) {
    return comparison.causes().stream()
        .filter(cause -> cause.grade() == grade)
        .mapToLong(Cause::bytes)
        .sum();
  }

  private static void views(Comparison comparison) {
    byte[] json = Json.write(comparison);
    require(json.length <= MOST_PAGE, "JSON of %d bytes".formatted(json.length));
    require(Json.read(json, Comparison.class).equals(comparison), "not the same through JSON");
    String text = ComparisonText.of(comparison, Ink.NONE, false);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    require(bytes <= MOST_TEXT, "text of %d bytes".formatted(bytes));
    printable(text);
    printable(ComparisonText.of(comparison, new Ink(false), true));
    printable(GuessesText.of(comparison));
    for (OwnersText.By by : OwnersText.By.values()) {
      printable(OwnersText.of(comparison, by));
    }
    String markdown = Markdown.of(comparison);
    require(markdown.length() <= MOST_MARKDOWN, "Markdown of " + markdown.length());
    printable(markdown);
    String page = HtmlReport.of(comparison);
    require(page.length() <= MOST_PAGE, "a page of " + page.length());
    require(!page.contains("<script"), "a page with a script");
    String picture = ComparisonSvg.of(comparison);
    require(picture.length() <= MOST_SVG, "a picture of " + picture.length());
    wellFormed(picture);
  }

  /** What came from a file neither moves the cursor nor is half a character. */
  private static void printable(String text) {
    require(
        text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)),
        "control characters in a text");
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    require(new String(utf8, StandardCharsets.UTF_8).equals(text), "half a surrogate pair");
  }

  private static void wellFormed(String picture) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.newDocumentBuilder().parse(new InputSource(new StringReader(picture)));
    } catch (SAXException e) {
      throw new AssertionError("a picture that is no XML", e);
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nanoseconds of work: a machine that does other things must not look like a finding. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
