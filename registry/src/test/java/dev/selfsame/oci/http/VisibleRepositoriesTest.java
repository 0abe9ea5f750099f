package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.access.Access;
import dev.selfsame.access.RateLimit;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.oci.ReadableRepositories;
import dev.selfsame.store.RepositoryName;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a page of the list of repositories reads of the store, however many there are. */
final class VisibleRepositoriesTest {
  private static final List<String> NAMES =
      IntStream.range(0, 5000).mapToObj("staging/r/%04d"::formatted).toList();
  private static final List<RepositoryPattern> ALL = List.of(RepositoryPattern.ALL);

  /** How many names each question to the store was answered with. */
  private final List<Integer> read = new ArrayList<>();

  private final VisibleRepositories visible =
      new VisibleRepositories(
          listing(List.of()), listing(NAMES), new Gate(Access.LOCAL, new RateLimit(0)));

  private ReadableRepositories listing(List<String> names) {
    return (ReadableRepositories)
        Proxy.newProxyInstance(
            ReadableRepositories.class.getClassLoader(),
            new Class<?>[] {ReadableRepositories.class},
            (_, method, arguments) -> {
              assertEquals("names", method.getName());
              String after = String.valueOf(arguments[0]);
              List<RepositoryName> page =
                  names.stream()
                      .filter(name -> name.compareTo(after) > 0)
                      .limit((int) arguments[1])
                      .map(RepositoryName::new)
                      .toList();
              if (!names.isEmpty()) {
                read.add(page.size());
              }
              return page;
            });
  }

  private List<String> page(RepositoryPattern place, int visibleOf, String after, int most) {
    return visible
        .of(
            List.of(place),
            name -> Integer.parseInt(name.substring(name.length() - 4)) % visibleOf == 0,
            after,
            most)
        .stream()
        .map(RepositoryName::value)
        .toList();
  }

  @Test
  void a_page_reads_no_more_names_than_it_shows() {
    for (String place : List.of("**", "staging/**", "staging/r/*")) {
      read.clear();
      assertEquals(
          NAMES.subList(2501, 2602), page(new RepositoryPattern(place), 1, "staging/r/2500", 101));
      assertEquals(List.of(101), read, place);
    }
  }

  @Test
  void what_stands_behind_many_hidden_ones_is_found_in_few_questions() {
    List<String> found = page(RepositoryPattern.ALL, 500, "", 6);
    assertEquals(IntStream.of(0, 500, 1000, 1500, 2000, 2500).mapToObj(NAMES::get).toList(), found);
    assertTrue(read.size() <= 4, () -> "answered with " + read);
  }

  @Test
  void the_last_page_ends() {
    assertEquals(NAMES.subList(4990, 5000), page(RepositoryPattern.ALL, 1, "staging/r/4989", 101));
    assertEquals(List.of(10), read);
    assertEquals(List.of(), visible.of(ALL, _ -> true, "staging/r/4999", 101));
  }
}
