package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without a training that ends well, every start is slow, and nothing says so. */
@Timeout(300)
class TrainingTest {
  @TempDir Path folder;

  @Test
  void every_training_ends_well_without_engine_and_network() throws Exception {
    Training.main(new String[] {"prepare", folder.toString()});
    for (String kind : List.of("verify", "gate", "container", "compare", "serve")) {
      assertDoesNotThrow(() -> Training.main(new String[] {kind, folder.toString()}), kind);
    }
  }
}
