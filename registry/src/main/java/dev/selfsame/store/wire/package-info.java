/**
 * What a registry server and its clients say to each other beside the OCI Distribution API, as JSON
 * under {@code /selfsame/v1/}. Both sides write and read it here.
 *
 * <p>Nothing in these documents is believed: they say where evidence is, and bring some of it
 * along.
 *
 * <pre>
 * GET  /selfsame/v1/                        which registry this is       {@link Identity}
 * GET  /selfsame/v1/names/staged            names, a page                {@link Names}
 * GET  /selfsame/v1/names/promoted          the same
 * GET  /selfsame/v1/about/DIGEST            bundles about these bytes    {@link Offer}
 * GET  /selfsame/v1/about/DIGEST/BUNDLE     one of them
 * GET  /selfsame/v1/channels/NAME           a name's channels            {@link Names}
 * GET  /selfsame/v1/channel/CHANNEL/NAME    a channel's records          {@link Offer}
 * POST /selfsame/v1/channel/CHANNEL/NAME    the next record              {@link NewPromotion}
 * GET  /selfsame/v1/submissions/NAME        what is staged               {@link Offer}
 * POST /selfsame/v1/submissions/NAME        a binary that was pushed     {@link NewSubmission}
 * GET  /selfsame/v1/deployments/NAME        records of deployments       {@link Offer}
 * POST /selfsame/v1/deployments/NAME        one more                     {@link NewDeployment}
 * GET  /selfsame/v1/blob/deploy/DIGEST/NAME    bytes that a channel of NAME has, or rests on, or
 *                                              that record a deployment of it
 * GET  /selfsame/v1/blob/staging/DIGEST/NAME   bytes that are staged as NAME
 * </pre>
 */
@NullMarked
package dev.selfsame.store.wire;

import org.jspecify.annotations.NullMarked;
