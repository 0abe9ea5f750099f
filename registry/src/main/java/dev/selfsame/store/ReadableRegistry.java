package dev.selfsame.store;

/** Where evidence is read, here or far away. What can only be done where it is kept is not here. */
public interface ReadableRegistry {

  /** Its lasting name: see {@link Registry}. */
  String name();

  /** Bytes by digest. */
  ReadableBlobs blobs();

  /** Which bundles speak of what. */
  ReadableIndex index();

  /** The order of promotions. */
  ReadableChannels channels();
}
