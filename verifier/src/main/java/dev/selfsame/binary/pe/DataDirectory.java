package dev.selfsame.binary.pe;

/**
 * Where the loader finds one kind of table.
 *
 * @param rva address relative to the image's base; an offset in the file for {@link #CERTIFICATES}
 * @param size bytes
 * @param offset of this entry within the file
 */
public record DataDirectory(long rva, long size, long offset) {
  /** Exported functions. */
  public static final int EXPORTS = 0;

  /** Imported libraries. */
  public static final int IMPORTS = 1;

  /** Icons, versions and the manifest. */
  public static final int RESOURCES = 2;

  /** Unwind information ({@code .pdata}). */
  public static final int EXCEPTIONS = 3;

  /** Attribute certificates, outside of what is loaded. */
  public static final int CERTIFICATES = 4;

  /** Base relocations. */
  public static final int RELOCATIONS = 5;

  /** The debug directory. */
  public static final int DEBUG = 6;

  /** The load configuration, control flow guard in it. */
  public static final int LOAD_CONFIG = 10;

  /** Bound imports, within the headers. */
  public static final int BOUND_IMPORTS = 11;

  /** The import address table. */
  public static final int IMPORT_ADDRESSES = 12;

  /** Libraries that are loaded at their first use. */
  public static final int DELAY_IMPORTS = 13;

  /** Whether there is such a table. */
  public boolean present() {
    return rva != 0 && size != 0;
  }
}
