/**
 * Repositories in and out of OCI image layouts: folders with {@code oci-layout}, {@code index.json}
 * and {@code blobs/ALGORITHM/HEX}.
 *
 * <p>Source: OCI Image Spec 1.1, Image Layout. A tag is the annotation {@code
 * org.opencontainers.image.ref.name} of an entry of the index; manifests that refer to others are
 * entries without one.
 */
@NullMarked
package dev.selfsame.upkeep.layout;

import org.jspecify.annotations.NullMarked;
