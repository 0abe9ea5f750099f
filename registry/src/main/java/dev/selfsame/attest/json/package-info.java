/**
 * Strict JSON for signed documents: UTF-8 only, no duplicate keys, nothing after the end, bounded
 * depth. Trees are built from the streaming parser alone, because a short-lived {@code verify} must
 * not pay for the start of an object mapper.
 */
@NullMarked
package dev.selfsame.attest.json;

import org.jspecify.annotations.NullMarked;
