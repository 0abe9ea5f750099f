/** A pinned build without network: the request, the engine port, the variations, the record. */
@NullMarked
package dev.selfsame.build;

import org.jspecify.annotations.NullMarked;
