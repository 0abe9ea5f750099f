package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;

/** Which signed bundles speak of what. */
public interface ReadableIndex {

  /** The bundles that have this artifact for their subject, sorted; empty where there are none. */
  List<Digest> about(Digest artifact);

  /** The bundles that were submitted under this name, sorted; empty where there are none. */
  List<Digest> staged(ArtifactName name);

  /** The records of deployments of this name, sorted; empty where there are none. */
  List<Digest> deployments(ArtifactName name);

  /** Every name under which something was submitted, sorted. */
  List<ArtifactName> names();
}
