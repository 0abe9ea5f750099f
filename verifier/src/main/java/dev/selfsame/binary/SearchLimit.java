package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;

/**
 * Keeps one search through a file's sections to as many bytes as the file has. Sections do not
 * overlap in what a linker writes; thousands that all name the whole file would be read for hours.
 */
final class SearchLimit {
  private long left;
  private boolean met;

  SearchLimit(ByteView file) {
    this.left = file.size();
  }

  /** The same section, or none of its bytes where more than the file's were asked for. */
  ByteView of(ByteView section) {
    return allows(section.size()) ? section : section.slice(0, 0);
  }

  /** Whether something was not searched: then what was not found proves nothing. */
  boolean met() {
    return met;
  }

  /** Whether this many bytes more may be searched. */
  boolean allows(long size) {
    if (size > left) {
      met = true;
      return false;
    }
    left -= size;
    return true;
  }
}
