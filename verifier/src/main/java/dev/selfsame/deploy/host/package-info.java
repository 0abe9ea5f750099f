/**
 * A release on this machine without containers: a folder with a process ({@code dir:PATH}) or a
 * systemd unit ({@code systemd:UNIT}).
 *
 * <pre>
 * PATH/releases/HEX/NAME          the promoted bytes, never written again
 * PATH/deployments/ID/NAME        a link to them
 * PATH/deployments/ID/…           its configuration, settings, process and log
 * PATH/current                    a link to deployments/ID, changed by one rename
 * </pre>
 *
 * <p>So the one link decides on program, configuration and settings together, and the deployment
 * before is whole as it was. {@link dev.selfsame.deploy.host.FolderTarget} starts the process
 * itself, in a session of its own; {@link dev.selfsame.deploy.host.UnitTarget} leaves that to
 * systemd. What runs is read from /proc, never from what somebody wrote down: {@link
 * dev.selfsame.deploy.host.HostLook}.
 *
 * <p>Source: proc(5), setsid(1), systemd.exec(5), systemd.unit(5).
 */
@NullMarked
package dev.selfsame.deploy.host;

import org.jspecify.annotations.NullMarked;
