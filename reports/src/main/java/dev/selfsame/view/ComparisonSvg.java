package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import java.util.List;
import java.util.Map;

/**
 * A comparison as one picture that stands alone: the verdict, both files to scale, the way from A
 * to B, and whose bytes differ. No script, no font and no file besides it; light and dark.
 */
public final class ComparisonSvg {
  private static final int WIDTH = 960;
  private static final int MARGIN = 24;
  private static final int INNER = WIDTH - 2 * MARGIN;
  private static final int BAR = 28;
  private static final int LEGEND_COLUMNS = 4;
  private static final int LEGEND_ROW = 22;
  private static final int STEP = 22;
  private static final int STEPS_FROM = 330;
  private static final int MAP = 260;

  /** Pixels of the fonts, as below. */
  private static final int TITLE_SIZE = 19;

  private static final int TEXT_SIZE = 14;
  private static final int TILE_SIZE = 12;

  /** Between two texts in a line. */
  private static final int GAP = 12;

  private static final String CSS =
      """
      svg { --ground: #fff; --text: #16202c; --faint: #4a5768; --panel: #eef1f5;
        --grows: #b4411a; --shrinks: #1b6f4a; --total: #4a5768; --on-tile: #fff; }
      @media screen and (prefers-color-scheme: dark) { svg { --ground: #10161d; --text: #e6ebf1;
        --faint: #a9b5c3; --panel: #1a222c; --grows: #f0925f; --shrinks: #62c795;
        --total: #94a3b5; --on-tile: #10161d; } }
      text { font: 14px system-ui, "DejaVu Sans", sans-serif; fill: var(--text); }
      .t { font-size: 19px; font-weight: 600; } .h { font-weight: 600; }
      .f { fill: var(--faint); } .tile { font-size: 12px; fill: var(--on-tile); }
      .ground { fill: var(--ground); } .panel { fill: var(--panel); }
      .grows { fill: var(--grows); } .shrinks { fill: var(--shrinks); }
      .total { fill: var(--total); }
      .edge { stroke: var(--ground); stroke-width: 1; }
      """;

  private final Comparison comparison;
  private final List<Category> present;
  private final List<Charts.Step> steps;
  private final boolean built;
  private final Treemap map;
  private final Svg svg;
  private double y = MARGIN;

  private ComparisonSvg(Comparison comparison) {
    this.comparison = comparison;
    this.present = Charts.present(comparison);
    List<Charts.Step> built = Charts.built(comparison);
    this.steps =
        !built.isEmpty()
            ? built
            : comparison.sizeDelta() == 0 ? List.of() : Charts.steps(comparison);
    this.built = !built.isEmpty();
    this.map = Treemap.of(comparison, (double) INNER / MAP);
    this.svg =
        Svg.picture(
            "%s and %s: %s, %s"
                .formatted(
                    comparison.a().name(),
                    comparison.b().name(),
                    Words.verdict(comparison.verdict()),
                    Words.conclusion(comparison)),
            WIDTH,
            height(),
            CSS + Palette.css());
  }

  /** The picture. */
  public static String of(Comparison comparison) {
    return new ComparisonSvg(comparison).draw();
  }

