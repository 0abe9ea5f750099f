package dev.selfsame.attest;

import dev.selfsame.attest.claim.BuildClaim;
import java.nio.file.Path;

/** A program that does what an audit does with one bundle; see {@link LeanVerificationTest}. */
public final class VerifyOnce {
  private VerifyOnce() {}

  public static void main(String[] args) {
    TrustRoot root = TrustRoot.read(Path.of(args[0]));
    Bundle bundle = Bundle.read(Path.of(args[1]));
    long before = System.nanoTime();
    BuildClaim claim = BuildClaim.of(root.verify(bundle, Role.BUILDER, Vectors.NOW));
    long micros = (System.nanoTime() - before) / 1000;
    System.out.println(claim.operator() + " " + claim.source().commit() + " " + micros + " us");
  }
}
