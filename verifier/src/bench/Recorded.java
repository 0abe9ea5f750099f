import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.EngineFacts;
import dev.selfsame.evidence.BuildRecord.EnvironmentPin;
import dev.selfsame.evidence.BuildRecord.Output;
import dev.selfsame.evidence.BuildRecord.Reproducibility;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.BuildRecord.Toolchain;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;

/**
 * Writes a file of a given size and a record that claims three equal builds of it, so that the time of
 * an audit can be taken at any size without a build of that size. Nothing signs it here. A file that is
 * there already is the beginning, and is filled up: a small program becomes one of that size.
 *
 * <p>{@code java -cp selfsame.jar Recorded.java NAME BYTES FILE RECORD}
 */
public final class Recorded {
  public static void main(String[] args) throws IOException {
    String name = args[0];
    byte[] bytes = new byte[Integer.parseInt(args[1])];
    RandomGeneratorFactory.of("SplittableRandom").create(1).nextBytes(bytes);
    Path file = Path.of(args[2]);
    if (Files.exists(file)) {
      byte[] start = Files.readAllBytes(file);
      System.arraycopy(start, 0, bytes, 0, start.length);
    }
    Files.write(file, bytes);
    Files.write(Path.of(args[3]), Json.write(record(name, bytes.length, Digest.sha256(bytes))));
  }

  private static BuildRecord record(String name, long size, Digest output) {
    Instant now = Instant.now();
    Digest some = Digest.sha256(new byte[0]);
    Map<String, Digest> outputs = Map.of(name, output);
    // One source gives one program: another one is of another commit.
    String commit = output.hex().substring(0, 40);
    return new BuildRecord(
        BuildRecord.SCHEMA,
        name,
        new Source(null, commit, commit, "", now, output, 0, false),
        new Recipe(
            name,
            some,
            "x86_64-unknown-linux-gnu",
            null,
            List.of(name),
            "release",
            Map.of(),
            List.of(),
            true,
            List.of(),
            Map.of(),
            Map.of(),
            0),
        new Toolchain("rustc", "cargo", "ld"),
        new EnvironmentPin(name, "debs", some, some, null, null),
        List.of(),
        some,
        new EngineFacts("bwrap", "0", Map.of()),
        List.of(
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.CONTROL, List.of(), 0, some, outputs, null),
            new Run(RunKind.VARIED, List.of("path"), 0, some, outputs, null)),
        some,
        new Reproducibility(true, true, List.of()),
        List.of(new Output(name, size, output, "stripped", Map.of())),
        null,
        now,
        now);
  }
}
