/**
 * The embedded registry: a folder that can be read with nothing but the file system.
 *
 * <pre>
 * DIR/
 *   format                              selfsame.registry/1 NAME: its format and lasting name
 *   blobs/sha256/ab/ab12…               bytes by digest: binaries, build records, bundles (mode 0444)
 *   subjects/sha256/HEX/BUNDLE-HEX      empty: this bundle speaks of this artifact
 *   staging/NAME/BUNDLE-HEX             empty: this bundle was submitted under this name
 *   channels/NAME/CHANNEL/SEQ.json      {"bundle":"sha256:…"}: the promotion in this place
 *   catalogue.mv.db                     the cache of {@link dev.selfsame.store.jdbi}
 *   catalogue.pending                   stands while evidence is kept that the cache lacks
 *   incoming/                           files being written; locked as long as their writer lives
 *   lock                                held by the one process that submits or promotes
 * </pre>
 *
 * <p>{@code /} within a NAME is written {@code +}, which no name has. Every file is written in
 * {@code incoming}, flushed, and then renamed or linked into its place, whose folder is flushed
 * too; nothing in place is ever changed. A process that is killed leaves a file in {@code incoming}
 * and nothing else; the next writer clears it away.
 */
@NullMarked
package dev.selfsame.store.file;

import org.jspecify.annotations.NullMarked;
