package dev.selfsame.build.crates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CargoLockTest {
  private static final String SUM = "ab".repeat(32);
  private static final String CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";

  private static String locked(String source, String more) {
    return """
    version = 4

    [[package]]
    name = "agent"
    version = "1.4.0"
    dependencies = ["memchr"]

    [[package]]
    name = "memchr"
    version = "2.7.4"
    source = "%s"
    %s
    """
        .formatted(source, more);
  }

  private static CargoLock parse(String text) {
    return CargoLock.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(String text) {
    Failure failure = assertThrows(Failure.class, () -> parse(text));
    assertEquals(ExitCode.USAGE, failure.code());
    return String.valueOf(failure.getMessage());
  }

  @Test
  void the_registrys_crates_are_listed_and_the_projects_own_are_not() {
    CargoLock lock = parse(locked(CRATES_IO, "checksum = \"%s\"".formatted(SUM)));

    assertEquals(1, lock.crates().size());
    assertEquals("memchr", lock.crates().getFirst().name());
    assertEquals(SUM, lock.crates().getFirst().checksum().hex());
  }

  private static Crate crate(String name, String version, String sum) {
    return new Crate(name, version, Digest.ofSha256Hex(sum));
  }

  @Test
  void another_release_of_a_crate_changes_its_two_lines_and_nothing_else() {
    String text = locked(CRATES_IO, "checksum = \"%s\"".formatted(SUM));
    String other = "cd".repeat(32);
    CargoLock changed = parse(text).with(List.of(crate("memchr", "2.7.5", other)));

    assertEquals(text.replace("2.7.4", "2.7.5").replace(SUM, other), changed.text());
    assertEquals(List.of(crate("memchr", "2.7.5", other)), changed.crates());
    assertEquals(Digest.sha256(changed.text().getBytes(StandardCharsets.UTF_8)), changed.digest());
  }

  /** The project's own version may be that of the crate. */
  @Test
  void a_version_that_others_have_too_is_changed_for_the_crate_alone() {
    String text = locked(CRATES_IO, "checksum = \"%s\"".formatted(SUM)).replace("1.4.0", "2.7.4");
    CargoLock changed = parse(text).with(List.of(crate("memchr", "2.7.5", "cd".repeat(32))));
    assertTrue(changed.text().contains("name = \"agent\"\nversion = \"2.7.4\""), changed.text());
  }

  @Test
  void a_crate_that_is_not_there_alone_is_not_changed() {
    String one = locked(CRATES_IO, "checksum = \"%s\"".formatted(SUM));
    String second =
        "\n[[package]]\nname = \"memchr\"\nversion = \"1.0.2\"\nsource = \"%s\"\nchecksum = \"%s\"\n"
            .formatted(CRATES_IO, "ef".repeat(32));
    for (Failure failure :
        List.of(
            assertThrows(
                Failure.class, () -> parse(one).with(List.of(crate("itoa", "1.0.0", SUM)))),
            assertThrows(
                Failure.class,
                () -> parse(one + second).with(List.of(crate("memchr", "2.7.5", SUM)))))) {
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(
          String.valueOf(failure.getMessage()).startsWith("Cargo.lock does not have one "),
          failure.toString());
    }
  }

  /** Cargo never writes it so; then nothing is guessed. */
  @Test
  void a_lock_of_another_layout_is_not_changed_by_half() {
    String text =
        locked(CRATES_IO, "checksum = \"%s\"".formatted(SUM))
            .replace("version = \"2.7.4\"", "\"version\" = \"2.7.4\"");
    Failure failure =
        assertThrows(
            Failure.class,
            () -> parse(text).with(List.of(crate("memchr", "2.7.5", "cd".repeat(32)))));
    assertEquals("Cargo.lock is not laid out as Cargo writes it", failure.getMessage());
  }

  @Test
  void a_git_dependency_is_refused() {
    assertEquals(
        "memchr is taken from git, and Cargo.lock fixes no bytes of it",
        refusal(locked("git+https://example.org/x?rev=1#abc", "")));
  }

  @Test
  void another_registry_is_refused() {
    assertTrue(
        refusal(locked("registry+https://example.org/index", "checksum = \"%s\"".formatted(SUM)))
            .contains("another registry than crates.io"));
  }

  @Test
  void a_crate_without_a_checksum_is_refused() {
    assertTrue(refusal(locked(CRATES_IO, "")).endsWith("memchr 2.7.4 has no checksum"));
    assertTrue(
        refusal(locked(CRATES_IO, "checksum = \"AB\"")).endsWith("memchr 2.7.4 is no SHA-256"));
  }

  @ParameterizedTest
  @CsvSource({"version = 1,1", "version = 2,2", "version = 5,5", "#,1 or 2"})
  void other_versions_are_refused(String line, String shown) {
    String text = locked(CRATES_IO, "").replace("version = 4\n", line + "\n");

    assertTrue(refusal(text).startsWith("Cargo.lock is of version "), refusal(text));
    assertTrue(refusal(text).contains(shown));
  }

  @ParameterizedTest
  @CsvSource({"../../etc,1.0.0", "a/b,1.0.0", "memchr,../1"})
  void names_that_could_leave_the_registry_are_refused(String name, String version) {
    String text =
        "version = 4\n[[package]]\nname = \"%s\"\nversion = \"%s\"\n".formatted(name, version);

    assertTrue(refusal(text).startsWith("Cargo.lock:2: "), refusal(text));
  }

  @Test
  void text_that_is_no_toml_is_refused_with_its_line() {
    assertTrue(refusal("version = 4\n[[package\n").startsWith("Cargo.lock:2: "));
  }

  @Test
  void its_absence_is_named(@TempDir Path folder) {
    Failure failure = assertThrows(Failure.class, () -> CargoLock.read(folder));

    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("no Cargo.lock is committed beside selfsame.toml", failure.getMessage());
  }
}
