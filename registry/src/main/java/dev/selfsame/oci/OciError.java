package dev.selfsame.oci;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * A request that is refused. Source of the codes: OCI Distribution Spec 1.1, "Error Codes".
 *
 * <p>It is an expected answer, and carries no stack trace.
 */
public final class OciError extends RuntimeException {
  /** The kind of a refusal because signatures, a chain or bytes do not hold. */
  static final String EVIDENCE = "evidence";

  private static final long serialVersionUID = 1L;

  private final Code code;
  private final String kind;

  public OciError(Code code, String message) {
    this(code, message, code.name().toLowerCase(Locale.ROOT));
  }

  /**
   * One of which there are several kinds under one code.
   *
   * @param kind a word for whoever counts them, one of a few
   */
  OciError(Code code, String message, String kind) {
    super(requireNonNull(message), null, false, false);
    this.code = requireNonNull(code);
    this.kind = kind;
  }

  /**
   * A word for whoever counts refusals, of which there are a few; the code, unless it says more.
   */
  public String kind() {
    return kind;
  }

  /** Whether something is refused because signatures, a chain or bytes do not hold. */
  public boolean isOfEvidence() {
    return kind.equals(EVIDENCE);
  }

  public Code code() {
    return code;
  }

  /** What is wrong, and the HTTP status that says so. */
  public enum Code {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    /** Another has the place. Not of the specification. */
    CONFLICT(409),
    DENIED(403),
    DIGEST_INVALID(400),
    /** A signature, a signer, a chain or bytes do not hold. Not of the specification. */
    EVIDENCE_INVALID(422),
    /** There is no room. Not of the specification. */
    FULL(507),
    MANIFEST_BLOB_UNKNOWN(400),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    PAGINATION_NUMBER_INVALID(400),
    RANGE_INVALID(416),
    SIZE_INVALID(400),
    TOO_LARGE(413),
    TAG_INVALID(400),
    TOOMANYREQUESTS(429),
    UNAUTHORIZED(401),
    UNAVAILABLE(503),
    UNKNOWN(500),
    UNSUPPORTED(405);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    /** The word of the specification, which has none of its own for what is too large or full. */
    public String word() {
      if (this == FULL) {
        return UNAVAILABLE.name();
      }
      return this == TOO_LARGE ? SIZE_INVALID.name() : name();
    }

    /** Such as 404. */
    public int status() {
      return status;
    }
  }
}
