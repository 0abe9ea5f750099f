package dev.selfsame.oci.http;

import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;

/**
 * What a server serves.
 *
 * @param staging repositories that take pushes
 * @param deploy repositories that promotion fills
 * @param reading evidence for clients that verify it themselves
 * @param writing evidence that they bring
 */
public record Services(
    StagingRepositories staging,
    DeployRepositories deploy,
    EvidenceReading reading,
    EvidenceWriting writing) {}
