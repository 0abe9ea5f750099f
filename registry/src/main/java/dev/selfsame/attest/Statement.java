package dev.selfsame.attest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import java.util.ArrayList;
import java.util.List;

/**
 * An in-toto Statement: what is said (predicate) of which artifacts (subjects). Keeps the very
 * bytes that it was read from, since those are what is signed.
 *
 * <p>Source: in-toto Attestation Framework, Statement layer v1. Version 0.1, which {@code cosign
 * attest-blob --predicate} writes, has the same fields and is read too.
 */
public final class Statement {
  /** The {@code _type} that is written. */
  public static final String TYPE = "https://in-toto.io/Statement/v1";

  private static final String TYPE_0_1 = "https://in-toto.io/Statement/v0.1";

  private final byte[] bytes;
  private final List<Subject> subjects;
  private final String predicateType;
  private final ObjectNode predicate;

  private Statement(
      byte[] bytes, List<Subject> subjects, String predicateType, ObjectNode predicate) {
    this.bytes = bytes;
    this.subjects = subjects;
    this.predicateType = predicateType;
    this.predicate = predicate;
  }

  /**
   * An artifact that a statement speaks of.
   *
   * @param name the artifact's name, for people
   * @param digest SHA-256 of its bytes; this alone identifies it
   */
  public record Subject(String name, Digest digest) {
    public Subject {
      if (name.isEmpty() || digest.algorithm() != Digest.Algorithm.SHA256) {
        throw new IllegalArgumentException("a subject has a name and a sha256 digest");
      }
    }
  }

  /** Makes a statement, and with it the bytes to sign. */
  public static Statement of(List<Subject> subjects, String predicateType, ObjectNode predicate) {
    ObjectNode root = StrictJson.newObject().put("_type", TYPE);
    var list = root.putArray("subject");
    for (Subject subject : subjects) {
      ObjectNode entry = list.addObject().put("name", subject.name());
      entry.putObject("digest").put("sha256", subject.digest().hex());
    }
    root.put("predicateType", predicateType).set("predicate", predicate);
    return parse(StrictJson.compact(root));
  }

  /**
   * Reads a statement.
   *
   * @throws MalformedDocumentException where it is no statement: unknown or duplicate fields, no
   *     subject, a digest that is not sha256 in lower-case hex, a predicate that is no object
   */
  public static Statement parse(byte[] json) {
    Fields root = StrictJson.object(json).only("_type", "subject", "predicateType", "predicate");
    String type = root.text("_type");
    if (!type.equals(TYPE) && !type.equals(TYPE_0_1)) {
      throw Fields.malformed("_type is not " + TYPE + ": " + type);
    }
    List<Subject> subjects = new ArrayList<>();
    for (Fields subject : root.objects("subject")) {
      subject.only("name", "digest");
      Digest digest = subject.object("digest").only("sha256").sha256("sha256");
      subjects.add(new Subject(subject.text("name"), digest));
    }
    if (subjects.isEmpty()) {
      throw Fields.malformed("the statement has no subject");
    }
    return new Statement(
        json.clone(),
        List.copyOf(subjects),
        root.text("predicateType"),
        root.object("predicate").node());
  }

  /** The exact bytes, as they were read or are to be signed. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** At least one. */
  public List<Subject> subjects() {
    return subjects;
  }

  /** Whether these bytes are among the subjects. */
  public boolean covers(Digest artifact) {
    return subjects.stream().anyMatch(subject -> subject.digest().equals(artifact));
  }

  /** A URI that says how to read the predicate. */
  public String predicateType() {
    return predicateType;
  }

  /** The predicate, a copy that may be changed. */
  public JsonNode predicate() {
    return predicate.deepCopy();
  }
}
