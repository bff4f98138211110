/**
 * The text of the configuration protocol.
 *
 * <p><b>Job:</b> requests read into a {@link dev.warren.protocol.config.DeviceChange}, snapshots
 * written out.
 *
 * <p><b>In:</b> lines. <b>Out:</b> lines, and an errno.
 *
 * <p><b>May use:</b> {@code protocol}'s counters, {@code protocol.config}, {@code crypto}, {@code
 * packet}.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.protocol.uapi.UapiParser}.
 */
@NullMarked
package dev.warren.protocol.uapi;

import org.jspecify.annotations.NullMarked;
