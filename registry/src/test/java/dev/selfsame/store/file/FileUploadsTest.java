package dev.selfsame.store.file;

import dev.selfsame.store.Blobs;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.UploadsContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileUploadsTest extends UploadsContract {
  @TempDir Path folder;
  private RegistryFolder registry;
  private FileUploads uploads;

  @BeforeEach
  void open() {
    registry = RegistryFolder.create(folder.resolve("r"));
    uploads = registry.uploads();
  }

  @Override
  protected Uploads uploads() {
    return uploads;
  }

  @Override
  protected Uploads elsewhere() {
    return registry.uploads();
  }

  @Override
  protected Blobs blobs() {
    return registry.registry().blobs();
  }

  @Override
  protected void clear(Duration age, Instant now) {
    Instant before = now.minus(age);
    uploads.abandoned(before).forEach(upload -> uploads.cancelAbandoned(upload.id(), before));
  }

  @Override
  protected List<String> leftovers() {
    return Folders.names(registry.path().resolve("uploads"));
  }
}