  private int height() {
    int legend = LEGEND_ROW * ((present.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS);
    int waterfall = steps.isEmpty() ? 0 : 44 + STEP * (steps.size() + 2);
    int treemap = map.tiles().isEmpty() ? 0 : 44 + MAP;
    return MARGIN + 60 + 2 * (BAR + 30) + legend + 10 + waterfall + treemap + MARGIN;
  }

  private String draw() {
    svg.rectangle(0, 0, WIDTH, height(), "ground", "");
    svg.text(MARGIN, y + 16, "t", false, title(comparison));
    String more =
        comparison.causes().isEmpty()
            ? ""
            : "; unexplained %s bytes%s"
                .formatted(
                    Words.signed(comparison.unexplained()), Words.unexplainedDiffering(comparison));
    String said = TextWidth.cut(Words.conclusion(comparison) + more, INNER, TEXT_SIZE, false);
    svg.text(MARGIN, y + 42, "f", false, said);
    y += 60;
    bar("A", comparison.a());
    bar("B", comparison.b());
    legend();
    if (!steps.isEmpty()) {
      waterfall();
    }
    if (!map.tiles().isEmpty()) {
      treemap();
    }
    return svg.end() + "\n";
  }

  /** Each name has half of the room, and what the other leaves of its half. */
  private static String title(Comparison comparison) {
    String verdict = Words.verdict(comparison.verdict());
    String a = comparison.a().name();
    String b = comparison.b().name();
    double room = INNER - TextWidth.of(" → : " + verdict, TITLE_SIZE, true);
    double roomA = Math.max(room / 2, room - TextWidth.of(b, TITLE_SIZE, true));
    double roomB = Math.max(room / 2, room - TextWidth.of(a, TITLE_SIZE, true));
    return "%s → %s: %s"
        .formatted(
            TextWidth.cut(a, roomA, TITLE_SIZE, true),
            TextWidth.cut(b, roomB, TITLE_SIZE, true),
            verdict);
  }

  private void bar(String letter, BinaryFacts facts) {
    String bytes = Words.number(facts.size()) + " bytes";
    String digest = facts.sha256().abbreviated();
    double room =
        INNER
            - GAP
            - TextWidth.of(letter + "    " + digest, TEXT_SIZE, true)
            - TextWidth.of(bytes, TEXT_SIZE, false);
    String name = TextWidth.cut(facts.name(), room, TEXT_SIZE, true);
    svg.text(MARGIN, y + 14, "h", false, "%s  %s  %s".formatted(letter, name, digest));
    svg.text(WIDTH - MARGIN, y + 14, "f", true, bytes);
    y += 22;
    svg.rectangle(MARGIN, y, INNER, BAR, "panel", "");
    double x = MARGIN;
    for (Map.Entry<Category, Long> entry : facts.categories().entrySet()) {
      double width = (double) INNER * entry.getValue() / Charts.scale(comparison);
      svg.rectangle(
          x,
          y,
          width,
          BAR,
          "c-" + entry.getKey().word(),
          "%s: %s bytes".formatted(entry.getKey().title(), Words.number(entry.getValue())));
      x += width;
    }
    y += BAR + 8;
  }

  private void legend() {
    double column = (double) INNER / LEGEND_COLUMNS;
    for (int i = 0; i < present.size(); i++) {
      double x = MARGIN + column * (i % LEGEND_COLUMNS);
      double top = y + LEGEND_ROW * (i / LEGEND_COLUMNS);
      svg.rectangle(x, top + 4, 12, 12, "c-" + present.get(i).word(), "");
      svg.text(x + 18, top + 15, "f", false, present.get(i).title());
    }
    y += LEGEND_ROW * ((present.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS) + 10;
  }

  private void waterfall() {
    Charts.Axis scale = Charts.Axis.of(comparison, steps);
    String axis = Charts.axis(comparison, steps);
    heading(built ? "From A to B, one setting a build" : "From A to B", axis);
    step("A", Words.number(comparison.a().size()), scale, scale.from(), comparison.a().size());
    long at = comparison.a().size();
    for (Charts.Step step : steps) {
      long next = at + step.bytes();
      String bytes = Words.signed(step.bytes());
      double room = STEPS_FROM - 14 - MARGIN - GAP - TextWidth.of(bytes, TEXT_SIZE, false);
      step(TextWidth.cut(step.label(), room, TEXT_SIZE, false), bytes, scale, at, next);
      at = next;
    }
    step("B", Words.number(comparison.b().size()), scale, scale.from(), comparison.b().size());
  }

  private void step(String label, String number, Charts.Axis axis, long start, long end) {
    boolean total = label.length() == 1;
    String style = total ? "total" : end > start ? "grows" : "shrinks";
    double room = WIDTH - MARGIN - STEPS_FROM;
    double scale = room / Math.max(1, axis.to() - axis.from());
    double left = (Math.min(start, end) - axis.from()) * scale;
    double width = Math.max(1.5, Math.abs(end - start) * scale);
    svg.text(MARGIN, y + 15, total ? "h" : "", false, label);
    svg.text(STEPS_FROM - 14, y + 15, total ? "h" : "", true, number);
    svg.rectangle(STEPS_FROM, y + 2, room, STEP - 4, "panel", "");
    svg.rectangle(STEPS_FROM + Math.min(left, room - width), y + 2, width, STEP - 4, style, number);
    y += STEP;
  }

  private void treemap() {
    heading("The difference by " + map.by(), "areas are bytes; orange: more in B, green: fewer");
    for (Treemap.Tile tile : map.tiles()) {
      double x = MARGIN + INNER * tile.x();
      double top = y + MAP * tile.y();
      double width = INNER * tile.width();
      double height = MAP * tile.height();
      svg.rectangle(x, top, width, height, tile.style() + " edge", tile.title());
      double room = width - 10;
      if (height >= 20 && room >= 30) {
        String name = TextWidth.cut(tile.name(), room, TILE_SIZE, false);
        svg.text(x + 5, top + 15, "tile", false, name);
        if (height >= 36 && TextWidth.of(tile.number(), TILE_SIZE, false) <= room) {
          svg.text(x + 5, top + 31, "tile", false, tile.number());
        }
      }
    }
    y += MAP;
  }

  private void heading(String text, String said) {
    y += 24;
    svg.text(MARGIN, y, "h", false, text);
    svg.text(WIDTH - MARGIN, y, "f", true, said);
    y += 10;
  }
}
