/**
 * Blobs and uploads in a bucket of S3-compatible storage, so that several servers share them.
 *
 * <pre>
 * PREFIX/format                            what this prefix holds, in one line
 * PREFIX/blobs/sha256/ab/abcd…             a blob, by its digest; sha512 likewise
 * PREFIX/again/sha256/abcd…                empty; when a blob that was there was put again
 * PREFIX/uploads/ID/begun                  an upload is there while this object is
 * PREFIX/uploads/ID/0000000000000000       its bytes in pieces, each named by its place in hex
 * </pre>
 *
 * <p>What an upload is stands in the bucket alone: it may begin at one server and go on at another.
 * A piece is written under a condition ({@code If-None-Match: *}), so of two servers that add to an
 * upload at one place only one can, and the other's client is told where the upload stands. Pieces
 * are never changed, and are pinned by their ETags from when they were hashed until they were
 * copied.
 *
 * <p>A blob gets its name only when all of its bytes were hashed and fit: by one conditional write,
 * by a server-side copy, or by the conditional end of a multipart upload, each of which shows the
 * whole object or nothing. A blob that is there is not replaced, since a reader may be in its
 * midst, unless a look at its bytes shows that they do not fit. The server's own checksums are
 * asked for, and not relied on.
 *
 * <p>The answer 200 to a write is S3's promise that the object is durable; nothing is acknowledged
 * before it. What a killed server leaves are objects under {@code uploads/} and unfinished
 * multipart uploads, which {@link dev.selfsame.store.s3.S3Uploads#clear} removes.
 *
 * <p>Relies on strong consistency after writes, also of lists, and on conditional writes; opening
 * refuses a server that ignores conditions. Needs the rights {@code GetObject}, {@code PutObject},
 * {@code DeleteObject}, {@code ListBucket}, {@code AbortMultipartUpload}, {@code
 * ListBucketMultipartUploads} and {@code ListMultipartUploadParts}.
 */
@NullMarked
package dev.selfsame.store.s3;

import org.jspecify.annotations.NullMarked;
