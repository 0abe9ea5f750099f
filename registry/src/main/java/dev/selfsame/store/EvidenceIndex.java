package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;

/** The index with all that whoever keeps it needs. The lists only grow. */
public interface EvidenceIndex extends ReadableIndex {

  /** Notes that a bundle has this artifact for its subject. Noting it twice is no error. */
  void addAbout(Digest artifact, Digest bundle);

  /** Notes that a bundle was submitted under this name. Noting it twice is no error. */
  void addStaged(ArtifactName name, Digest bundle);

  /** Notes a record of a deployment of this name. Noting it twice is no error. */
  void addDeployment(ArtifactName name, Digest bundle);

  /** Every name of which a deployment was recorded, sorted. */
  List<ArtifactName> deployed();

  /** Every artifact that a bundle was noted for, sorted. */
  List<Digest> artifacts();
}
