package dev.selfsame.attest;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;

/** The newest cosign that Debian has, whose reader differs. */
@Needs(Component.COSIGN_SID)
class CosignSidInteropTest extends CosignInteropContract {
  CosignSidInteropTest() {
    super(Component.COSIGN_SID);
  }
}
