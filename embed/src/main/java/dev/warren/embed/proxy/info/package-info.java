/**
 * What a proxy tells of itself.
 *
 * <p><b>Job:</b> says over HTTP whether the tunnel works ({@code /readyz}), and what it and the
 * services have done ({@code /metrics}, for Prometheus).
 *
 * <p><b>In:</b> the tunnel's status, answers to pings, counters. <b>Out:</b> text.
 *
 * <p><b>May use:</b> {@code embed.proxy.relay}, {@code embed.proxy.http} to read requests, {@code
 * embed} for the tunnel's status.
 *
 * <p><b>Start reading at:</b> {@link dev.warren.embed.proxy.info.InfoService}.
 */
@NullMarked
package dev.warren.embed.proxy.info;

import org.jspecify.annotations.NullMarked;
