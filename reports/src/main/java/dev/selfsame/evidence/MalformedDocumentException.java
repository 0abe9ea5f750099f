package dev.selfsame.evidence;

import org.jspecify.annotations.Nullable;

/**
 * A document that is not of its form. The message is one short phrase, with line and column where
 * they are known.
 */
public final class MalformedDocumentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedDocumentException(String phrase, @Nullable Throwable cause) {
    super(phrase, cause);
  }
}
