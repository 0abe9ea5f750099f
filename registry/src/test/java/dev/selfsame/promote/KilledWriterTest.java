package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Blob;
import dev.selfsame.store.ChannelName;
import dev.selfsame.suites.OwnJvm;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledWriterTest {
  @TempDir Path folder;

  /** A process that submits and promotes one version after another until it is killed. */
  static final class Releases {
    private Releases() {}

    /** args: the stage's folder. */
    public static void main(String[] args) throws Exception {
      Stage stage = new Stage(Path.of(args[0]));
      Files.write(stage.folder.resolve("trust-root.json"), stage.root.json());
      for (int version = 1; ; version++) {
        stage.release(Records.of("version " + version));
        System.out.println(version);
      }
    }
  }

  @Test
  void whatever_a_killed_writer_left_the_registry_holds_and_goes_on() throws Exception {
    for (int round = 0; round < 4; round++) {
      Path place = Files.createDirectory(folder.resolve("round-" + round));
      int promised = releaseUntilKilled(place, round);
      Stage stage = new Stage(place);
      stage.root = TrustRoot.read(place.resolve("trust-root.json"));
      stage.now = stage.now.plus(Duration.ofHours(1));
      for (Blob blob : stage.evidence().registry().blobs().list()) {
        stage.evidence().registry().blobs().copy(blob.digest(), OutputStream.nullOutputStream());
      }
      ChannelReader reader = new ChannelReader(stage.evidence());
      Channel channel = reader.read(AGENT, ChannelName.PRODUCTION, stage.now);
      reader.requireBelieved(channel, stage.now);
      int rows =
          stage.writing(
              (_, catalogue) -> catalogue.promotions(AGENT, ChannelName.PRODUCTION).size());
      Channel after = reader.read(AGENT, ChannelName.PRODUCTION, stage.now);
      assertEquals(after.entries().size(), rows);
      // What was reported done is there.
      assertTrue(channel.entries().size() >= promised);
    }
  }

  private static int releaseUntilKilled(Path place, int round) throws Exception {
    Process writer =
        new ProcessBuilder(OwnJvm.command(Releases.class, place.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int promised = 0;
    try (var lines = writer.inputReader()) {
      for (int line = 0; line <= round; line++) {
        promised = Integer.parseInt(lines.readLine());
      }
      Thread.sleep(7L * round); // somewhere within the next one
    } finally {
      writer.destroyForcibly().waitFor();
    }
    return promised;
  }
}
