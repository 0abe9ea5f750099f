package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileLook;
import dev.selfsame.files.OftenSeen;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One small file for each promotion, created once and never changed. */
public final class FileChannels implements Channels {
  private static final String PREFIX = "{\"bundle\":\"";
  private static final String SUFFIX = "\"}\n";
  private static final int RECORD_LENGTH =
      PREFIX.length() + "sha256:".length() + 64 + SUFFIX.length();
  private static final String EXTENSION = ".json";

  private final Path folder;
  private final Incoming incoming;
  private volatile @Nullable Known known;

  /** The names that stood in the folder while it looked so. */
  private record Known(FileLook look, List<ArtifactName> names) {}

  FileChannels(Path folder, Incoming incoming) {
    this.folder = folder;
    this.incoming = incoming;
  }

  @Override
  public List<Entry> entries(ArtifactName name, ChannelName channel) {
    Path place = place(name, channel);
    int count = Folders.names(place).size();
    List<Entry> entries = new ArrayList<>();
    for (long seq = 1; seq <= count; seq++) {
      Path file = place.resolve(seq + EXTENSION);
      // As many files as numbers, and each number there: then no other file is.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw Failure.badEvidence(
            "channel %s of %s has no promotion %d, though it has %d records"
                .formatted(channel, name, seq, count),
            "restore " + place + " from a copy of the registry");
      }
      entries.add(new Entry(seq, read(file)));
    }
    return entries;
  }

  @Override
  public Optional<Digest> at(ArtifactName name, ChannelName channel, long seq) {
    Path file = place(name, channel).resolve(seq + EXTENSION);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(read(file))
        : Optional.empty();
  }

  @Override
  public boolean append(ArtifactName name, ChannelName channel, Entry entry) {
    Path file = place(name, channel).resolve(entry.seq() + EXTENSION);
    try (Incoming.Part part = incoming.begin()) {
      part.out().write((PREFIX + entry.bundle() + SUFFIX).getBytes(StandardCharsets.UTF_8));
      part.seal();
      Folders.create(place(name, channel));
      return put(part.path(), file, entry);
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }

  private static boolean put(Path part, Path file, Entry entry) {
    try {
      SyncedFolder.put(file, () -> name(part, file, entry));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw uncertain(file, e);
    }
  }

  private static boolean name(Path part, Path file, Entry entry) throws IOException {
    if (link(file, part)) {
      return true;
    }
    if (!read(file).equals(entry.bundle())) {
      throw new FileAlreadyExistsException(file.toString());
    }
    // Whoever put it there may have been killed before its folder was synced, or been told that
    // this failed, which is told once: what is synced is put there now. Nobody else puts a record
    // there between the look and the rename: whoever appends has the registry's Writing, alone.
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return false;
  }

  /**
   * A record that may not be on the disk is not read as one that stands, unless it stood before.
   */
  private static Failure uncertain(Path file, IOException why) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Trouble.writing(file, why);
    }
    return Failure.undecided(
        "%s stands, and it is not certain that it is on the disk: %s"
            .formatted(file, why.getMessage()),
        "look at the disk, then see what the channel holds before you go on",
        why);
  }

  /** A link, unlike a rename, never replaces what another process has put there. */
  private static boolean link(Path file, Path part) throws IOException {
    try {
      Files.createLink(file, part);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public List<ArtifactName> names() {
    Known last = known;
    Optional<FileLook> now = look(folder);
    if (last != null && now.filter(last.look()::equals).isPresent()) {
      return last.names();
    }
    // Asked before they are read: a name that comes meanwhile then shows in another look.
    Optional<FileLook> settled = now.filter(FileLook::isSettled);
    List<ArtifactName> names =
        Folders.names(folder).stream().map(text -> Names.artifact(text, folder)).sorted().toList();
    known = settled.map(look -> new Known(look, names)).orElse(null);
    return names;
  }

  @Override
  public List<ArtifactName> names(@Nullable String after, int most) {
    List<ArtifactName> all = names();
    int from = 0;
    int to = all.size();
    while (after != null && from < to) {
      int middle = (from + to) >>> 1;
      if (all.get(middle).value().compareTo(after) > 0) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return all.subList(from, (int) Math.min(all.size(), from + (long) most));
  }

  @Override
  public List<ChannelName> channels(ArtifactName name) {
    Path in = folder.resolve(Names.folderOf(name));
    return Folders.names(in).stream().map(text -> Names.channel(text, in)).sorted().toList();
  }

  /**
   * Records are files that are made once, so that a folder's own state tells of what came or went.
   * Bytes that are written into a record's file in its place do not show in it.
   */
  @Override
  public Optional<Look> look(ArtifactName name) {
    Path in = folder.resolve(Names.folderOf(name));
    List<OftenSeen> folders = new ArrayList<>();
    folders.add(new OftenSeen(in, LinkOption.NOFOLLOW_LINKS));
    for (String channel : Folders.names(in)) {
      folders.add(new OftenSeen(in.resolve(channel), LinkOption.NOFOLLOW_LINKS));
    }
    List<FileLook> before = new ArrayList<>(folders.size());
    for (OftenSeen each : folders) {
      Optional<FileLook> look = look(each).filter(FileLook::isSettled);
      if (look.isEmpty()) {
        return Optional.empty();
      }
      before.add(look.get());
    }
    return Optional.of(() -> areStill(folders, before));
  }

  private static boolean areStill(List<OftenSeen> folders, List<FileLook> before) {
    for (int i = 0; i < before.size(); i++) {
      if (!look(folders.get(i)).equals(Optional.of(before.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<FileLook> look(OftenSeen folder) {
    try {
      return Optional.of(folder.look());
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** Once, by a command as by a server. */
  private static Optional<FileLook> look(Path folder) {
    try {
      return Optional.of(FileLook.of(folder, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private Path place(ArtifactName name, ChannelName channel) {
    return folder.resolve(Names.folderOf(name)).resolve(channel.value());
  }

  private static Digest read(Path file) {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      String text = new String(in.readNBytes(RECORD_LENGTH + 1), StandardCharsets.UTF_8);
      if (text.length() != RECORD_LENGTH || !text.startsWith(PREFIX) || !text.endsWith(SUFFIX)) {
        throw malformed(file);
      }
      return Digest.parse(text.substring(PREFIX.length(), RECORD_LENGTH - SUFFIX.length()));
    } catch (IllegalArgumentException e) {
      throw malformed(file);
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  private static Failure malformed(Path file) {
    return Failure.badEvidence(
        "channel record is malformed: " + file, "restore it from a copy of the registry");
  }
}
