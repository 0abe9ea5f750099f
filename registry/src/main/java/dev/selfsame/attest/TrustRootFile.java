package dev.selfsame.attest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.TrustedKey.Revocation;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The trust root's JSON. */
final class TrustRootFile {
  private static final String SCHEMA = "selfsame.trust-root/1";

  private TrustRootFile() {}

  static TrustRoot parse(byte[] json) {
    Fields root = StrictJson.object(json).only("schema", "version", "keys");
    if (!root.text("schema").equals(SCHEMA)) {
      throw Fields.malformed("schema is not " + SCHEMA);
    }
    List<TrustedKey> keys = new ArrayList<>();
    for (Fields key : root.objects("keys")) {
      try {
        keys.add(key(key));
      } catch (IllegalArgumentException e) {
        throw Fields.malformed(key.path() + ": " + e.getMessage());
      }
    }
    return new TrustRoot(root.integer("version"), keys);
  }

  private static TrustedKey key(Fields key) {
    key.only("spki", "role", "operator", "builderId", "validFrom", "validUntil", "revoked");
    String role = key.text("role");
    return new TrustedKey(
        VerificationKey.parsePem(key.text("spki")),
        Role.of(role).orElseThrow(() -> Fields.malformed(key.at("role") + " is no role: " + role)),
        key.text("operator"),
        key.optionalText("builderId").orElse(null),
        key.time("validFrom"),
        key.time("validUntil"),
        key.has("revoked") ? revocation(key.object("revoked").only("at", "reason")) : null);
  }

  private static Revocation revocation(Fields revoked) {
    return switch (revoked.text("reason")) {
      case "retired" -> new Revocation(revoked.time("at"), Reason.RETIRED);
      case "compromised" -> new Revocation(revoked.time("at"), Reason.COMPROMISED);
      default -> throw Fields.malformed(revoked.at("reason") + " is not retired or compromised");
    };
  }

  static byte[] write(TrustRoot trust) {
    ObjectNode root = StrictJson.newObject().put("schema", SCHEMA).put("version", trust.version());
    var keys = root.putArray("keys");
    for (TrustedKey key : trust.keys()) {
      ObjectNode entry =
          keys.addObject()
              .put("spki", Base64.getEncoder().encodeToString(key.key().spki()))
              .put("role", key.role().word())
              .put("operator", key.operator());
      if (key.builderId() != null) {
        entry.put("builderId", key.builderId());
      }
      entry.put("validFrom", key.validFrom().toString());
      entry.put("validUntil", key.validUntil().toString());
      Revocation revocation = key.revocation();
      if (revocation != null) {
        entry
            .putObject("revoked")
            .put("at", revocation.at().toString())
            .put("reason", revocation.reason().name().toLowerCase(Locale.ROOT));
      }
    }
    return StrictJson.indented(root);
  }
}
