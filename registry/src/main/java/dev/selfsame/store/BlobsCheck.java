package dev.selfsame.store;

import java.util.List;
import java.util.function.Supplier;

/** Where blobs are kept, as a check sees it: with whatever else stands there. */
public interface BlobsCheck {

  /**
   * Something that is none of the registry's.
   *
   * @param what which, for people
   * @param aside moves it to where nothing reads it, and says where it is then
   */
  record Stray(String what, Supplier<String> aside) {}

  /** What stands where none of the registry's does, sorted. */
  List<Stray> strays();

  /** The blobs, whatever else stands among them, by name; none has been read. */
  List<Blob> blobs();

  /**
   * Moves a blob to where nothing reads it.
   *
   * @return where it is now, for people
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be moved
   */
  String setAside(Blob blob);
}
