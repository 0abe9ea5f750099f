package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What comments and paths say of rustc, where they agree and where they do not. */
class RustcFactsTest {
  private static final String COMMIT_1_95 = "59807616e1fa2540724bfbac14d7976d7e4a3860";
  private static final String COMMIT_1_85 = "4eb161250e340c8f48f66e2b929ef4a5bed7c181";
  private static final String SAYS_1_95 = "rustc version 1.95.0 (59807616e 2026-04-14)";
  private static final String SAYS_1_85 = "rustc version 1.85.1 (4eb161250 2025-03-15)";
  private static final String TARBALL = SAYS_1_85 + " (built from a source tarball)";
  private static final Optional<Mark> NO_PATH = Optional.empty();

  private static Comments comments(String... texts) {
    List<Mark> marks = new ArrayList<>();
    for (String text : texts) {
      marks.add(new Mark(".comment", 100L * marks.size(), text));
    }
    return new Comments(marks);
  }

  private static Optional<Mark> upstream(String commit) {
    return Optional.of(new Mark(".rodata", 40, "/rustc/" + commit + "/library/core/src/str.rs"));
  }

  private static Optional<Mark> debian(String version) {
    String path = "/usr/src/rustc-" + version + "/library/core/src/str.rs";
    return Optional.of(new Mark(".rodata", 80, path));
  }

  private static List<Evidence> evidence(Optional<Mark> mark) {
    return mark.stream().map(Mark::evidence).toList();
  }

  @Test
  void debians_rustc_is_known_by_the_folder_of_its_source() {
    Optional<Mark> path = debian("1.63.0");
    RustcFacts facts = new RustcFacts(comments(), NO_PATH, path);
    assertEquals(new Fact("1.63.0", Grade.STRONG, evidence(path), List.of()), facts.rustc());
    assertEquals(
        new Fact("Debian or a derivative", Grade.STRONG, evidence(path), List.of()),
        facts.distribution());
    assertEquals(Fact.unknown(), facts.commit());
    assertEquals(Fact.unknown(), facts.llvm());
  }

  @Test
  void a_path_of_upstream_speaks_against_one_of_debian() {
    Optional<Mark> other = upstream(COMMIT_1_95);
    RustcFacts facts = new RustcFacts(comments(), other, debian("1.85.1"));
    assertEquals("1.85.1", facts.rustc().value());
    assertEquals(evidence(other), facts.rustc().contradictions());
    assertEquals("Debian or a derivative", facts.distribution().value());
    assertEquals(evidence(other), facts.distribution().contradictions());
  }

  /** Debian builds a release on its own LLVM, so that the table of upstream's does not tell it. */
  @Test
  void the_llvm_of_debians_rustc_is_not_taken_from_upstreams_release() {
    RustcFacts facts = new RustcFacts(comments(SAYS_1_85), NO_PATH, debian("1.85.1+dfsg1"));
    assertEquals("1.85.1 (4eb161250 2025-03-15)", facts.rustc().value());
    assertEquals(List.of(), facts.rustc().contradictions());
    assertEquals(Fact.unknown(), facts.llvm());
    assertEquals(
        Fact.unknown(), new RustcFacts(comments(), upstream(COMMIT_1_85), debian("1.85.1")).llvm());
  }

  @Test
  void a_rustc_from_a_source_tarball_is_a_distributions() {
    RustcFacts facts = new RustcFacts(comments(TARBALL), upstream(COMMIT_1_85), NO_PATH);
    List<Evidence> said = List.of(new Evidence(".comment", 0, TARBALL));
    assertEquals(
        new Fact("1.85.1 (4eb161250 2025-03-15)", Grade.STRONG, said, List.of()), facts.rustc());
    assertEquals(
        new Fact("built from a source tarball (a distribution)", Grade.STRONG, said, List.of()),
        facts.distribution());
    assertEquals(COMMIT_1_85, facts.commit().value());
    assertEquals(Fact.unknown(), facts.llvm());
  }

