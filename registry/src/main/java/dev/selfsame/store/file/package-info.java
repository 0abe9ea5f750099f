/**
 * The embedded registry: a folder that can be read with nothing but the file system.
 *
 * <pre>
 * DIR/
 *   format                              selfsame.registry/1 NAME: its format and lasting name
 *   blobs/sha256/ab/ab12…               bytes by digest: binaries, build records, bundles (mode 0444)
 *   subjects/sha256/HEX/BUNDLE-HEX      empty: this bundle speaks of this artifact
 *   staging/NAME/BUNDLE-HEX             empty: this bundle was submitted under this name
 *   deployments/NAME/BUNDLE-HEX         empty: this bundle records a deployment of this name
 *   channels/NAME/CHANNEL/SEQ.json      {"bundle":"sha256:…"}: the promotion in this place
 *   repositories.log                    what stands in the server's repositories: each change a line
 *   audit.log                           who did what at the server, a line each
 *   access/tokens.json, token.key       what signs people in at the server; secret (mode 0600)
 *   seen/                               which versions of trust roots the server has read
 *   owner                               whose blobs these are, where all else is in a database
 *   rows-elsewhere                      stands where repositories are in a database, and not in DIR
 *   quarantine/                         what fsck has put aside
 *   repositories.mv.db               *  the server's rows, a copy of repositories.log
 *   catalogue.mv.db                  *  the cache of {@link dev.selfsame.store.jdbi}
 *   catalogue.pending                *  stands while evidence is kept that the cache lacks
 *   uploads/                         *  blobs on their way to the server
 *   incoming/                        *  files being written; locked as long as their writer lives
 *   spool/                           *  the same, where blobs are in a bucket
 *   lock                             *  held by the one process that submits or promotes
 * </pre>
 *
 * <p>A copy of all that has no {@code *} is a whole copy of the registry, if nobody wrote meanwhile
 * or the file system took it at one moment; the rest is made again. Where repositories are in a
 * database or blobs in a bucket, these have to be copied too.
 *
 * <p>{@code /} within a NAME is written {@code +}, which no name has. Every file is written in
 * {@code incoming}, flushed, and then renamed or linked into its place, whose folder is flushed
 * too; nothing in place is ever changed, and to the logs it is only added. A process that is killed
 * leaves a file in {@code incoming} and nothing else; the next writer clears it away.
 */
@NullMarked
package dev.selfsame.store.file;

import org.jspecify.annotations.NullMarked;
