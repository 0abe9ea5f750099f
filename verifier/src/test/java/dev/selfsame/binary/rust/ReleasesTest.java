package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleasesTest {
  @ParameterizedTest
  @CsvSource({
    "59807616e1fa2540724bfbac14d7976d7e4a3860, 1.95.0",
    "4eb161250, 1.85.1",
    "73528e3, 1.40.0",
    "b940084d7eb6a299eb4bfeb8e34901bc051e7ac4, 1.99.0",
  })
  void a_commit_names_its_release(String commit, String version) {
    assertEquals(Optional.of(version), Releases.ofCommit(commit).map(Releases.Release::version));
  }

  @ParameterizedTest
  @CsvSource({"735283", "0000000000000000000000000000000000000000", "59807616e1fa2540724bfbac1f"})
  void what_is_too_short_or_unknown_names_none(String commit) {
    assertEquals(Optional.empty(), Releases.ofCommit(commit));
  }

  /** As outputs of {@code rustc -vV} and names of LLVM's library have it. */
  @ParameterizedTest
  @CsvSource({
    "1.44.1, 9", "1.45.0, 10", "1.47.0, 11", "1.51.0, 11", "1.52.0, 12", "1.55.0, 12",
    "1.56.0, 13", "1.60.0, 14", "1.64.0, 14", "1.65.0, 15", "1.68.1, 15", "1.70.0, 16",
    "1.72.1, 16", "1.73.0, 17", "1.74.1, 17",
  })
  void a_release_names_its_llvm(String version, String llvm) {
    assertEquals(
        List.of(llvm),
        Releases.all().stream()
            .filter(release -> release.version().equals(version))
            .map(Releases.Release::llvm)
            .toList());
  }

  @Test
  void no_release_goes_back_to_an_older_llvm() {
    List<Integer> known =
        Releases.all().stream()
            .map(Releases.Release::llvm)
            .filter(llvm -> !llvm.equals("-"))
            .map(Integer::valueOf)
            .toList();
    assertEquals(known.stream().sorted().toList(), known);
    assertEquals(Releases.all().size(), known.size(), "a release whose LLVM no source states");
  }

  @Test
  void every_minor_release_from_1_40_on_is_there_once_and_well_formed() {
    List<Releases.Release> all = Releases.all();
    TreeSet<Integer> minors = new TreeSet<>();
    for (Releases.Release release : all) {
      assertTrue(release.version().matches("1\\.[0-9]+\\.[0-9]+"), release.toString());
      assertTrue(release.commit().matches("[0-9a-f]{40}"), release.toString());
      assertTrue(release.llvm().matches("-|[0-9]+"), release.toString());
      minors.add(Integer.parseInt(release.version().split("\\.")[1]));
    }
    assertEquals(all.size(), all.stream().map(Releases.Release::commit).distinct().count());
    assertEquals(all.size(), all.stream().map(Releases.Release::version).distinct().count());
    assertEquals(40, minors.first());
    assertEquals(minors.last() - minors.first() + 1, minors.size());
  }
}
