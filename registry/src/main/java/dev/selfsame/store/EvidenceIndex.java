package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;

/** Which signed bundles speak of what. The lists only grow. */
public interface EvidenceIndex {

  /** Notes that a bundle has this artifact for its subject. Noting it twice is no error. */
  void addAbout(Digest artifact, Digest bundle);

  /** The bundles that have this artifact for their subject, sorted; empty where there are none. */
  List<Digest> about(Digest artifact);

  /** Notes that a bundle was submitted under this name. Noting it twice is no error. */
  void addStaged(ArtifactName name, Digest bundle);

  /** The bundles that were submitted under this name, sorted; empty where there are none. */
  List<Digest> staged(ArtifactName name);

  /** Notes a record of a deployment of this name. Noting it twice is no error. */
  void addDeployment(ArtifactName name, Digest bundle);

  /** The records of deployments of this name, sorted; empty where there are none. */
  List<Digest> deployments(ArtifactName name);

  /** Every name of which a deployment was recorded, sorted. */
  List<ArtifactName> deployed();

  /** Every artifact that a bundle was noted for, sorted. */
  List<Digest> artifacts();

  /** Every name under which something was submitted, sorted. */
  List<ArtifactName> names();
}
