/**
 * Drift: whether what runs is still what should run, and who is told when it is not.
 *
 * <p>A {@link dev.selfsame.status.Status} says what a channel holds and what was seen at each
 * target; {@link dev.selfsame.deploy.drift.Alarms} tells a webhook and Prometheus of it, {@link
 * dev.selfsame.deploy.drift.TimerUnits} has systemd look again and again. {@link
 * dev.selfsame.deploy.drift.ContainerLook} looks into containers; its neighbour for this machine's
 * own processes is in {@code deploy.host}.
 */
@NullMarked
package dev.selfsame.deploy.drift;

import org.jspecify.annotations.NullMarked;
