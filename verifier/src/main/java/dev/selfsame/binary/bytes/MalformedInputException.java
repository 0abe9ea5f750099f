package dev.selfsame.binary.bytes;

/** Bytes that are not of their form. The message is a short phrase with the offset. */
public final class MalformedInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final String reason;

  /**
   * @param offset byte offset within the file where reading stopped
   * @param reason a short phrase, such as {@code section header runs past the end}
   */
  public MalformedInputException(long offset, String reason) {
    super("offset %d: %s".formatted(offset, reason), null, false, false);
    this.offset = offset;
    this.reason = reason;
  }

  /** Byte offset within the file where reading stopped. */
  public long offset() {
    return offset;
  }

  /** A short phrase. */
  public String reason() {
    return reason;
  }
}
