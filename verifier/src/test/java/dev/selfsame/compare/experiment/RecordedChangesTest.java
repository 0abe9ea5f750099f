package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.evidence.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordedChangesTest {
  private static final List<String> REMAPS =
      List.of("--remap-path-prefix=/cargo=/cargo", "--remap-path-prefix=/src=/src");

  private static final Recipe A =
      new Recipe(
          "trixie",
          Digest.sha256(new byte[] {1}),
          "x86_64-unknown-linux-gnu",
          null,
          List.of("small"),
          "release",
          Map.of("strip", "symbols", "lto", "fat"),
          List.of(),
          true,
          REMAPS,
          Map.of("TZ", "UTC"),
          Map.of("src", "/src", "target", "/build/target", "cargo", "/cargo"),
          1);

  private static final Recipe B =
      new Recipe(
          "bookworm",
          Digest.sha256(new byte[] {2}),
          "x86_64-unknown-linux-gnu",
          null,
          List.of("small"),
          "dist",
          Map.of("strip", "none", "opt-level", "z"),
          List.of("tls"),
          false,
          List.of("-C", "target-cpu=native", "-Clink-arg=-fuse-ld=lld", "--cfg", "fast"),
          Map.of("SQLX_OFFLINE", "true"),
          Map.of("src", "/home/x/p", "target", "/home/x/p/target", "cargo", "/home/x/.cargo"),
          2);

  @Test
  void all_changes_together_turn_one_recipe_into_the_other() throws Exception {
    List<Change> changes = RecordedChanges.of(A, B);
    Recipe recipe = A;
    for (Change change : changes) {
      recipe = change.edit().of(recipe);
    }

    assertEquals(B, recipe);
    assertEquals(
        List.of(
            "pin",
            "strip",
            "paths",
            "profile",
            "lto",
            "opt-level",
            "features",
            "linker",
            "rustflags",
            "target-cpu",
            "env SQLX_OFFLINE",
            "env TZ",
            "source-date-epoch"),
        changes.stream().map(Change::id).toList());
    assertEquals("lto: fat → not set", changes.get(4).title());
    assertEquals("target-cpu: not set → -C target-cpu=native", changes.get(9).title());
    assertEquals(List.of(), RecordedChanges.of(A, A));
  }

  @Test
  void a_change_alone_leaves_all_else_as_it_was() throws Exception {
    for (Change change : RecordedChanges.of(A, B)) {
      assertEquals(
          List.of(change.id()),
          RecordedChanges.of(A, change.edit().of(A)).stream().map(Change::id).toList());
    }
  }

  @Test
  void what_no_setting_changes_is_said() {
    Recipe arm = A.withTarget("aarch64-unknown-linux-gnu");
    assertEquals(
        List.of("target"),
        RecordedChanges.impossible(A, arm).stream().map(Unmeasured::id).toList());
    assertEquals(List.of(), RecordedChanges.impossible(A, B));
  }

  @Test
  void flags_are_put_together_by_what_they_set() {
    assertEquals(
        Map.of(
            "mangling", List.of("-Csymbol-mangling-version=v0"),
            "linker", List.of("-C", "linker=clang", "--codegen=link-arg=-Wl,-z,now"),
            "target-cpu", List.of("--codegen", "target_cpu=native"),
            "paths", List.of("--remap-path-prefix", "/a=/b"),
            "rustflags", List.of("-Zverbose", "--cfg", "x")),
        Flags.settings(
            List.of(
                "-C",
                "linker=clang",
                "-Zverbose",
                "-Csymbol-mangling-version=v0",
                "--remap-path-prefix",
                "/a=/b",
                "--codegen=link-arg=-Wl,-z,now",
                "--codegen",
                "target_cpu=native",
                "--cfg",
                "x")));
  }
}
