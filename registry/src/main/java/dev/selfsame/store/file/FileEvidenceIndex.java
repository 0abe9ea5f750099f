package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.EvidenceIndex;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Empty files whose names are digests: creating one is atomic, and two writers cannot clash. */
public final class FileEvidenceIndex implements EvidenceIndex {
  private final Path subjects;
  private final Path staging;
  private final Path deployments;
  private final Incoming incoming;

  FileEvidenceIndex(Path subjects, Path staging, Path deployments, Incoming incoming) {
    this.subjects = subjects;
    this.staging = staging;
    this.deployments = deployments;
    this.incoming = incoming;
  }

  @Override
  public void addAbout(Digest artifact, Digest bundle) {
    mark(subject(artifact), bundle);
  }

  @Override
  public List<Digest> about(Digest artifact) {
    return marks(subject(artifact));
  }

  @Override
  public List<Digest> artifacts() {
    List<Digest> all = new ArrayList<>();
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Path folder = subjects.resolve(algorithm.prefix());
      Folders.names(folder).forEach(hex -> all.add(Names.digest(algorithm, hex, folder)));
    }
    return all;
  }

  @Override
  public void addStaged(ArtifactName name, Digest bundle) {
    mark(staging.resolve(Names.folderOf(name)), bundle);
  }

  @Override
  public List<Digest> staged(ArtifactName name) {
    return marks(staging.resolve(Names.folderOf(name)));
  }

  @Override
  public List<ArtifactName> names() {
    return names(staging);
  }

  @Override
  public void addDeployment(ArtifactName name, Digest bundle) {
    mark(deployments.resolve(Names.folderOf(name)), bundle);
  }

  @Override
  public List<Digest> deployments(ArtifactName name) {
    return marks(deployments.resolve(Names.folderOf(name)));
  }

  @Override
  public List<ArtifactName> deployed() {
    return names(deployments);
  }

  private static List<ArtifactName> names(Path folder) {
    return Folders.names(folder).stream()
        .map(name -> Names.artifact(name, folder))
        .sorted()
        .toList();
  }

  private Path subject(Digest artifact) {
    return subjects.resolve(artifact.algorithm().prefix()).resolve(artifact.hex());
  }

  private void mark(Path folder, Digest bundle) {
    Path marker = folder.resolve(bundle.hex());
    try {
      Folders.create(folder);
      try {
        SyncedFolder.put(marker, () -> create(marker));
      } catch (FileAlreadyExistsException e) {
        putAgain(marker);
      }
    } catch (IOException e) {
      throw Trouble.writing(marker, e);
    }
  }

  private static boolean create(Path marker) throws IOException {
    Files.createFile(marker);
    return true;
  }

  /**
   * Whoever noted it before may have been killed before its folder was synced. A sync that fails
   * then is told once: with another file in its place there is something to be synced the next time
   * too. That file is on the disk before it gets the name, since others wait to give theirs.
   */
  private void putAgain(Path marker) throws IOException {
    try (Incoming.Part part = incoming.begin()) {
      part.seal();
      SyncedFolder.put(marker, () -> replace(marker, part.path()));
    }
  }

  /** Whether it was not noted any more: whoever noted it may have taken it back. */
  private static boolean replace(Path marker, Path sealed) throws IOException {
    boolean isNew = Files.notExists(marker);
    Files.move(sealed, marker, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return isNew;
  }

  private static List<Digest> marks(Path folder) {
    return Folders.names(folder).stream()
        .map(hex -> Names.digest(Digest.Algorithm.SHA256, hex, folder))
        .toList();
  }
}
