package dev.selfsame.store.file;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Folders that survive a crash, and what is in them. */
final class Folders {
  private Folders() {}

  /** There is a folder for each artifact; one that is forgotten costs a sync when it is needed. */
  private static final int MOST_FLUSHED = 4096;

  /**
   * Folders that this process has flushed into their parents, those that were asked for last: a
   * fact of the disk, so for all.
   */
  private static final Map<Path, Boolean> FLUSHED =
      Collections.synchronizedMap(
          new LinkedHashMap<Path, Boolean>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
              return size() > MOST_FLUSHED;
            }
          });

  /** Folders whose sync failed, and that could not be taken away. */
  private static final Set<Path> UNCERTAIN = ConcurrentHashMap.newKeySet();

  /**
   * Within a folder one thread at a time makes others, or one is told that a folder was not flushed
   * and another that it was. Few locks, for however many folders.
   */
  private static final List<ReentrantLock> MAKING =
      Stream.generate(ReentrantLock::new).limit(64).toList();

  /**
   * Makes a folder and those above it; each is flushed into its parent. One that is there may have
   * been made just now by another thread, or by a process that was killed before it flushed it.
   */
  static void create(Path folder) throws IOException {
    if (isFlushed(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      create(parent);
    }
    ReentrantLock making = making(parent == null ? folder : parent);
    making.lock();
    try {
      if (isFlushed(folder)) {
        return; // By whoever had the lock before.
      }
      if (UNCERTAIN.contains(folder)) {
        deleteIfEmpty(folder);
        UNCERTAIN.remove(folder);
      }
      // One that was deleted from outside is not flushed again before this is done.
      FLUSHED.remove(folder);
      boolean isNew = make(folder);
      if (parent != null && Files.isReadable(parent) && Files.isWritable(parent)) {
        flush(folder, parent, isNew);
      }
      FLUSHED.put(folder, true);
    } finally {
      making.unlock();
    }
  }

  private static ReentrantLock making(Path in) {
    return MAKING.get(Math.floorMod(in.hashCode(), MAKING.size()));
  }

  private static boolean isFlushed(Path folder) {
    return FLUSHED.get(folder) != null && Files.isDirectory(folder);
  }

  private static boolean make(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * A folder that is empty is taken away where this fails, also one that was found: who was killed
   * may have made it, and a failure is told once. What is made anew has to reach the disk the next
   * time too. Nothing is put into a folder before this went well, so that one with something in it
   * is on the disk.
   */
  private static void flush(Path folder, Path parent, boolean isNew) throws IOException {
    try {
      AtomicFile.syncFolder(parent);
    } catch (IOException e) {
      if (isNew || !Interruption.isBehind(e)) {
        takeBack(folder, e);
      }
      throw e;
    }
  }

  /** One with something in it is on the disk, and stays: see {@link #flush}. */
  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Nothing is left to make anew.
    }
  }

  private static void takeBack(Path folder, IOException why) {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      why.addSuppressed(e);
    } catch (IOException stays) {
      why.addSuppressed(stays);
      UNCERTAIN.add(folder);
    }
  }

  /**
   * The names in a folder, sorted, without those that begin with a dot; empty where it is absent.
   */
  static List<String> names(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".")) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw Trouble.reading(folder, e);
    } catch (DirectoryIteratorException e) {
      throw Trouble.reading(folder, new IOException(e.getMessage(), e));
    }
    Collections.sort(names);
    return names;
  }
}
