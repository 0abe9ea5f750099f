package dev.selfsame.attest;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;

/** The cosign of a Debian release. */
@Needs(Component.COSIGN)
class CosignInteropTest extends CosignInteropContract {
  CosignInteropTest() {
    super(Component.COSIGN);
  }
}
