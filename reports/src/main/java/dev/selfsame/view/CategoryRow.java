package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What both files have of one category. Across formats code and constants are one row: where one
 * keeps jump tables with code and the other with constants, each alone tells nothing.
 *
 * @param categories one, or the two that count together
 * @param a bytes in a
 * @param b bytes in b
 * @param delta b's bytes less a's
 */
record CategoryRow(List<Category> categories, long a, long b, long delta) {
  private static final List<Category> TOGETHER = List.of(Category.CODE, Category.RODATA);

  CategoryRow {
    categories = List.copyOf(categories);
  }

  /** Whether no section of one file has its equal in the other. */
  static boolean acrossFormats(Comparison comparison) {
    return !comparison.a().fact("format").value().equals(comparison.b().fact("format").value());
  }

  /** What either file has, in the order in which it is drawn. */
  static List<CategoryRow> of(Comparison comparison) {
    return of(comparison, Charts.present(comparison));
  }

  /** The same of these categories alone. */
  static List<CategoryRow> of(Comparison comparison, Collection<Category> categories) {
    boolean together = acrossFormats(comparison) && categories.containsAll(TOGETHER);
    List<CategoryRow> rows = new ArrayList<>();
    for (Category category : categories) {
      if (!together || !TOGETHER.contains(category)) {
        rows.add(row(comparison, List.of(category)));
      } else if (category.equals(TOGETHER.getFirst())) {
        rows.add(row(comparison, TOGETHER));
      }
    }
    return rows;
  }

  private static CategoryRow row(Comparison comparison, List<Category> categories) {
    return new CategoryRow(
        categories,
        bytes(comparison.a(), categories),
        bytes(comparison.b(), categories),
        categories.stream().mapToLong(c -> comparison.categories().getOrDefault(c, 0L)).sum());
  }

  private static long bytes(BinaryFacts facts, List<Category> categories) {
    return categories.stream().mapToLong(c -> facts.categories().getOrDefault(c, 0L)).sum();
  }

  /** A few words for people, such as {@code code and constants}. */
  String title() {
    return String.join(" and ", categories.stream().map(Category::title).toList());
  }
}
