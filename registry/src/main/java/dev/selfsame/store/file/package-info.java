/** Blobs in a folder, by digest. */
@NullMarked
package dev.selfsame.store.file;

import org.jspecify.annotations.NullMarked;