  @Test
  void a_distribution_names_itself_behind_the_date() {
    String arch = "rustc version 1.85.0 (4d91de4e4 2025-02-17) (Arch Linux rust 1:1.85.0-1)";
    RustcFacts facts = new RustcFacts(comments(arch), upstream(COMMIT_1_85), NO_PATH);
    assertEquals(
        new Fact(
            "Arch Linux rust 1:1.85.0-1 (a distribution)",
            Grade.STRONG,
            List.of(new Evidence(".comment", 0, arch)),
            List.of()),
        facts.distribution());
    assertEquals(Fact.unknown(), facts.llvm());
  }

  @Test
  void a_comment_and_a_path_of_two_releases_contradict_each_other() {
    Optional<Mark> path = upstream(COMMIT_1_95);
    RustcFacts facts = new RustcFacts(comments(SAYS_1_85), path, NO_PATH);
    List<Evidence> said = List.of(new Evidence(".comment", 0, SAYS_1_85));
    assertEquals(
        new Fact("1.85.1 (4eb161250 2025-03-15)", Grade.MEDIUM, said, evidence(path)),
        facts.rustc());
    assertEquals(new Fact(COMMIT_1_95, Grade.STRONG, evidence(path), said), facts.commit());
  }

  @Test
  void a_comment_and_a_path_of_debian_of_two_releases_contradict_each_other() {
    Optional<Mark> path = debian("1.85.0");
    Fact rustc = new RustcFacts(comments(SAYS_1_85), NO_PATH, path).rustc();
    assertEquals("1.85.1 (4eb161250 2025-03-15)", rustc.value());
    assertEquals(Grade.MEDIUM, rustc.grade());
    assertEquals(evidence(path), rustc.contradictions());
  }

  @Test
  void two_comments_of_two_releases_contradict_each_other() {
    Fact rustc = new RustcFacts(comments(SAYS_1_95, SAYS_1_85), NO_PATH, NO_PATH).rustc();
    assertEquals("1.95.0 (59807616e 2026-04-14)", rustc.value());
    assertEquals(Grade.MEDIUM, rustc.grade());
    assertEquals(List.of(new Evidence(".comment", 100, SAYS_1_85)), rustc.contradictions());
  }

  @Test
  void upstreams_rustc_is_known_by_the_commit_in_its_paths() {
    Optional<Mark> path = upstream(COMMIT_1_95);
    RustcFacts facts = new RustcFacts(comments(), path, NO_PATH);
    List<Evidence> read = evidence(path);
    assertEquals(new Fact("1.95.0 (59807616e)", Grade.STRONG, read, List.of()), facts.rustc());
    assertEquals(new Fact(COMMIT_1_95, Grade.STRONG, read, List.of()), facts.commit());
  }

  /** Who builds rustc from upstream's sources may have its paths made as upstream has them. */
  @Test
  void upstreams_paths_alone_are_a_weak_sign_of_who_built_rustc() {
    Optional<Mark> path = upstream(COMMIT_1_95);
    RustcFacts facts = new RustcFacts(comments("GCC: (GNU) 14.2.0"), path, NO_PATH);
    Fact built = facts.distribution();
    assertEquals("upstream (rustup or its archives)", built.value());
    assertEquals(Grade.WEAK, built.grade());
    assertEquals(path.get().evidence(), built.evidence().getFirst());
    assertEquals(
        "no rustc names itself: a distribution's may have such paths too",
        built.evidence().getLast().what());
    assertEquals(new Fact("22", Grade.WEAK, evidence(path), List.of()), facts.llvm());
  }

  @Test
  void upstreams_paths_and_a_rustc_that_names_no_distribution_are_upstreams() {
    Optional<Mark> path = upstream(COMMIT_1_95);
    RustcFacts facts = new RustcFacts(comments(SAYS_1_95), path, NO_PATH);
    List<Evidence> read = evidence(path);
    assertEquals(
        new Fact("upstream (rustup or its archives)", Grade.MEDIUM, read, List.of()),
        facts.distribution());
    assertEquals(new Fact("22", Grade.MEDIUM, read, List.of()), facts.llvm());
  }

  @Test
  void a_comment_and_a_path_of_one_release_agree() {
    RustcFacts facts = new RustcFacts(comments(SAYS_1_95), upstream(COMMIT_1_95), NO_PATH);
    List<Evidence> said = List.of(new Evidence(".comment", 0, SAYS_1_95));
    assertEquals(
        new Fact("1.95.0 (59807616e 2026-04-14)", Grade.STRONG, said, List.of()), facts.rustc());
    assertEquals(List.of(), facts.commit().contradictions());
  }

