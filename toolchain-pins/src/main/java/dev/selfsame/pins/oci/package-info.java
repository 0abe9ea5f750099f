/**
 * Reads images from OCI registries (OCI Distribution 1.1, Image 1.1; Docker's schema 2): manifests
 * by digest, with anonymous token authorisation. Nothing is taken by tag, and every byte is hashed.
 */
@NullMarked
package dev.selfsame.pins.oci;

import org.jspecify.annotations.NullMarked;
