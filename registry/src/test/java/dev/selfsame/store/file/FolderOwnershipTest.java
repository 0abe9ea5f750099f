package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FolderOwnershipTest {
  private static final String OURS = "r-0000000000000001";
  private static final String OTHER = "r-0000000000000002";

  @TempDir Path parent;
  private RegistryFolder folder;
  private FolderOwnership ownership;

  @BeforeEach
  void make() {
    folder = RegistryFolder.create(parent.resolve("r"));
    ownership = new FolderOwnership(folder);
  }

  private Path owner() {
    return folder.path().resolve("owner");
  }

  private static void refused(String why, Executable work) {
    Failure failure = assertThrows(Failure.class, work);
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains(why), failure.getMessage());
  }

  @Test
  void a_folder_belongs_to_the_first_registry_that_takes_it() throws IOException {
    assertEquals(folder.name(), ownership.take(OURS, Optional.empty(), true));
    assertEquals(OURS + "\n", Files.readString(owner()));
    assertEquals(folder.name(), ownership.take(OURS, Optional.of(folder.name()), false));
    // Killed before the database had noted it.
    assertEquals(folder.name(), ownership.take(OURS, Optional.empty(), true));
    ownership.require(OURS, Optional.of(folder.name()));
    refused(
        "holds the blobs of registry " + OURS, () -> ownership.take(OTHER, Optional.empty(), true));
    refused(
        "holds the blobs of registry " + OURS, () -> ownership.require(OTHER, Optional.empty()));
    assertEquals(OURS + "\n", Files.readString(owner()));
    assertEquals(List.of("format", "owner"), Folders.names(folder.path()));
  }

  @Test
  void a_registry_whose_blobs_are_in_another_folder_takes_no_second_one() {
    refused("are in the folder " + OTHER, () -> ownership.take(OURS, Optional.of(OTHER), false));
    refused("are in the folder " + OTHER, () -> ownership.require(OURS, Optional.of(OTHER)));
    assertFalse(Files.exists(owner()));
  }

  @Test
  void blobs_of_nobody_are_not_taken_by_a_database_that_holds_nothing() {
    folder.registry().blobs().put(new byte[] {1});
    refused(
        "holds nothing that they could be of", () -> ownership.take(OURS, Optional.empty(), true));
    assertFalse(Files.exists(owner()));
    ownership.require(OURS, Optional.empty());
    assertFalse(Files.exists(owner()));
    // Of a version that did not bind the two.
    assertEquals(folder.name(), ownership.take(OURS, Optional.empty(), false));
    assertTrue(Files.exists(owner()));
  }

  @Test
  void an_owner_that_was_lost_is_noted_again_where_the_database_knows_the_folder()
      throws IOException {
    ownership.take(OURS, Optional.empty(), true);
    Files.delete(owner());
    ownership.take(OURS, Optional.of(folder.name()), false);
    assertEquals(OURS + "\n", Files.readString(owner()));
    Files.writeString(owner(), "whose?");
    refused("does not say whose", () -> ownership.take(OURS, Optional.of(folder.name()), false));
  }

  @Test
  void a_folder_that_a_database_has_taken_is_not_served_alone() {
    folder.requireRows();
    ownership.take(OURS, Optional.empty(), true);
    refused("stands in a database", folder::requireRows);
    Failure told = assertThrows(Failure.class, folder::requireRows);
    assertFalse(told.hint().contains("delete"), told.hint());
  }
}