  @Test
  void a_commit_of_no_known_release_is_told_as_it_is() {
    String nightly = "0123456789abcdef0123456789abcdef01234567";
    RustcFacts facts = new RustcFacts(comments(), upstream(nightly), NO_PATH);
    assertEquals("commit " + nightly, facts.rustc().value());
    assertEquals(Fact.unknown(), facts.llvm());
  }

  @Test
  void a_comment_alone_tells_neither_who_built_rustc_nor_on_which_llvm() {
    RustcFacts facts = new RustcFacts(comments(SAYS_1_95), NO_PATH, NO_PATH);
    assertEquals("59807616e", facts.commit().value());
    assertEquals(Fact.unknown(), facts.distribution());
    assertEquals(Fact.unknown(), facts.llvm());
  }

  /** A distribution's lld is of its own LLVM, whatever rustc was built on. */
  @Test
  void only_the_lld_that_came_with_rustc_names_its_llvm() {
    String bundled = "Linker: LLD 22.1.2 (/checkout/src/llvm-project/llvm 05f9846f)";
    RustcFacts own = new RustcFacts(comments(SAYS_1_95, bundled), NO_PATH, NO_PATH);
    assertEquals(
        new Fact(
            "22.1.2", Grade.STRONG, List.of(new Evidence(".comment", 100, bundled)), List.of()),
        own.llvm());
    RustcFacts others =
        new RustcFacts(comments(SAYS_1_95, "Linker: Debian LLD 19.1.7"), NO_PATH, NO_PATH);
    assertEquals(Fact.unknown(), others.llvm());
  }

  @Test
  void the_llvm_of_another_rustc_in_the_file_speaks_against_the_one_that_is_named() {
    String bundled = "Linker: LLD 22.1.2 (/checkout/src/llvm-project/llvm 05f9846f)";
    String later = "Linker: LLD 22.1.4 (/checkout/src/llvm-project/llvm 15f9846f)";
    assertEquals(
        new Fact(
            "22.1.2",
            Grade.MEDIUM,
            List.of(new Evidence(".comment", 0, bundled)),
            List.of(new Evidence(".comment", 100, SAYS_1_85))),
        new RustcFacts(comments(bundled, SAYS_1_85, SAYS_1_95), NO_PATH, NO_PATH).llvm());
    assertEquals(
        List.of(new Evidence(".comment", 100, later)),
        new RustcFacts(comments(bundled, later), NO_PATH, NO_PATH).llvm().contradictions());
    Optional<Mark> path = upstream(COMMIT_1_95);
    assertEquals(
        new Fact("22", Grade.WEAK, evidence(path), List.of(new Evidence(".comment", 0, SAYS_1_85))),
        new RustcFacts(comments(SAYS_1_85), path, NO_PATH).llvm());
  }

  /** C has a compiler of its own, and a distribution's rustc an LLVM that no table tells. */
  @Test
  void what_clang_or_a_distributions_rustc_has_does_not_speak_against_an_llvm() {
    String bundled = "Linker: LLD 22.1.2 (/checkout/src/llvm-project/llvm 05f9846f)";
    for (String other : List.of("Debian clang version 14.0.6", TARBALL, SAYS_1_95)) {
      Fact llvm = new RustcFacts(comments(bundled, other), NO_PATH, NO_PATH).llvm();
      assertEquals(List.of(), llvm.contradictions(), other);
      assertEquals(Grade.STRONG, llvm.grade(), other);
    }
    Optional<Mark> debian = debian("1.85.1");
    Fact llvm = new RustcFacts(comments(bundled, SAYS_1_85), NO_PATH, debian).llvm();
    assertEquals(List.of(), llvm.contradictions());
  }

  @Test
  void nothing_is_known_of_a_file_without_marks() {
    RustcFacts facts = new RustcFacts(comments("GCC: (GNU) 14.2.0"), NO_PATH, NO_PATH);
    assertEquals(Fact.unknown(), facts.rustc());
    assertEquals(Fact.unknown(), facts.commit());
    assertEquals(Fact.unknown(), facts.distribution());
  }
}
